"""The guard's picture: what it shows where, and that it can be read at any size and without colours."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.defects.inject import split_and_inject
from raccord.nodes.continuity.evidence import rows, summary
from raccord.nodes.continuity.evidence.strip import draw_heat
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.image import draw
from raccord.nodes.wires.report import Finding

LEFT, RIGHT = 420, rows.WIDTH - 14  # where the frames of a strip lie
RED, GREEN, AMBER = (np.array(draw.COLOURS[v]) for v in ("fail", "pass", "warn"))


@pytest.fixture(scope="module")
def clip():
    return moving_scene(40)


def strip_of(values, verdict="pass", value=1.0, limit=2.0, unit="%", frames=()):
    """Cells of a strip over ten frames, each (height, width, 3)."""
    found = [Finding("drift.exposure", verdict, "It drifts.", value, unit, limit, frames)]
    strip = draw_heat(found, {"drift.exposure": values, "clip.luma": [1.0] * 10}, (), (0, 9))
    assert strip.shape == (34 + 34, rows.WIDTH, 3)
    edges = np.linspace(LEFT, RIGHT, 11).round().astype(int)
    return [strip[4:30, a + 3:b - 3] for a, b in pairwise(edges)]


def share(cell, colour):
    return float((cell == colour).all(-1).mean())


def test_a_cell_is_filled_as_far_as_its_number_is_to_the_limit():
    cells = strip_of([0.2 * i for i in range(10)])
    assert [share(c, GREEN) for c in cells] == pytest.approx([0.1 * i for i in range(10)], abs=0.04)


def test_a_cell_without_a_number_is_empty_and_zero_is_not():
    empty, zero = strip_of([None, 0.0] + [1.0] * 8)[:2]
    assert (empty[:-1] == draw.PAPER).all()
    assert not (zero[:-1] == draw.PAPER).all(-1).any()
    assert share(zero, GREEN) == 0


def test_a_ratio_counts_by_its_distance_from_one():
    cells = strip_of([1.0, 0.9, 0.8, 1.25, 0.5] + [None] * 5, limit=0.8, unit="ratio")
    filled = [share(c, GREEN) + share(c, AMBER) for c in cells[:5]]
    assert filled == pytest.approx([0, np.log(0.9) / np.log(0.8), 1, 1, 1], abs=0.04)


def test_a_row_is_filled_by_the_finding_that_its_series_belongs_to():
    found = [Finding("drift.sharpness", "pass", "At the join.", 0.4, "%", 16, [9, 10]),
             Finding("drift.sharpness", "pass", "Inside.", 0.9, "ratio", 0.8, [0, 9], is_range=True)]
    strip = draw_heat(found, {"drift.sharpness": [0.8] * 10}, (), (0, 9))
    assert share(strip[4:30, LEFT + 5:LEFT + 90], AMBER) > 0.95


def test_frames_at_fault_stand_in_a_bracket_with_its_sign():
    cells = strip_of([0.1] * 10, "fail", 4.0, frames=[3, 7])
    for i, cell in enumerate(cells):
        top = draw_heat([Finding("a.b", "fail", "x", frames=[3, 7])], {}, (), (0, 9))[3, LEFT + 5 + round(104.6 * i)]
        assert (top == RED).all() == (i in (3, 7))
        assert (share(cell, RED) > 0.01) == (i in (3, 7))


def test_a_check_without_number_that_holds_takes_no_row():
    found = [Finding("seam.echo", "pass", "None."), Finding("seam.freeze", "fail", "Two.", frames=[3, 4])]
    assert draw_heat(found, {}, (4,), (0, 9)).shape[0] == 34 + 34
    assert draw_heat(found, {"seam.echo": [None, 1.0]}, (4,), (0, 9)).shape[0] == 2 * 34 + 34
    assert draw_heat([], {}, (), (0, 0)).shape == (34, rows.WIDTH, 3)


@pytest.mark.parametrize("span", [(0, 0), (-24, 3000), (-1, 100000)])
def test_any_span_is_drawn(span):
    found = [Finding("seam.echo", "fail", "x", 3, "frames", 1, [span[0], span[1]])]
    assert draw_heat(found, {"seam.echo": [1.0] * 50}, (0,), span).shape == (68, rows.WIDTH, 3)


@pytest.mark.parametrize(("frames", "words"), [
    ([4], "frame 4"), ([4, 5], "frames 4 and 5"), ([4, 5, 6], "frames 4 to 6"), ([], "3 frames")])
def test_frames_in_words(frames, words):
    assert summary._detail(Finding("seam.echo", "fail", "x", 3, "frames", 1, frames)).endswith(words)


def test_sentences_are_wrapped_not_cut():
    words = "a sentence that goes on and on " * 12
    found = [Finding("seam.echo", "fail", words, 3, "frames", 1, [4], suggestion=words)]
    long = summary.compose("clip", "fail", [], found, {}, (), (0, 9))
    short = summary.compose("clip", "fail", [], [Finding("seam.echo", "fail", "short", frames=[4])], {}, (), (0, 9))
    assert long.shape[0] - short.shape[0] >= 3 * 39 + 2 * 28
    assert (long[80:long.shape[0] - 70, -10:] == draw.PAPER).all()
    assert " ".join(draw.wrapped(words, 400, 26)).split() == words.split()


def test_the_worst_row_comes_first_and_small_ones_stand_in_pairs():
    picture = np.full((90, 160, 3), 200, np.uint8)
    made = [rows.pictures(v, v, [(picture, "x")] * n, columns=c) for v, n, c in (
        ("pass", 3, 6), ("fail", 4, 4), ("not tested", 2, 6), ("warn", 4, 4))]
    out = rows.stacked(made)
    assert len(out) == 3
    assert all(row.shape[1] == rows.WIDTH for row in out)
    assert (out[0] == RED).all(-1).any()
    assert (out[1] == AMBER).all(-1).any()
    assert (out[2][:, :740] == GREEN).all(-1).any()


def test_a_zoom_shows_its_place_in_the_middle_of_both():
    before = np.full((270, 480, 3), 60, np.uint8)
    after = before.copy()
    after[100:130, 200:240] = (250, 20, 20)
    near = rows.zoom(before, after, (200, 100, 40, 30), (357, 201))
    assert near.shape[1] == pytest.approx(357, abs=3)
    where = (near.astype(int) - (250, 20, 20)).__abs__().sum(-1) < 60
    columns = np.flatnonzero(where.any(0))
    assert columns.mean() == pytest.approx(near.shape[1] * 0.75, abs=6)
    assert np.ptp(columns) == pytest.approx(near.shape[1] / 2 / 1.8, rel=0.3)


@pytest.mark.parametrize("shape", [(180, 320), (90, 40), (64, 64), (540, 960), (40, 400)])
def test_every_clip_gives_a_picture_of_one_width(shape):
    frames = torch.rand(9, *shape, 3, generator=torch.Generator().manual_seed(1)) * 0.2 + 0.4
    answer = guard(frames, Question(first_frame=frames[:1], next_clip=frames.flip(0), watch_zones="a: 0.2 0.2 0.5 0.5"))
    assert answer.evidence.shape[2:] == (rows.WIDTH, 3)
    assert answer.evidence.shape[1] < 4000


def test_a_cut_by_intent_is_shown(clip):
    alone, declared = (guard(clip[:20], q).evidence[0] for q in (
        Question(), Question(next_clip=clip[20:].flip(0, 2), next_edge="hard cut")))
    assert not torch.equal(alone, declared[:alone.shape[0]])


def test_the_mask_lies_on_the_patch(clip):
    made = split_and_inject(clip, 20, "local colour", 1.5, placement="0.5 0.3 0.2 0.3")
    x, y, w, h = made.box
    mask = guard(made.before, Question(next_clip=made.after)).mask[0]
    inside = mask[y:y + h, x:x + w]
    assert float(inside.mean()) > 0.5
    assert float(mask.sum() - inside.sum()) < 0.5 * float(inside.sum())


@pytest.mark.parametrize("defect", ["exposure", "shift"])
def test_the_mask_covers_what_changes_everywhere(clip, defect):
    made = split_and_inject(clip, 20, defect, 3)
    answer = guard(made.before, Question(next_clip=made.after))
    assert answer.report.verdict == "fail"
    assert float((answer.mask > 0.1).float().mean()) > 0.2
