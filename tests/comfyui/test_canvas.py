"""The canvas workflows run in a real ComfyUI as they are, and show a verdict and pictures."""

import json
from pathlib import Path

import pytest
from raccord.nodes.host.canvas import canvas_to_prompt

FOLDER = Path(__file__).resolve().parents[2] / "workflows"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda p: p.stem)
def test_a_template_runs_and_shows_its_pictures(server, path):
    prompt = canvas_to_prompt(json.loads(path.read_text(encoding="utf-8")), server.get("/object_info"))
    entry = server.wait(server.submit(prompt), seconds=600)
    assert entry["status"]["status_str"] == "success", entry["status"]
    shown = {prompt[key]["_meta"]["title"]: value for key, value in entry["outputs"].items()}
    looked_at = {node["_meta"]["title"] for node in prompt.values()
                 if node["class_type"] in ("PreviewImage", "SaveImage", "SaveVideo", "RaccordSaveReport")}
    assert looked_at == {title for title, value in shown.items() if value.get("images")}
