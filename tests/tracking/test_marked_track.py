"""Track Surface with markers wired: a blank wall that moves by known homographies, and walls where they slide or are gone."""

import json

import cv2
import moving_sign
import numpy as np
import pytest
import torch
from raccord.nodes.image.warp import homography, transform
from raccord.nodes.tracking.markers.stamp import stamp_markers
from raccord.nodes.tracking.nodes import RaccordTrackSurface
from raccord.nodes.wires.quad import Quad
from worn_pictures import worn

SIZE, SIDE, COUNT = (480, 360), 250, 9
PATH = moving_sign.path(COUNT, (200, 170), SIDE)
START = Quad.from_array(PATH[0])


def wall(seed=None):
    """A wall without detail but its light, or a textured one: (1, 360, 480, 3)."""
    y, x = np.mgrid[0:360, 0:480] / 480
    picture = 0.6 + 0.15 * x - 0.1 * y if seed is None else moving_sign.texture(seed, 512)[:360, :480] / 255
    return torch.from_numpy(np.repeat(np.float32(picture)[None, ..., None], 3, -1))


def stamped(picture):
    return stamp_markers(picture, START, pattern="cross", count=9, size_px=28.0, strength=0.8)


def moved(picture, shift=(0.0, 0.0), noise=1.0, count=COUNT):
    """The picture as a film: its plane along PATH, and `shift` more for each frame."""
    rng, frames, fine = np.random.default_rng(0), [], 3
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    for t, corners in enumerate(PATH[:count]):
        h = np.linalg.inv(half) @ homography(PATH[0], (corners + np.multiply(shift, t)) * fine) @ half
        drawn = cv2.warpPerspective(picture[0].numpy(), h, (480 * fine, 360 * fine), flags=cv2.INTER_CUBIC,
                                    borderMode=cv2.BORDER_REPLICATE)
        frames.append(cv2.resize(drawn, SIZE, interpolation=cv2.INTER_AREA) + rng.normal(0, noise / 255, (360, 480, 1)))
    return torch.from_numpy(np.stack(frames).clip(0, 1).astype(np.float32))


def tracked(clip, markers, corners="", reference_frame=0):
    out = RaccordTrackSurface.execute(clip, corners, reference_frame, "", "homography", True, markers=markers).args
    report = json.loads(out[4])
    return out[0], report["metrics"], {f["check"]: f for f in report["findings"]}


def test_a_blank_wall_is_tracked_by_its_markers():
    done = stamped(wall())
    track, metrics, findings = tracked(moved(done.image), done.markers)
    off = [np.sqrt(((f.corners.array - c) ** 2).sum(1).mean()) for f, c in zip(track.frames, PATH, strict=True)]
    assert all(f.state == "tracked" for f in track.frames)
    assert np.median(off) < 0.1
    assert metrics["markers.found"] == 9
    assert metrics["markers.px"] == [pytest.approx(m.centre, abs=0.1) for m in done.markers.markers]
    assert metrics["markers.stray_px"] < 0.1
    assert findings["markers.found"]["verdict"] == findings["markers.stray"]["verdict"] == "pass"


def test_markers_that_slide_over_the_surface_are_flagged():
    clean, done = wall(3), stamped(wall(3))
    slid = moved(done.image, (0.45, 0.2), 0) - moved(clean, (0.45, 0.2), 0)
    track, metrics, findings = tracked((moved(clean) + slid).clamp(0, 1), done.markers)
    off = [np.sqrt(((f.corners.array - c) ** 2).sum(1).mean()) for f, c in zip(track.frames, PATH, strict=True) if f.corners]
    assert np.median(off) < 0.5
    assert metrics["markers.stray_px"] > 0.5
    assert findings["markers.stray"]["verdict"] == "fail"
    assert findings["markers.stray"]["frames"][-1] == COUNT - 1


def test_corners_that_are_off_are_set_right_on_any_frame():
    done = stamped(wall(3))
    clip = moved(done.image)
    track, metrics, findings = tracked(clip, done.markers, str(Quad.from_array(PATH[8] + [[4, -3], [2, 5], [-3, 4], [1, -4]])), 8)
    assert np.abs(track.frames[8].corners.array - PATH[8]).max() < 0.15
    assert findings["markers.corners"]["verdict"] == "pass"
    assert 4 < metrics["markers.moved_px"] < 7
    h = homography(PATH[0], PATH[8])
    assert metrics["markers.px"] == [pytest.approx(transform(h, np.array(m.centre)), abs=0.15) for m in done.markers.markers]


def test_right_corners_stay_as_they_were_given():
    done = stamped(wall(3))
    track, metrics, findings = tracked(moved(done.image, count=1), done.markers, str(START))
    assert track.frames[0].corners.array == pytest.approx(Quad.parse(str(START)).array)
    assert metrics["markers.moved_px"] == 0
    assert "markers.corners" not in findings


def test_corners_of_another_surface_are_kept():
    done = stamped(wall(3))
    track, metrics, findings = tracked(done.image, done.markers, "300,200 460,205 455,340 302,335")
    assert metrics["markers.found"] == 9
    assert track.frames[0].corners == Quad.parse("300,200 460,205 455,340 302,335")
    assert "another part" in findings["markers.corners"]["message"]


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_one_worn_frame_says_where_its_markers_are(scale):
    done = stamped(wall(3))
    picture = torch.nn.functional.interpolate(worn(done.image, "all").movedim(-1, 1), scale_factor=scale, mode="bicubic")
    _, metrics, _ = tracked(picture.movedim(1, -1).clamp(0, 1), done.markers)
    truth = [np.multiply(m.centre, scale) for m in done.markers.markers]
    assert max(np.linalg.norm(p - t) for p, t in zip(metrics["markers.px"], truth, strict=True)) < 0.15


@pytest.mark.parametrize(("clip", "frame", "words"), [
    (wall(3), 0, "generated away"),
    (wall(3)[:, :240], 0, "cropped or stretched"),
    (wall(5).expand(3, -1, -1, -1), 2, "has moved"),
])
def test_markers_that_are_not_there_are_named_with_the_likely_cause(clip, frame, words):
    done = stamped(wall(3))
    _, metrics, findings = tracked(clip, done.markers, reference_frame=frame)
    assert metrics["markers.found"] == 0
    assert metrics["markers.px"] == [None] * 9
    assert findings["markers.found"]["verdict"] == "warn"
    assert words in findings["markers.found"]["message"]
    assert "markers.stray" not in findings
