"""What a gate does to the graph behind it, in the embedded host; `tests/comfyui` asks the same of ComfyUI."""

import pytest
from gate_cases import CASES
from inputs import make_inputs
from raccord.nodes.host import run_workflow


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("input")
    make_inputs(folder)
    return folder


@pytest.mark.parametrize("name", CASES)
def test_gate(name, inputs, tmp_path):
    case = CASES[name]
    result = run_workflow(case.prompt, inputs, tmp_path)
    assert set(result.files) == case.files
    shown = {title: shown["text"][0] for title, shown in result.outputs.items() if "text" in shown}
    assert shown.keys() == case.shown.keys()
    assert all(part in shown[title] for title, part in case.shown.items()), shown
    assert result.status == ("failed" if case.error else "blocked" if case.blocked else "done")
    if case.error:
        assert result.error.message == case.error
    elif case.blocked:
        assert result.error.message == shown["gate"]
