"""A watched detail that changes its colour or its shape in a drawn clip, at the join and inside, and one that only moves."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.profile import Limit
from raccord.nodes.continuity.watch.bend import bends_of, stand_out
from raccord.nodes.continuity.watch.detail import CELLS, Change, change_of
from raccord.nodes.image.opencv import cv2

BOX = (136, 76, 48, 48)


@pytest.fixture(scope="module")
def clip():
    return moving_scene(24, speed=1.5)


def patched(frames, kind):
    x, y, w, h = BOX
    out = frames.clone()
    if kind == "colour":
        out[:, y:y + h, x:x + w] = (out[:, y:y + h, x:x + w] * torch.tensor((1.1, 1.0, 0.9))).clamp(0, 1)
        return out
    at_x, at_y = np.meshgrid(np.arange(320, dtype=np.float32), np.arange(200, dtype=np.float32))
    reach = np.zeros((200, 320), np.float32)
    reach[y:y + h, x:x + w] = np.outer(np.hanning(h), np.hanning(w))
    return torch.stack([torch.from_numpy(cv2.remap(f.numpy(), at_x - 2 * reach, at_y, cv2.INTER_CUBIC)) for f in out]).clamp(0, 1)


def mask():
    x, y, w, h = BOX
    out = torch.zeros(1, 200, 320)
    out[:, y:y + h, x:x + w] = 1
    return out


def watched(before, after):
    report = guard(before, Question(next_clip=after, watch_mask=mask())).report
    return [f for f in report.findings if f.check == "seam.region" and f.message.startswith("mask")]


@pytest.mark.parametrize(("kind", "word"), [("colour", "colour"), ("shape", "shape")])
def test_a_change_at_the_join_is_named_and_boxed(clip, kind, word):
    found = watched(clip[:12], patched(clip[12:], kind))
    assert [f.verdict for f in found] == ["fail"]
    assert word in found[0].message
    assert list(found[0].frames) == [11, 12]
    assert tuple(found[0].box) == BOX


def test_a_detail_that_only_moves_passes(clip):
    assert [f.verdict for f in watched(clip[:12], clip[12:])] == ["pass"]


@pytest.mark.parametrize("kind", ["colour", "shape"])
def test_a_change_inside_the_clip_is_told_at_its_frames(kind):
    clip = moving_scene(24, speed=0.5)
    changed = torch.cat((clip[:13], patched(clip[13:], kind)))
    found = {f.check: f for f in guard(changed, Question(watch_mask=mask())).report.findings}["drift.region"]
    assert found.verdict == "fail"
    assert list(found.frames) == [12, 13]


def test_the_amounts_are_the_ones_put_in(clip):
    first, second = ((f * 255).byte().numpy() for f in (clip[11], clip[12]))
    tinted, bent = ((patched(clip[12:13], kind)[0] * 255).byte().numpy() for kind in ("colour", "shape"))
    plain, colour, shape = (change_of(first, other, BOX, (-1.5, 0.0)) for other in (second, tinted, bent))
    level = second[76:124, 136:184].reshape(-1, 3).mean(0)
    assert abs((colour.tint - plain.tint)[0] - (0.1 * level[0] - (0.0213 * level[0] - 0.00722 * level[2]))) < 1.5
    bends = bends_of([plain, plain, shape, plain, plain])
    assert 1.2 < bends[2].value < 2.4
    assert bends[2].clear > 2
    assert bends[0].value < 0.1


def going(across, plain, height=0.0):
    """A change of a detail that goes `across` pixels, its middle by `height` more."""
    at = (np.arange(CELLS) + 0.5) / CELLS - 0.5
    hill = np.where(np.abs(at) < 0.25, np.cos(2 * np.pi * at) ** 2, 0)
    flow = np.zeros((CELLS, CELLS, 2), np.float32)
    flow[..., 0] = across + height * np.outer(hill, hill)
    return Change(np.zeros(2), flow, np.ones((CELLS, CELLS), np.float16), plain, 1.0, (0.5, 0.5))


def test_a_repeat_is_held_beside_repeats():
    still, moves = going(0, 0.0), going(3, 9.0)
    changes = [still, still, moves] * 6
    changes[9] = going(0, 0.2, 1.5)
    bends, limit = bends_of(changes), Limit(0.4, 0.5, "px", 1.0, 0.1)
    assert abs(bends[9].value - 1.5) < 0.05
    assert stand_out(changes, bends, 9, limit)[1].z > 3
    assert stand_out(changes, bends, 11, limit)[1].z < 0.1


def test_a_bump_that_goes_on_is_no_bend():
    changes = [going(2, 9.0, 1.5) for _ in range(12)]
    assert max(b.value for b in bends_of(changes)) < 0.05


def test_flat_cells_say_nothing():
    bare = [Change(c.tint, c.flow, c.weight * 0, c.plain, c.seen, c.part) for c in [going(2, 9.0)] * 5 + [going(2, 9.0, 2)] * 6]
    assert not any(b.sure for b in bends_of(bare))
