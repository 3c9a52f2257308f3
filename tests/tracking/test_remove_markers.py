from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.image.warp import homography, unit_square, warp
from raccord.nodes.tracking.markers.stamp import stamp_markers
from raccord.nodes.tracking.remove.fill import fill
from raccord.nodes.tracking.remove.markers import remove_markers
from raccord.nodes.tracking.remove.noted import CLEAN, NOTED
from raccord.nodes.tracking.remove.report import before_and_after, remove_report
from raccord.nodes.tracking.remove.settle import FILLED, SEEN, THROUGH
from raccord.nodes.tracking.remove.spot import spot_on
from raccord.nodes.tracking.remove.wash import PLACE, Paint, fit_paint
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame
from stamped_clips import eight_bits, noisy, stamp_carried, stamp_each

WALL = Quad(((30, 30), (210, 34), (206, 186), (36, 190)))


def scene(count=3):
    rng = np.random.default_rng(1)
    grey = 0.6 + 0.05 * rng.normal(size=(44, 48)).repeat(5, 0).repeat(5, 1)
    return torch.from_numpy(grey.clip(0, 1)[None, ..., None].repeat(count, 0).repeat(3, -1)).float()


def track(count=3):
    return Track((240, 220), Fraction(24), (TrackFrame(WALL, "tracked", 1.0),) * count)


def stamped(images):
    return stamp_markers(images, WALL, pattern="cross", count=8, size_px=24.0, strength=0.8)


def db(a, b, where):
    return -10 * float(torch.log10((a - b)[where].square().mean() + 1e-12))


def test_thin_paint_is_taken_off():
    images = scene()
    done = stamped(images)
    removed = remove_markers(done.image, track(), done.markers)
    assert set(removed.how.values()) == {THROUGH}
    where = done.mask > 0.01
    assert db(removed.images, images, where) > 45 > 20 > db(done.image, images, where)
    assert torch.equal(removed.images[done.mask == 0], done.image[done.mask == 0])


def opaque(images):
    done = stamped(images)
    cover = done.mask[..., None]
    return images * (1 - cover) + 0.1 * cover, done


def test_what_was_never_seen_is_filled_and_said():
    painted, done = opaque(scene())
    unnoted = replace(done.markers, looks=())
    removed = remove_markers(painted, track(), unnoted)
    assert set(removed.how.values()) == {FILLED}
    assert db(removed.images, scene(), done.mask > 0.01) > 20
    report = remove_report(removed, track(), done.markers)
    assert {f.check: f.verdict for f in report.findings if f.check != "removal.outline"} \
        == {"removal.markers": "pass", "removal.filled": "warn"}
    picture = before_and_after(painted, removed, track())
    assert picture.shape[2] > 300


def test_the_stamp_noted_what_it_hides():
    painted, done = opaque(scene())
    removed = remove_markers(painted, track(), done.markers)
    assert set(removed.how.values()) == {NOTED}
    assert db(removed.images, scene(), done.mask > 0.01) > 40


def test_rims_that_are_left_are_said(monkeypatch):
    images, quads = moving()
    painted, where, markers = stamp_carried(images, quads, pattern="checker corner", count=8, size_px=24, strength=0.8)
    removed = remove_markers(eight_bits(painted), off_track(quads), markers)
    assert "removal.outline" not in {f.check for f in remove_report(removed, off_track(quads), markers).findings}
    monkeypatch.setattr("raccord.nodes.tracking.remove.markers.sureness", lambda misfits: 1.0)  # as if all had been stamped
    worse = remove_markers(eight_bits(painted), off_track(quads), markers)
    assert db(worse.images, images, where > 0.01) < db(removed.images, images, where > 0.01)
    said = {f.check: f for f in remove_report(worse, off_track(quads), markers).findings}["removal.outline"]
    assert said.verdict == "warn"
    assert said.value > 1.3


def test_a_clean_frame_knows_what_is_hidden():
    painted, done = opaque(scene())
    removed = remove_markers(painted, track(), done.markers, scene(1))
    assert set(removed.how.values()) == {CLEAN}
    assert db(removed.images, scene(), done.mask > 0.01) > 34


def test_frames_without_the_marker_show_what_is_under_it():
    images = scene(8)
    painted, done = opaque(images)
    mixed = torch.cat((painted[:4], images[4:]))
    removed = remove_markers(mixed, track(8), done.markers)
    assert set(removed.how.values()) == {SEEN}
    assert removed.changed == (0, 1, 2, 3)
    assert torch.equal(removed.images[4:], images[4:])


def test_refused_tracks_and_absent_markers_change_nothing():
    images = scene()
    markers = stamped(images).markers
    lost = Track.lost((240, 220), Fraction(24), 3, "no detail")
    assert remove_markers(images, lost, markers).images is images
    assert remove_report(remove_markers(images, lost, markers), lost, markers).verdict == "refused"
    flat = torch.full_like(images, 0.5)
    assert remove_markers(flat, track(), markers).images is flat
    with pytest.raises(ValueError, match="wire the clip that was tracked"):
        remove_markers(images[:2], track(), markers)


def test_a_fill_goes_on_with_stripes():
    stripes = np.tile((np.arange(96) % 8 < 4)[None, :, None], (96, 1, 3)).astype(np.float32) * 0.6 + 0.2
    hole = np.zeros((96, 96), bool)
    hole[40:56, 40:56] = True
    done = fill(np.where(hole[..., None], 0, stripes).astype(np.float32), hole)
    assert np.abs(done - stripes)[hole].mean() < 0.1
    assert np.array_equal(done[~hole], stripes[~hole])


def moving(count=5):
    """A textured wall that grows and drifts, light that changes, and its corners."""
    corners = np.stack([WALL.array + [2.3 * i, 1.1 * i] + 0.012 * i * (WALL.array - WALL.array.mean(0)) for i in range(count)])
    rng = np.random.default_rng(7)
    wall = cv2.GaussianBlur(0.45 + 0.25 * rng.normal(size=(300, 300, 3)), (0, 0), 3).astype(np.float32)
    frames = []
    for i, quad in enumerate(corners):
        h = homography(unit_square(300, 300) * 0.8 + 30, quad)
        frames.append(warp(torch.from_numpy(wall)[None], h, 240, 260)[0] * (1 + 0.03 * i))
    return torch.stack(frames).clamp(0, 1), [Quad.from_array(q) for q in corners]


def off_track(quads, by=0.1):
    rng = np.random.default_rng(3)
    frames = [TrackFrame(Quad.from_array(q.array + rng.normal(0, by, (4, 2))), "tracked", 1.0) for q in quads]
    return Track((260, 240), Fraction(24), tuple(frames))


@pytest.mark.parametrize(("stamp", "wear", "least"), [(stamp_each, eight_bits, 40), (stamp_each, noisy, 36),
                                                      (stamp_carried, eight_bits, 30)])
def test_each_frame_is_washed_by_its_own_place_ink_and_light(stamp, wear, least):
    images, quads = moving()
    painted, where, markers = stamp(images, quads, pattern="cross", count=8, size_px=20, strength=0.8)
    removed = remove_markers(wear(painted).clamp(0, 1), off_track(quads), markers)
    assert set(removed.how.values()) == {THROUGH}
    each = [db(removed.images[i], images[i], where[i] > 0.01) for i in range(len(images))]
    assert min(each) > least


def test_paint_that_was_not_noted_is_known_by_the_ground():
    images = scene()
    done = stamped(images)
    unknown = replace(done.markers, markers=tuple(replace(m, inks=None) for m in done.markers.markers))
    removed = remove_markers(done.image, track(), unknown)
    assert db(removed.images, images, done.mask > 0.01) > 28


def test_paint_is_found_where_it_lies():
    images, quads = moving(1)
    done = stamp_markers(images, quads[0], pattern="cross", count=8, size_px=20.0, strength=0.8)
    spot = spot_on(done.image[0], homography(unit_square(), quads[0].array + [0.3, -0.2]), done.markers, 4)
    paint = fit_paint(spot, Paint.of(spot.marker.inks), None, PLACE)[0]
    assert paint.shift == pytest.approx([-0.3, 0.2], abs=0.06)
    assert paint.hides == pytest.approx(np.abs(spot.marker.inks))
