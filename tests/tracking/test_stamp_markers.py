import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.tracking.forms import chosen_corners, parse_keyframes
from raccord.nodes.tracking.markers.layout import layout
from raccord.nodes.tracking.markers.patterns import PATTERNS
from raccord.nodes.tracking.markers.stamp import stamp_markers
from raccord.nodes.tracking.reports import stamp_report
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.surface import Surface, Surfaces

WALL = Quad(((60, 40), (420, 70), (400, 330), (80, 300)))


def stamped(image, **options):
    return stamp_markers(image, WALL, **({"pattern": "cross", "count": 9, "size_px": 28.0, "strength": 0.8} | options))


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("grey", [0.15, 0.7])
def test_markers_contrast_with_the_surface_and_nothing_else_changes(pattern, grey):
    image = torch.full((2, 360, 480, 3), grey)
    done = stamped(image, pattern=pattern)
    untouched = done.mask == 0
    assert torch.equal(done.image[untouched], image[untouched])
    change = (done.image - image).abs().amax(-1)
    assert float(change[done.mask > 0.9].mean()) > 0.2
    assert done.mask.shape == (2, 360, 480)
    assert 0.01 < float((done.mask[0] > 0.5).float().mean()) < 0.1


@pytest.mark.parametrize("pattern", ["cross", "dot"])
def test_centres_are_where_the_marker_says(pattern):
    done = stamped(torch.full((1, 360, 480, 3), 0.6), pattern=pattern)
    y, x = np.mgrid[0:360, 0:480] + 0.5
    for marker in done.markers.markers:
        near = (np.hypot(x - marker.centre[0], y - marker.centre[1]) < 24) * done.mask[0].numpy()
        assert (x * near).sum() / near.sum() == pytest.approx(marker.centre[0], abs=0.2)
        assert (y * near).sum() / near.sum() == pytest.approx(marker.centre[1], abs=0.2)


@pytest.mark.parametrize("extent", [(480, 300), (300, 300), (120, 420), (1600, 84)])
@pytest.mark.parametrize("count", [6, 8, 9, 12, 40])
def test_no_turn_and_no_mirror_takes_the_layout_onto_itself(count, extent):
    size = 28.0
    places = np.array(layout(count, *extent, size))
    assert 6 <= len(places) <= count
    assert not ((places > 0.3) & (places < 0.7)).all(1).any() or min(extent) < 4 * size
    gaps = np.abs((places[:, None] - places[None]) * extent).max(-1) + 999 * np.eye(len(places))
    assert gaps.min() > 1.1 * size
    for swap in (False, True):
        for flip in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
            other = 0.5 + ((places[:, ::-1] if swap else places) - 0.5) * flip
            gap = np.linalg.norm((places[:, None] - other[None]) * extent, axis=-1).min(1).max()
            assert gap > size or (not swap and flip == (1, 1))


@pytest.mark.parametrize(("corners", "count", "checks"), [
    ("100,100 330,104 328,190 98,186", 12, {"markers.room"}),
    ("100,100 230,104 228,230 98,226", 9, {"markers.room", "markers.order", "markers.count"}),
    ("60,40 420,70 400,330 80,300", 4, {"markers.order", "markers.count"}),
])
def test_a_narrow_surface_gets_fewer_markers_that_do_not_touch(corners, count, checks):
    done = stamp_markers(torch.full((1, 360, 480, 3), 0.6), Quad.parse(corners), pattern="dot", count=count, size_px=28.0,
                         strength=0.8)
    assert len(done.markers.markers) <= count
    assert checks <= {f.check for f in stamp_report(done).findings if f.verdict == "warn"} <= checks | {"markers.count"}
    labels, _ = cv2.connectedComponents((done.mask[0].numpy() > 0.02).astype(np.uint8))
    assert labels - 1 == len(done.markers.markers)


def test_shading_stays_under_the_ink():
    image = torch.linspace(0.55, 0.95, 480)[None, None, :, None].expand(1, 360, 480, 3).contiguous()
    done = stamped(image, pattern="dot", strength=0.4)
    at = {m.number: done.image[0, int(m.centre[1]), int(m.centre[0]), 0] for m in done.markers.markers}
    assert at[0] < at[1] - 0.1


def test_alpha_passes_and_the_ground_of_each_marker_decides():
    image = torch.full((1, 360, 480, 4), 0.8)
    image[..., 240:, :3] = 0.1
    image[..., 3] = 0.5
    done = stamped(image)
    assert torch.equal(done.image[..., 3], image[..., 3])
    for m in done.markers.markers[:4]:
        value = float(done.image[0, int(m.centre[1]), int(m.centre[0]), 0])
        dark = m.centre[0] < 240
        assert m.inks[0] < 0 if dark else m.inks[0] > 0
        assert value == pytest.approx(0.8 - 0.32 if dark else 0.1 + 0.32, abs=0.025)


def test_report_warns_of_small_and_few():
    checks = {
        f.check: f.verdict for f in stamp_report(stamped(torch.rand(1, 360, 480, 3), size_px=12.0, count=5)).findings
    }
    assert checks == {"markers.stamped": "pass", "markers.size": "warn", "markers.count": "warn"}


@pytest.mark.parametrize(
    ("options", "words"),
    [({"pattern": "star"}, "pattern of"), ({"count": 3}, "4 or more"), ({"size_px": 200.0}, "at least")],
)
def test_refusals(options, words):
    with pytest.raises(ValueError, match=words):
        stamped(torch.rand(1, 360, 480, 3), **options)


def test_which_corners_are_meant():
    surface = Surfaces((100, 50), (Surface(Quad.rectangle(10, 10, 20, 20), 0.1, "good"),))
    assert chosen_corners((200, 100), surface, 0, "0,0 1,0 1,1 0,1") == Quad.rectangle(20, 20, 40, 40)
    markers = stamped(torch.rand(1, 360, 480, 3)).markers
    assert chosen_corners((960, 720), None, 0, " ", markers).array == pytest.approx(WALL.array * 2)
    assert chosen_corners((200, 100), None, 0, "", None, "0.5 0 0.5 1") == Quad.rectangle(100, 0, 100, 100)
    with pytest.raises(ValueError, match="expected corners, got none"):
        chosen_corners((200, 100), None, 0, "")
    with pytest.raises(ValueError, match="surface_index"):
        chosen_corners((200, 100), surface, 1, "")


def test_keyframes():
    assert parse_keyframes("\n 37: 0,0 9,0 9,9 0,9 \n") == {37: Quad.rectangle(0, 0, 9, 9)}
    for text, words in (
        ("37 0,0", "line 1"),
        ("\n3: 0,0 1,1", "line 2"),
        ("1: 0,0 9,0 9,9 0,9\n1: 0,0 9,0 9,9 0,9", "again"),
    ):
        with pytest.raises(ValueError, match=words):
            parse_keyframes(text)


def test_tags_are_read_again_in_their_order():
    aruco = pytest.importorskip("cv2").aruco
    done = stamped(torch.full((1, 360, 480, 3), 0.5), pattern="apriltag 36h11", size_px=70.0, count=8)
    picture = (done.image[0].numpy() * 255).astype(np.uint8)
    reader = aruco.ArucoDetector(aruco.getPredefinedDictionary(aruco.DICT_APRILTAG_36h11))
    corners, numbers, _ = reader.detectMarkers(picture)
    read = dict(zip(numbers.ravel().tolist(), corners, strict=True))
    assert sorted(read) == list(range(8))
    for marker in done.markers.markers:
        assert read[marker.number][0].mean(0) + 0.5 == pytest.approx(marker.centre, abs=1.0)
        assert read[marker.number][0][0, 0] < read[marker.number][0][1, 0]  # its first corner is the left one, as on the wall


@pytest.mark.parametrize("grey", [0.4, 0.7])
def test_the_surface_shows_through_the_paint(grey):
    image = torch.full((1, 360, 480, 3), grey)
    image[:, ::2] *= 0.8
    done = stamped(image, pattern="dot")
    x, y = (int(value) for value in done.markers.markers[0].centre)
    rows = done.image[0, y - 4 : y + 4, x, 0]
    assert float(rows.max() - rows.min()) > 0.005


def test_layout_says_where_a_graphic_may_stand():
    markers = stamped(torch.rand(1, 360, 480, 3)).markers
    left, top, right, low = markers.free
    wide, high = markers.size_uv
    assert right - left > 0.4
    assert low - top > 0.3
    for u, v in (m.uv for m in markers.markers):
        beside = max(left - u, u - right) + 1e-9 >= wide / 2
        assert beside or max(top - v, v - low) + 1e-9 >= high / 2
    assert markers.to_json()["free"] == [left, top, right, low]
