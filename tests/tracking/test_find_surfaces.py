"""What Find Surfaces proposes can be tracked, as well as it says and as long as it says; where nothing can, it says so."""

import json
from fractions import Fraction

import cv2
import flat_scenes
import moving_sign
import numpy as np
import pytest
import torch
from films import VideoFromFile, write_rgb
from moving_scene import moving_scene
from raccord.nodes import runtime
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.find.detail import glare_in, look_for_detail, noise_of
from raccord.nodes.tracking.find.error import corner_error
from raccord.nodes.tracking.find.life import Life
from raccord.nodes.tracking.find.picture import heatmap, overlay
from raccord.nodes.tracking.find.repeat import repeats
from raccord.nodes.tracking.find.report import surfaces_report
from raccord.nodes.tracking.find.surfaces import find_surfaces
from raccord.nodes.tracking.find.trial import try_out
from raccord.nodes.tracking.nodes import RaccordFindSurfaces, RaccordTrackSurface
from raccord.nodes.tracking.track.cut import Cuts
from raccord.nodes.tracking.track.source import Luma
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad


def still(grey):
    """One frame (1, H, W, 3) of a grey picture 0..255."""
    return torch.from_numpy(np.asarray(grey, np.float32) / 255)[None, ..., None].expand(-1, -1, -1, 3).contiguous()


def real_error(clip, surface, maps):
    """Root mean square over the frames of the worst corner's distance from the truth."""
    track = track_surface(Frames(clip), surface.corners, 0, fps=Fraction(24)).track
    truth = flat_scenes.path_of(surface.corners.array, maps)
    off = [np.linalg.norm(f.corners.array - c, axis=1).max() for f, c in zip(track.frames[1:], truth[1:], strict=True)
           if f.state == "tracked" and f.corners]
    return float(np.sqrt(np.mean(np.square(off)))) if off else np.nan


@pytest.fixture(scope="module")
def found(example):
    return find_surfaces(Frames(example.images[:16]), 4)


class TestExampleShot:
    def test_the_sign_comes_first_with_its_own_edges(self, example, found):
        sign, best = np.array(example.truth["sign"][0]), found.surfaces.surfaces[0].corners
        assert found.proposals[0].outlined
        assert all(cv2.pointPolygonTest(sign.astype(np.float32), (x, y), True) > -3 for x, y in best.corners)
        assert best.area > 0.75 * Quad.from_array(sign).area

    def test_what_is_found_is_tracked_through_the_wire(self, example, found):
        out = RaccordTrackSurface.execute(example.images[:16], "", 0, "", "homography", True, surface=found.surfaces,
                                          surface_index=0)
        assert [frame.state for frame in out.args[0].frames] == ["tracked"] * 16

    def test_surfaces_lie_apart(self, found):
        quads = [s.corners.array.astype(np.float32) for s in found.surfaces.surfaces]
        assert len(quads) >= 3
        pairs = [(a, b) for i, a in enumerate(quads) for b in quads[:i]]
        assert all(cv2.intersectConvexConvex(a, b)[0] <= 0.16 * min(map(cv2.contourArea, (a, b))) for a, b in pairs)

    def test_the_door_is_dark_and_the_sign_bright_in_the_heatmap(self, found):
        picture = heatmap(found)[0].mean(-1)
        assert picture[90:280, 300:600].mean() > 3 * picture[150:230, 800:930].mean()

    def test_the_same_clip_gives_the_same_answer(self, example, found):
        again = find_surfaces(Frames(example.images[:16]), 4)
        assert again.surfaces == found.surfaces


def test_the_expected_error_ranks_with_the_real_one():
    maps, expected, real = flat_scenes.camera(3), [], []
    for seed, (noise, blur) in enumerate(((1.5, 0.0), (6.0, 0.0), (12.0, 1.2))):
        clip = flat_scenes.film(moving_sign.texture(seed + 3, 512), maps, noise=noise, blur=blur, seed=seed)
        for surface in find_surfaces(Frames(clip), 4).surfaces.surfaces:
            expected.append(surface.error_px)
            real.append(real_error(clip, surface, maps))
    known = np.isfinite(real)
    assert known.sum() >= 11
    assert flat_scenes.rank_correlation(np.array(expected)[known], np.array(real)[known]) >= 0.7


def test_detail_that_runs_one_way_does_not_hold_the_other():
    rng = np.random.default_rng(0)
    stripes = np.tile(cv2.GaussianBlur(rng.uniform(0, 255, (1, 480)).astype(np.float32), (0, 0), 2), (300, 1))
    both = cv2.GaussianBlur(rng.uniform(0, 255, (300, 480)).astype(np.float32), (0, 0), 2) * 2
    quad = np.array([[100, 60], [300, 60], [300, 240], [100, 240]], float)
    one, other = (corner_error(look_for_detail(still(np.clip(p + rng.normal(0, 3, p.shape), 0, 255))[0], None), quad)
                  for p in (stripes, both))
    assert one > 0.7 > 0.1 > other


def test_noise_is_measured_beside_detail():
    picture = moving_sign.texture(1, 512)
    for sigma in (2.0, 6.0):
        noisy = np.clip(picture + np.random.default_rng(2).normal(0, sigma, picture.shape), 0, 255).round().astype(np.uint8)
        assert noise_of(noisy) == pytest.approx(sigma, rel=0.2)


def test_windows_that_look_alike_are_told_from_what_is_unique():
    house = np.full((360, 480), 90, np.float32)
    for y in range(20, 340, 60):
        for x in range(20, 460, 55):
            house[y:y + 34, x:x + 26] = 200
            house[y + 15:y + 18, x:x + 26] = 60
    quad = np.array([[120, 80], [320, 80], [320, 250], [120, 250]], float)
    unique = cv2.resize(moving_sign.texture(4, 480), (480, 360))
    alike, apart = (repeats(look_for_detail(still(p)[0], None), quad) for p in (house, unique))
    assert alike > 0.95
    assert apart < 0.8


def _house(rng, apart):
    """Windows in rows (360, 320), each up to `apart` pixels off its place: as much detail with repetition as without."""
    picture = np.full((360, 320), 90, np.float32)
    for y in range(26, 340, 58):
        for x in range(22, 300, 52):
            left, top = np.array([x, y]) + rng.integers(-apart, apart + 1, 2)
            picture[top:top + 30, left:left + 24] = 200
            picture[top + 13:top + 16, left:left + 24] = 60
    return picture


@pytest.mark.parametrize("unique_first", [False, True])
def test_a_front_of_even_windows_comes_after_one_of_uneven_windows(unique_first):
    rng = np.random.default_rng(1)
    halves = [_house(rng, 11), _house(rng, 0)]
    picture = cv2.GaussianBlur(np.hstack(halves if unique_first else halves[::-1]), (0, 0), 0.8) + rng.normal(0, 2, (360, 640))
    found = find_surfaces(Frames(still(picture.clip(0, 255))), 8)
    even = [(s.corners.array[:, 0].mean() > 320) == unique_first for s in found.surfaces.surfaces]
    assert not even[0]
    assert any(e and "its pattern repeats" in s.sentence for e, s in zip(even, found.surfaces.surfaces, strict=True))


def test_any_of_the_surfaces_is_tracked_by_its_number():
    clip = flat_scenes.film(moving_sign.texture(3, 512), flat_scenes.camera(3), noise=1.0)
    surfaces = find_surfaces(Frames(clip[:1]), 3).surfaces
    for number in (1, 2):
        track = RaccordTrackSurface.execute(clip, "", 0, "", "homography", True, surface=surfaces, surface_index=number).args[0]
        assert track.frames[0].corners == surfaces.surfaces[number].corners
        assert [f.state for f in track.frames] == ["tracked"] * 3
    half = clip[:, ::2, ::2]
    track = RaccordTrackSurface.execute(half, "", 0, "", "homography", True, surface=surfaces, surface_index=1).args[0]
    assert track.frames[0].corners.array == pytest.approx(surfaces.surfaces[1].corners.array / 2)
    with pytest.raises(ValueError, match="surface_index below 3"):
        RaccordTrackSurface.execute(clip, "", 0, "", "homography", True, surface=surfaces, surface_index=3)


def test_a_highlight_is_glare_and_white_letters_are_not():
    picture = np.full((200, 300, 3), 0.35, np.float32)
    y, x = np.mgrid[:200, :300]
    picture += (1.2 * np.exp(-((x - 80) ** 2 + (y - 100) ** 2) / 150))[..., None]
    picture = (picture.clip(0, 1) * 255).astype(np.uint8)
    cv2.putText(picture, "GARE", (150, 110), cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 3)
    glare = glare_in(picture.astype(np.float32) / 255)
    assert glare[100, 80]
    assert not glare[:, 140:].any()


def test_a_surface_that_slides_out_says_where_and_when():
    clip = moving_scene(40, speed=-6.0)  # the ground slides to the right
    found = find_surfaces(Frames(clip), 3)
    leaving = [s.sentence for s, p in zip(found.surfaces.surfaces, found.proposals, strict=True) if p.life.why == "right"]
    assert leaving
    assert all("leaves the frame on the right" in sentence for sentence in leaving)


def test_it_lasts_as_long_as_it_says():
    """Against Track Surface on the same clip: slides out, is covered by a thing that crosses, or stays."""
    clip = moving_scene(30, speed=-6.0)
    found = find_surfaces(Frames(clip), 4)
    lives = [p.life.frames for p in found.proposals]
    tracks = [track_surface(Frames(clip), s.corners, 0, fps=Fraction(24)).track for s in found.surfaces.surfaces]
    assert len(set(lives)) > 1
    assert lives == [len(clip) if t.first_bad_frame is None else t.first_bad_frame for t in tracks]
    assert all(f"Good for {'all ' * (n == 30)}{n}" in s.sentence for n, s in zip(lives, found.surfaces.surfaces, strict=True))


def test_past_the_frames_that_are_tried_the_corners_stand_for_it():
    clip, bar = flat_scenes.film(moving_sign.texture(2, 512), flat_scenes.camera(12), noise=1.0), runtime.Progress(99)
    luma, quad = Luma(Frames(clip)), np.array([[200, 100], [400, 100], [400, 260], [200, 260]], float)
    promised = Life(9, 12, "left", 1.0, 1.0, True)
    assert (try_out(luma, Cuts(luma), quad, promised, 5, bar), bar.done) == (promised, 4)
    assert try_out(luma, Cuts(luma), quad, promised, 12, bar) == Life(12, 12, "", 1.0, 1.0, True)


def test_no_surface_lies_over_two_things_that_move_apart():
    left, right = moving_sign.texture(5, 420), moving_sign.texture(6, 420)
    frames = [np.concatenate([left[20:320, 20 + 2 * t:260 + 2 * t], right[40 + t:340 + t, 60:300]], axis=1) for t in range(12)]
    found = find_surfaces(Frames(torch.cat([still(f) for f in frames])), 4)
    assert found.surfaces.surfaces
    for surface in found.surfaces.surfaces:
        x = surface.corners.array[:, 0]
        assert x.max() < 262 or x.min() > 218


def test_the_mask_keeps_surfaces_in_its_white():
    mask = torch.zeros(1, 360, 640)
    mask[:, :, 330:] = 1
    clip = flat_scenes.film(moving_sign.texture(2, 512), flat_scenes.camera(1))
    found = find_surfaces(Frames(clip), 3, mask)
    assert found.surfaces.surfaces
    assert min(s.corners.array[:, 0].min() for s in found.surfaces.surfaces) > 300


def test_a_clip_that_fades_in_says_where_to_begin():
    clip = flat_scenes.film(moving_sign.texture(3, 512), flat_scenes.camera(10))
    light = torch.tensor([0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 1, 1, 1])[:, None, None, None]
    report = surfaces_report(find_surfaces(Frames(clip * light), 3), 3)
    begins = next(f for f in report.findings if f.check == "surfaces.begins")
    assert begins.value in (5, 6)
    assert f"begin the clip at frame {begins.value}." in begins.suggestion
    assert "first frame is nearly empty" in report.findings[0].message
    assert not any(f.check == "surfaces.begins" for f in surfaces_report(find_surfaces(Frames(clip[:2]), 1), 1).findings)


def test_what_comes_later_is_said_not_to_be_searched():
    clip, other = (flat_scenes.film(moving_sign.texture(s, 512), flat_scenes.camera(6)) for s in (3, 4))
    findings = surfaces_report(find_surfaces(Frames(torch.cat([clip, other])), 2), 2).findings
    later = next(f for f in findings if f.check == "surfaces.later")
    assert (later.verdict, later.value, later.frames) == ("not tested", 6, [6, 11])


@pytest.mark.parametrize("frames", [1, 5])
def test_nothing_to_track_is_an_answer(frames):
    surfaces, heat, picture, report = RaccordFindSurfaces.execute(torch.full((frames, 180, 320, 3), 0.5), 5).args
    assert surfaces.surfaces == ()
    document = json.loads(report)
    assert (document["verdict"], document["metrics"]["surfaces"]) == ("refused", [])
    assert "there is no detail" in document["findings"][0]["message"]
    assert heat.shape == picture.shape == (1, 180, 320, 3)


def test_the_report_lists_the_surfaces_as_the_wire_has_them():
    clip = flat_scenes.film(moving_sign.texture(7, 512), flat_scenes.camera(1))
    found = find_surfaces(Frames(clip), 2)
    report = surfaces_report(found, 2).to_dict()
    assert report["metrics"]["surfaces"] == [json.loads(json.dumps(s.to_json())) for s in found.surfaces.surfaces]
    assert {f["check"] for f in report["findings"]} >= {"surfaces.found", "surfaces.error"}
    assert overlay(found, clip[0]).shape == (1, 360, 640, 3)


def test_nothing_found_makes_a_refused_track_and_no_error():
    clip = torch.full((5, 90, 160, 3), 0.5)
    surfaces = RaccordFindSurfaces.execute(clip, 5).args[0]
    track, _, visible, _, report = RaccordTrackSurface.execute(clip, "", 0, "", "homography", True, surface=surfaces).args
    assert [frame.state for frame in track.frames] == ["lost"] * 5
    assert "found nothing" in track.refused
    assert not visible.any()
    assert json.loads(report)["verdict"] == "refused"


def test_a_film_gives_the_same_surfaces_as_its_frames(tmp_path):
    clip = flat_scenes.film(moving_sign.texture(9, 512), flat_scenes.camera(6))
    film = VideoFromFile(write_rgb(tmp_path / "film.mkv", (clip.numpy() * 255).round().astype(np.uint8)))
    assert find_surfaces(Frames(film), 3).surfaces == find_surfaces(Frames(clip), 3).surfaces
