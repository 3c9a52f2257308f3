"""The user's own path: a workflow with one hostile value, as the embedded host answers it."""

import pytest
from films import noise, write_rgb
from node_calls import CORNERS
from raccord.nodes.host import run_workflow

TRACK = {"corners": CORNERS, "reference_frame": 0, "keyframes": "", "motion_model": "homography", "refine": True}


@pytest.fixture
def go(tmp_path):
    """Runs one node behind `Clip`, and returns the problem; nothing may have been written."""
    (tmp_path / "in").mkdir()
    write_rgb(tmp_path / "in" / "clip.mkv", noise(4, 64, 96))
    (tmp_path / "in" / "text.mp4").write_text("this is no film\n" * 300, encoding="utf-8")

    def start(node, *, film="clip.mkv", clip="clip", **inputs):
        prompt = {"1": {"class_type": "LoadVideo", "_meta": {"title": "Clip"}, "inputs": {"file": film}},
                  "2": {"class_type": node, "_meta": {"title": "Node"}, "inputs": inputs | ({clip: ["1", 0]} if clip else {})},
                  "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}}}
        result = run_workflow(prompt, tmp_path / "in", tmp_path / "out")
        assert result.error is not None, "it ran"
        assert list(result.files) == []
        assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []
        assert "\n" not in str(result.error)
        assert len(str(result.error)) < 500
        return result.error

    return start


@pytest.mark.parametrize(("node", "inputs", "kind", "fragment"), [
    ("RaccordTrackSurface", TRACK | {"corners": "1,1 2,2"}, "ValueError", "expected corners as"),
    ("RaccordTrackSurface", TRACK | {"film": "text.mp4"}, "ValueError", "clip: expected a film, got text.mp4"),
    ("RaccordTrackSurface", TRACK | {"film": "gone.mp4"}, "custom_validation_failed", "Clip"),
    ("RaccordTrackSurface", TRACK | {"motion_model": "bend"}, "value_not_in_list", "motion_model"),
    ("RaccordTrackSurface", TRACK | {"reference_frame": 10**30}, "value_bigger_than_max", "reference_frame"),
    ("RaccordChannelExport", {"channels": "web_hero", "folder": "../../x"}, "ValueError", "expected folder that every system"),
    ("RaccordChannelExport", {"channels": "youtube_16x9", "rights": "creator"}, "ValueError", "in rights line 1"),
    ("RaccordVFXExport", {"folder": "a/NUL"}, "ValueError", "got 'a/NUL/show_shot_comp_v001'"),
    ("RaccordVFXExport", {"film": "text.mp4"}, "ValueError", "clip: expected a film, got text.mp4"),
    ("RaccordBrandKit", {"clip": None, "palette": "#fff ~nan"}, "ValueError", "expected a tolerance"),
    ("RaccordLoadClip", {"clip": None, "file": "text.mp4", "first": 0, "count": 0, "colour_space": "from file"},
     "ValueError", "expected a film, got text.mp4"),
    ("RaccordLoadGrade", {"clip": None, "file": "../look.cube"}, "custom_validation_failed", "'../look.cube'"),
    ("RaccordSaveReport", {"name": "x" * 10_000, "clip": None}, "ValueError", "expected name"),
])
def test_a_hostile_value_in_a_workflow(go, node, inputs, kind, fragment):
    problem = go(node, **inputs)
    assert problem.type == kind
    assert fragment in str(problem)
