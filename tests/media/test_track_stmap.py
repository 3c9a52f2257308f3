"""ST-maps, read by OpenEXR alone: which place of the picture every pixel shows."""

from fractions import Fraction

import cv2
import numpy as np
import OpenEXR
import pytest
from raccord.nodes import runtime
from raccord.nodes.media.tracks_stmap import stmap
from raccord.nodes.tracking.exchange.export import export_track
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.track import Track, TrackFrame


class Surroundings:
    def __init__(self, root):
        self.input_directory = self.output_directory = self.temp_directory = root
        self.library = ()

    def check_cancelled(self):
        pass

    def show_progress(self, done, total):
        pass

    def wrote(self, path):
        pass


@pytest.fixture
def around(tmp_path):
    with runtime.surrounded_by(Surroundings(tmp_path)):
        yield tmp_path


def corners(frame):
    return ((31.25 + frame, 22.5), (148.75, 30.125 + frame), (140.5, 101.75), (25.125, 95.5 - frame / 3))


def make(count=6, gap=(2,), size=(171, 121)):
    return Track(size, Fraction(24), tuple(
        TrackFrame(Quad(corners(i)), "occluded" if i in gap else "tracked", 0.5) for i in range(count)))


def read(path):
    with OpenEXR.File(str(path), separate_channels=True) as file:
        return dict(file.header()), {name: channel.pixels for name, channel in file.channels().items()}


def corners_of(planes, size):
    """Fit a homography from picture to frame through the pixel centres of the map, and take the picture's corners through it."""
    height, width = planes["A"].shape
    assert (width, height) == size
    rows, columns = np.nonzero(planes["A"] > 0)
    pick = np.linspace(0, len(rows) - 1, 800).astype(int)
    u, v = (planes[c][rows[pick], columns[pick]].astype(float) for c in "RG")
    x, y = columns[pick] + 0.5, height - (rows[pick] + 0.5)  # Nuke's pixels: y up
    zero, one = np.zeros_like(u), np.ones_like(u)
    lines = np.concatenate([np.stack([u, v, one, zero, zero, zero, -u * x, -v * x], 1),
                            np.stack([zero, zero, zero, u, v, one, -u * y, -v * y], 1)])
    h = np.append(np.linalg.lstsq(lines, np.concatenate([x, y]), rcond=None)[0], 1).reshape(3, 3)
    at = np.array([(0, 1, 1), (1, 1, 1), (1, 0, 1), (0, 0, 1)]) @ h.T
    at = at[:, :2] / at[:, 2:]
    return np.stack([at[:, 0], height - at[:, 1]], 1)


@pytest.mark.parametrize("size", [(171, 121), (160, 240)], ids=str)
def test_the_corners_come_back(around, size):
    files, report = export_track(make(size=size), "json, stmap", "maps/left wall", Shot(start_frame=1001), pixel_aspect=2.0)
    assert files == ["maps/left wall.json.json", *(f"maps/left wall.stmap.{1001 + i}.exr" for i in range(6))]
    for i, name in enumerate(files[1:]):
        header, planes = read(around / name)
        assert {planes[c].dtype for c in "RGBA"} == {np.dtype(np.float32)}
        assert header["pixelAspectRatio"] == 2
        if i == 2:
            assert all(not planes[c].any() for c in "RGBA")
        else:
            assert np.abs(corners_of(planes, size) - np.array(corners(i))).max() <= 1e-3
    assert next(f for f in report.findings if "ST-map" in f.message).value == 5


def test_the_map_that_changes_nothing():
    """Half pixel: a picture pinned to the frame itself shows every pixel its own centre."""
    width, height = 40, 30
    out = stmap(np.array([(0, 0), (width, 0), (width, height), (0, height)], float), width, height)
    assert out[..., 0] == pytest.approx(np.broadcast_to((np.arange(width) + 0.5) / width, (height, width)), abs=1e-6)
    rows = 1 - (np.arange(height)[:, None] + 0.5) / height
    assert out[..., 1] == pytest.approx(np.broadcast_to(rows, (height, width)), abs=1e-6)
    assert out[..., 3] == pytest.approx(np.ones((height, width)), abs=1e-6)


def test_a_picture_warped_by_the_map_is_the_picture_pinned():
    """Looked up as Nuke's STMap does, u right and v up from the lower left; against values known at every place."""
    width, height, at = 171, 121, np.array(corners(0))
    out = stmap(at, width, height)
    inside = out[..., 3] == 1
    rows, columns = np.nonzero(inside)
    picture = np.add.outer(3.0 * np.arange(50, dtype=float), 2.0 * np.arange(80))  # 80 × 50, rows downwards, linear: exact
    px, py = out[inside][:, 0] * 80 - 0.5, (1 - out[inside][:, 1]) * 50 - 0.5
    well = (px > 0) & (px < 79) & (py > 0) & (py < 49)
    seen = cv2.remap(picture, px[None].astype(np.float32), py[None].astype(np.float32), cv2.INTER_LINEAR)[0]
    h = cv2.getPerspectiveTransform(at.astype(np.float32), np.float32([(0, 0), (80, 0), (80, 50), (0, 50)]))
    where = cv2.perspectiveTransform(np.stack([columns + 0.5, rows + 0.5], 1)[None], h)[0] - 0.5
    assert well.sum() > 6000
    assert seen[well] == pytest.approx((2 * where[:, 0] + 3 * where[:, 1])[well], abs=0.1)


def test_alpha_is_the_share_of_a_pixel_that_is_covered():
    out = stmap(np.array([(10.25, 5), (20, 5), (20, 15), (10.25, 15)]), 32, 24)
    assert out[5:15, 10, 3] == pytest.approx(np.full(10, 0.75), abs=0.02)
    assert out[..., 3].sum() == pytest.approx(97.5, abs=0.5)
    assert not out[out[..., 3] == 0].any()


def test_maps_are_kept_versioned_and_cleared(around):
    first, _ = export_track(make(), "stmap", "a")
    times = [(around / f).stat().st_mtime_ns for f in first]
    assert export_track(make(), "stmap", "a")[0] == first
    assert [(around / f).stat().st_mtime_ns for f in first] == times
    (around / first[3]).write_bytes((around / first[3]).read_bytes()[:900])
    assert export_track(make(), "stmap", "a")[0][0] == "a_v002.stmap.1001.exr"
    assert export_track(make(count=4), "stmap", "a", if_exists="replace")[0] == first[:4]
    assert sorted(p.name for p in around.glob("a.stmap*")) == first[:4]
