"""Real generated clips (extra `demo`): no truth, but behaviour that can be judged by eye and was."""

import importlib.metadata
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.track.findings import findings
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.tracking.track.visible import visible_mask
from raccord.nodes.wires.quad import Quad

SIGN = "88,71 150,71 150,123 87,123"


def clip(name, count):
    try:
        package = importlib.metadata.distribution("comfyui-workflow-templates")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("needs the package comfyui-workflow-templates (extra demo)")
    path = Path(str(package.locate_file("comfyui_workflow_templates/templates"))) / name
    if not path.exists():
        pytest.skip(f"this version of comfyui-workflow-templates has no {name}")
    frames = [
        np.asarray(f.convert("RGB"))
        for _, f in zip(range(count), ImageSequence.Iterator(Image.open(path)), strict=False)
    ]
    return torch.from_numpy(np.stack(frames)).float() / 255


def states(tracked):
    return [f.state for f in tracked.track.frames]


def test_the_sign_is_tracked_behind_the_passer_by_and_after():
    frames = clip("video_wan2_2_5B_ti2v-1.webp", 90)
    tracked = track_surface(Frames(frames), Quad.parse(SIGN), 0, fps=Fraction(30))
    assert states(tracked)[:52] == ["tracked"] * 52
    assert "lost" not in states(tracked)
    assert states(tracked)[-6:] == ["tracked"] * 6
    assert tracked.track.metrics["loop_closure_px"] <= 0.3
    seen = visible_mask(tracked, whole=True)
    assert (
        float(seen[56, 101, 60]) < 0.2 < 0.9 < float(seen[56, 85, 85])
    )  # the hat hides the left, the wall is seen beside it


def test_a_car_that_swells_is_given_up():
    tracked = track_surface(
        Frames(clip("api_kling_effects-1.webp", 45)), Quad.parse("118,248 180,248 180,282 118,282"), 0, fps=Fraction(30)
    )
    lost = states(tracked).index("lost")
    assert 14 <= lost <= 26
    assert set(states(tracked)[:lost]) == {"tracked"}
    assert set(states(tracked)[lost:]) == {"lost"}
    assert any(
        f.check == "track.lost" and f"from frame {lost}" in f.message and "shape" in f.message
        for f in findings(tracked)
    )


def test_a_hard_cut_ends_the_track():
    frames = clip("hunyuan_video_text_to_video-1.webp", 36)
    found = track_surface(Frames(frames), Quad.rectangle(60, 60, 220, 200), 20, fps=Fraction(30))
    assert set(states(found)[28:]) == {"lost"}
