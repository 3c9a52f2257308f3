from fractions import Fraction

import numpy as np
import pytest
import torch
from films import VideoFromFile, write_rgb
from moving_sign import film, path
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.track.findings import findings
from raccord.nodes.tracking.track.flow import fit_plane
from raccord.nodes.tracking.track.measures import track_metrics
from raccord.nodes.tracking.track.overlay import frames_shown, overlay
from raccord.nodes.tracking.track.points import point_tracks
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.tracking.track.visible import mask_size, visible_mask
from raccord.nodes.wires.quad import Quad

SIZE = (320, 240)


def track(clip, corners, reference=0, **options):
    return track_surface(Frames(clip), Quad.from_array(corners[reference]), reference, fps=Fraction(24), **options)


def errors(tracked, corners):
    """RMS corner error of every tracked frame, by number."""
    return {
        i: float(np.sqrt(((f.corners.array - corners[i]) ** 2).sum(1).mean()))
        for i, f in enumerate(tracked.track.frames)
        if f.state == "tracked"
    }


def states(tracked):
    return "".join(f.state[1] for f in tracked.track.frames)  # trAcked r, oCcluded c, oUt u, lOst o


@pytest.fixture(scope="module")
def sign():
    corners = path(16, (120, 110), 120)
    return film(corners, SIZE), corners


@pytest.mark.parametrize("options", [{}, {"noise": 8.0}, {"flicker": True}, {"blur": 180}])
def test_corners_are_within_a_tenth_of_a_pixel(options):
    corners = path(14, (120, 110), 120)
    off = errors(track(film(corners, SIZE, seed=3, **options), corners), corners)
    assert len(off) == 14
    assert np.median(list(off.values())) < 0.08
    assert max(off.values()) < 0.15


def test_tracks_both_ways_and_keeps_what_was_given(sign):
    clip, corners = sign
    tracked = track(clip, corners, 9)
    assert np.abs(tracked.track.frames[9].corners.array - corners[9]).max() == 0
    assert len(errors(tracked, corners)) == 16
    assert max(errors(tracked, corners).values()) < 0.1
    assert tracked.track.metrics["loop_closure_px"] < 0.1
    assert track_metrics(tracked)["track.first_bad_frame"] is None
    assert {f.verdict for f in findings(tracked)} == {"pass"}


def test_a_film_is_tracked_as_its_batch_is(sign, tmp_path):
    clip, corners = sign
    clip = (clip * 255).round() / 255
    video = VideoFromFile(write_rgb(tmp_path / "x.mkv", (clip * 255).to(torch.uint8).numpy(), Fraction(25)))
    one, two = track(clip, corners, 3), track(video, corners, 3)
    for a, b in zip(one.track.frames, two.track.frames, strict=True):
        assert np.allclose(a.corners.array, b.corners.array, atol=1e-6)


def test_whole_pixels_are_exact():
    wide = np.kron(np.random.default_rng(7).integers(0, 255, (40, 70), np.uint8), np.ones((6, 6), np.uint8))
    clip = (
        torch.from_numpy(np.stack([wide[:, 2 * t : 2 * t + 300] for t in range(12)]))
        .float()[..., None]
        .expand(-1, -1, -1, 3)
        / 255
    )
    start = np.array([[100, 80], [200, 80], [200, 160], [100, 160]], float)
    corners = start - 2 * np.arange(-6, 6)[:, None, None] * (1, 0)
    off = errors(track(clip, corners, 6), corners)
    assert len(off) == 12
    assert max(off.values()) < 0.02


def hide(partly, wholly):
    rng = np.random.default_rng(5)
    cloth = np.kron(rng.uniform(40, 220, (40, 40)), np.ones((9, 9)))

    def inner(t, frame, corners):
        share = 0.3 if t in partly else (1.4 if t in wholly else 0)
        if not share:
            return frame
        low, high = corners.min(0).astype(int) - 8, corners.max(0).astype(int) + 8
        frame = frame.copy()
        right = int(low[0] + share * (high[0] - low[0]))
        part = frame[max(0, low[1]) : high[1], max(0, low[0]) : right]
        part[:] = cloth[: part.shape[0], : part.shape[1]]
        return frame

    return inner


def test_occlusion_is_a_gap_and_nothing_called_tracked_is_off():
    corners = path(34, (110, 110), 120, pace=0.6)
    clip = film(corners, SIZE, seed=4, hide=hide(range(8, 16), range(16, 22)))
    tracked = track(clip, corners)
    assert states(tracked)[16:22] == "c" * 6
    assert states(tracked)[24:] == "r" * 10
    off = errors(tracked, corners)
    assert max(off.values()) < 0.3
    assert max(v for t, v in off.items() if t >= 22) < 0.15
    predicted = np.stack([f.corners.array for f in tracked.track.frames[16:22]])
    assert np.abs(predicted - corners[16:22]).max() < 4
    seen = visible_mask(tracked, whole=True)
    assert seen.shape == (34, 240, 320)
    assert float(seen[18].max()) == 0
    left = tuple((corners[12].mean(0) * (1, 1) - (45, 0)).astype(int))
    right = tuple((corners[12].mean(0) + (30, 0)).astype(int))
    assert float(seen[12, left[1], left[0]]) < 0.3 < 0.9 < float(seen[12, right[1], right[0]])


@pytest.mark.parametrize("kind", ["other", "mirrored"])
def test_a_cut_ends_the_track(sign, kind):
    clip, corners = sign
    after = clip.flip(2) if kind == "mirrored" else film(path(16, (180, 120), 100), SIZE, seed=30)
    tracked = track(torch.cat([clip[:8], after[8:]]), corners)
    assert states(tracked) == "r" * 8 + "o" * 8
    assert [f.check for f in findings(tracked) if f.verdict == "fail"] == ["track.state", "track.cut"]
    assert track_metrics(tracked)["track.first_bad_frame"] == 8


def test_keyframes_are_kept_exactly_and_restart_after_a_cut(sign):
    clip, corners = sign
    cut = torch.cat([clip[:6], film(path(16, (150, 110), 90), SIZE, seed=30)[6:]])
    second = path(16, (150, 110), 90)
    tracked = track(cut, corners, keyframes={10: Quad.from_array(second[10])})
    assert np.abs(tracked.track.frames[10].corners.array - second[10]).max() == 0
    assert states(tracked) == "r" * 16
    for i, f in enumerate(tracked.track.frames):
        assert np.abs(f.corners.array - (corners if i < 6 else second)[i]).max() < 0.3, i


def test_a_surface_that_leaves_the_frame_is_out():
    corners = path(20, (220, 120), 90, pace=3.0)
    tracked = track(film(corners, SIZE, seed=6), corners)
    assert states(tracked)[0] == "r"
    assert states(tracked)[-1] in "uo"
    assert max(errors(tracked, corners).values()) < 0.5


def test_nothing_to_hold_on_to_is_refused_or_not_tracked():
    clip = torch.rand((6, 120, 160, 3), generator=torch.Generator().manual_seed(0))
    noisy = track_surface(Frames(clip), Quad.rectangle(40, 30, 60, 50), 2, fps=Fraction(24))
    assert [f.state for f in noisy.track.frames].count("tracked") <= 1
    flat = track_surface(Frames(torch.full((4, 100, 100, 3), 0.5)), Quad.rectangle(20, 20, 50, 50), 0, fps=Fraction(24))
    assert {f.state for f in flat.track.frames} == {"lost"}
    assert "no detail" in flat.track.refused
    assert [f.verdict for f in findings(flat)] == ["refused"]
    assert overlay(Frames(torch.full((4, 100, 100, 3), 0.5)), flat).shape == (4, 100, 100, 3)


@pytest.mark.parametrize("model", ["affine", "similarity", "translation"])
def test_simpler_motions(model, sign):
    moves = np.array([[100, 60], [180, 60], [180, 140], [100, 140]], float) + np.arange(8)[:, None, None] * (2.5, 1.25)
    off = errors(track(film(moves, SIZE, seed=8), moves, model=model), moves)
    assert len(off) == 8
    assert max(off.values()) < 0.1


def test_one_frame_and_no_refinement(sign):
    clip, corners = sign
    alone = track(clip[:1], corners)
    assert [f.state for f in alone.track.frames] == ["tracked"]
    assert alone.track.refused == ""
    assert max(errors(track(clip, corners, refine=False), corners).values()) < 1.0


def test_mask_leaves_out_what_moves_by_itself(sign):
    clip, corners = sign
    mask = torch.ones((1, 240, 320))
    mask[:, :, 120:] = 0
    off = errors(track(clip, corners, mask=mask), corners)
    assert len(off) > 12
    assert np.median(list(off.values())) < 0.6


def test_points_overlay_and_sizes(sign):
    clip, corners = sign
    tracked = track(clip, corners)
    points = point_tracks(tracked)
    assert points["track_path"].shape[0] == 16
    assert points["track_path"].shape[2] == 2
    assert torch.allclose(points["track_path"][:, :4].double(), torch.from_numpy(corners), atol=0.15)
    assert points["track_visibility"].dtype == torch.bool
    assert float(points["track_visibility"].float().mean()) > 0.9
    picture = overlay(Frames(clip), tracked, 1001)
    assert picture.shape == (16, 240, 320, 3)
    assert frames_shown(500, whole=False) == sorted(set(frames_shown(500, whole=False)))
    assert (len(frames_shown(500, whole=False)), len(frames_shown(500, whole=True))) == (96, 500)
    small = mask_size(2000, 1280, 720, whole=False)
    assert 2000 * small[0] * small[1] * 4 <= 260 << 20


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reference": 99}, "reference_frame within 0..15"),
        ({"model": "bend"}, "motion_model"),
        ({"keyframes": {40: Quad.rectangle(1, 1, 20, 20)}}, "keyframes within"),
        ({"mask": torch.zeros((1, 240, 320))}, "inside the mask"),
    ],
)
def test_refusals(sign, options, words):
    clip, corners = sign
    reference = options.pop("reference", None)
    with pytest.raises(ValueError, match=words):
        if reference is None:
            track(clip, corners, **options)
        else:
            track_surface(Frames(clip), Quad.from_array(corners[0]), reference, fps=Fraction(24))


def test_a_surface_outside_the_frame_is_refused(sign):
    with pytest.raises(ValueError, match="inside the 320x240 frame"):
        track_surface(Frames(sign[0]), Quad.rectangle(-200, -100, 80, 60), 0, fps=Fraction(24))
    with pytest.raises(ValueError, match="64 square pixels"):
        track_surface(Frames(sign[0]), Quad.rectangle(10, 10, 5, 5), 0, fps=Fraction(24))


def test_matches_that_all_lie_on_one_point_are_no_plane():
    source = np.random.default_rng(0).uniform(0, 200, (40, 2))
    h, agree = fit_plane(source, source * 0.5 + 3, "homography", 2.0)
    assert np.allclose(h / h[2, 2], [[0.5, 0, 3], [0, 0.5, 3], [0, 0, 1]], atol=1e-3)
    assert agree.all()
    for model in ("homography", "affine", "similarity"):
        assert fit_plane(source, np.full((40, 2), 70.0) + source * 1e-9, model, 2.0) is None
