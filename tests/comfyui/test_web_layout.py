"""The canvas workflows on the page: no node lies on another, neither before a run nor after it, when the panels have come."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from web_reports import form, send

FOLDER = Path(__file__).resolve().parents[2] / "workflows"
LONG = "The join is seen by the audience: the second clip begins brighter than the first ends. " * 4


def overlaps(boxes):
    """Pairs of nodes that share more than a pixel, by title."""
    for (one, (x, y, width, height)), (other, (left, top, wide, tall)) in combinations(boxes, 2):
        across = min(x + width, left + wide) - max(x, left)
        down = min(y + height, top + tall) - max(y, top)
        if across > 1 and down > 1:
            yield one, other, round(down)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_panels_find_their_room(canvas, path):
    document = json.loads(path.read_text(encoding="utf-8"))
    canvas.load(document)
    assert list(overlaps(canvas.boxes())) == []
    reporting = [node for node in document["nodes"] if any(out["name"] == "report" for out in node["outputs"])]
    assert len(reporting) >= 2
    for node in reporting:
        told = [form(node=node["type"], sentence=LONG)]
        send(canvas, "executed", {"node": str(node["id"]), "display_node": str(node["id"]), "prompt_id": "made up",
                                  "output": {"raccord": told}})
    canvas.page.wait_for_function("count => document.querySelectorAll('.rc-report .rc-verdict').length === count",
                                  arg=len(reporting))
    canvas.page.wait_for_timeout(500)
    assert list(overlaps(canvas.boxes())) == []


def test_a_workflow_opened_after_another_keeps_its_places(canvas):
    """Nodes 2.0 gives a node the size of the one that had its number before, which no two of our workflows share."""
    for name in ("prepare_frame", "continuity_guard", "finish_shot"):
        canvas.load(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
        canvas.page.wait_for_timeout(1000)
        assert list(overlaps(canvas.boxes())) == [], name
