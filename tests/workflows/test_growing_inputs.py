"""None, one or eight reports wired, with gaps, in the embedded host; `tests/comfyui` asks the same of ComfyUI."""

import pytest
from growing_cases import SLOTS, check, growing
from inputs import make_inputs
from raccord.nodes.host import run_workflow


@pytest.mark.parametrize("name", SLOTS)
def test_growing_reports(name, tmp_path):
    make_inputs(tmp_path / "input")
    result = run_workflow(growing(SLOTS[name]), tmp_path / "input", tmp_path / "output")
    assert result.status == "done", str(result.error)
    check(SLOTS[name], tmp_path / "output")
