"""What the latent grid says of a defect: which block, and what to drop."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from moving_scene import moving_scene
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.inside.latent import add_latent_hints, group_edges
from raccord.nodes.wires.report import Finding


def hinted(grid, length, **values):
    finding = Finding("drift.exposure", "fail", "A step.", 4.0, "%", 2.0, **values)
    return add_latent_hints([finding], grid, length)


@pytest.mark.parametrize(("grid", "edges"), [("wan 4n+1", (1, 5, 9, 13, 17)), ("ltx 8n+1", (1, 9, 17)), ("h3 17k+5", (5,)),
                                             ("none", ())])
def test_groups_begin_where_the_models_do(grid, edges):
    assert group_edges(grid, 21) == edges


@pytest.mark.parametrize(("grid", "length", "frame", "block", "drop"), [
    ("wan 4n+1", 33, 5, 2, "drop the first 5 frames"), ("wan 4n+1", 33, 17, 5, "drop the 4 frames from it"),
    ("ltx 8n+1", 33, 9, 2, "drop the first 9 frames"), ("ltx 8n+1", 33, 25, 4, "drop the 8 frames from it"),
    ("h3 17k+5", 56, 22, 2, "drop the first 22 frames"), ("h3 17k+5", 56, 39, 3, "drop the 17 frames from it")])
def test_a_step_on_the_edge_of_a_block_names_it(grid, length, frame, block, drop):
    said = hinted(grid, length, frames=[frame - 1, frame])[0].suggestion
    assert f"Frame {frame} begins" in said
    assert f"latent block {block} " in said
    assert drop in said


@pytest.mark.parametrize(("grid", "length", "inside"), [("wan 4n+1", 33, 11), ("ltx 8n+1", 33, 13), ("h3 17k+5", 56, 30)])
def test_one_inside_a_block_and_a_slow_one_are_left_alone(grid, length, inside):
    assert hinted(grid, length, frames=[inside])[0].suggestion == ""
    assert hinted(grid, length, frames=[0, length - 1], is_range=True)[0].suggestion == ""


@pytest.mark.parametrize(("grid", "length", "right"), [("wan 4n+1", 32, "29 or 33"), ("ltx 8n+1", 32, "25 or 33"),
                                                       ("h3 17k+5", 54, "39 or 56")])
def test_a_count_that_no_model_makes_is_named(grid, length, right):
    extra = hinted(grid, length, frames=[11 if grid != "h3 17k+5" else 30])[1:]
    assert len(extra) == 1
    assert right in extra[0].suggestion


def test_a_step_in_a_clip_is_laid_to_its_block():
    clip = moving_scene(33, speed=1.0)
    clip[17:] = (clip[17:] * 1.06).clamp(0, 1)
    found = [f for f in guard(clip, Question(latent_grid="wan 4n+1")).report.findings if f.check == "drift.exposure"]
    assert [list(f.frames) for f in found] == [[16, 17]]
    assert "Frame 17 begins a group of the model, latent block 5 of 4n+1" in found[0].suggestion
