"""A surface of which a part slowly morphs is told from one that is rigid; a keyframe that the picture contradicts is named."""

from fractions import Fraction

import cv2
import moving_sign
import numpy as np
import pytest
import torch
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.track.findings import findings
from raccord.nodes.tracking.track.measures import track_metrics
from raccord.nodes.tracking.track.overlay import overlay
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track

SIZE, COUNT = (320, 240), 34


def morphing(monkeypatch, pace, start=20):
    """A sign whose upper right slowly slides along itself from frame `start` on, by `pace` pixels a frame."""
    corners = moving_sign.path(COUNT, (120, 110), 120, pace=0.8)
    x, y = np.meshgrid(np.arange(256, dtype=np.float32), np.arange(256, dtype=np.float32))
    bump = np.exp(-((x - 180) ** 2 + (y - 90) ** 2) / (2 * 40**2)).astype(np.float32)
    plain, frames = moving_sign.texture, []
    for t in range(COUNT):
        far = max(0, t - start + 1) * pace * 256 / 120
        sign = cv2.remap(plain(0), x + far * bump, y + 0.5 * far * bump, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        monkeypatch.setattr(moving_sign, "texture", lambda seed=0, side=256, s=sign: plain(seed, side) if seed else s)
        frames.append(moving_sign.film(corners[[t, t]], SIZE, noise=0)[:1])
    noise = np.random.default_rng(2).normal(0, 1 / 255, (COUNT, SIZE[1], SIZE[0], 1)).astype(np.float32)
    return (torch.cat(frames) + torch.from_numpy(noise)).clamp(0, 1), corners


def tracked(clip, corners, **options):
    return track_surface(Frames(clip), Quad.from_array(corners[0]), 0, fps=Fraction(24), **options)


@pytest.mark.parametrize("pace", [0.15, 0.3])
def test_a_part_that_morphs_is_found_where_and_when(monkeypatch, pace):
    clip, corners = morphing(monkeypatch, pace)
    found = tracked(clip, corners)
    first = track_metrics(found)["track.first_bad_frame"]
    assert Track.from_json(found.track.to_json()).first_bad_frame == found.track.first_bad_frame == first
    assert 20 < first <= 20 + np.ceil(1.0 / pace)  # half a pixel on the mean of a cell is a pixel at the middle of the bump
    finding = next(f for f in findings(found) if f.check == "track.breathing")
    assert (finding.verdict, finding.frames) == ("fail", list(range(first, COUNT)))
    x, y, width, height = finding.box
    middle = corners[first][0] + (corners[first][2] - corners[first][0]) * (180 / 256, 90 / 256)
    assert np.abs(np.array([x + width / 2, y + height / 2]) - middle).max() < 30
    cells = found.breathes[-1]
    assert cells[:3, 2:].max() > 1.0
    assert cells[4].max() == cells[:, 0].max() == 0
    red = overlay(Frames(clip), found)
    assert float((red[-1, ..., 0] - red[-1, ..., 2]).max()) > 0.3 + float((clip[-1, ..., 0] - clip[-1, ..., 2]).max())


@pytest.mark.parametrize("options", [{"noise": 8.0}, {"flicker": True}, {"blur": 180}])
def test_a_rigid_surface_does_not_alarm(options):
    corners = moving_sign.path(24, (120, 110), 120, pace=0.8)
    found = tracked(moving_sign.film(corners, SIZE, **options), corners)
    assert found.breathes.max() == 0
    assert track_metrics(found)["track.first_bad_frame"] is None


def test_a_wrong_keyframe_is_kept_blended_to_and_named():
    corners = moving_sign.path(13, (120, 110), 120)
    clip = moving_sign.film(corners, SIZE)
    wrong = corners[8] + (6.0, 0.0)
    found = tracked(clip, corners, keyframes={8: Quad.from_array(wrong), 12: Quad.from_array(corners[12])})
    at = [f.corners.array for f in found.track.frames]
    assert np.abs(at[8] - wrong).max() == 0
    assert np.abs(at[12] - corners[12]).max() == 0
    for t in range(1, 8):
        assert np.abs(at[t] - corners[t] - (6.0 * t / 8, 0.0)).max() < 0.4, t
    for t in range(9, 12):
        assert np.abs(at[t] - corners[t] - (6.0 * (12 - t) / 4, 0.0)).max() < 0.4, t
    finding = next(f for f in findings(found) if f.check == "track.keyframe")
    assert finding.frames == [8, 12]
    assert finding.value == pytest.approx(6.0, abs=0.4)


@pytest.mark.parametrize("model", ["affine", "similarity"])
@pytest.mark.parametrize("reference", [0, 5, -1])
def test_simpler_models_both_ways_from_any_frame(model, reference):
    t = np.arange(10)
    turn, grow = 0.02 * t, 1 + 0.01 * t
    square = np.array([[-50, -45], [50, -45], [50, 45], [-50, 45]], float)
    stretch = np.array([[1, 0.01], [0, 0.985]]) if model == "affine" else np.eye(2)
    corners, form = [], np.eye(2)
    for k in t:
        c, s = np.cos(turn[k]) * grow[k], np.sin(turn[k]) * grow[k]
        corners.append(square @ (form @ np.array([[c, -s], [s, c]])).T + (130 + 2.5 * k, 110 + k))
        form = form @ stretch
    corners = np.array(corners)
    clip = moving_sign.film(corners, SIZE, seed=8)
    found = track_surface(Frames(clip), Quad.from_array(corners[reference]), reference, fps=Fraction(24), model=model)
    off = [np.sqrt(((f.corners.array - c) ** 2).sum(1).mean()) for f, c in zip(found.track.frames, corners, strict=True)]
    assert found.track.reference_frame == reference % 10
    assert max(off) < 0.1
    shown = found.track.frames[3].corners.array
    assert np.abs(shown[0] + shown[2] - shown[1] - shown[3]).max() < 1e-4  # opposite edges stay parallel
