"""Draw the thumbnails of the templates: `python docs/make_thumbnails.py` runs each canvas and keeps its telling picture."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from raccord.nodes.host import run_workflow
from raccord.nodes.image import draw

WORKFLOWS = Path(__file__).resolve().parents[1] / "workflows"
SHOWN = {"prepare_frame": "Save Image", "normalize_plate": "Before and after", "track_surface": "Where it holds",
         "continuity_guard": "Evidence", "brand_score": "The choice", "deliver": "What was written", "finish_shot": "Save Report"}
SIZE = (768, 512)


def thumbnail(name: str, folder: Path) -> Image.Image:
    """The picture that a node of the workflow shows, cut at its head to the shape of a card."""
    document = json.loads((WORKFLOWS / f"{name}.json").read_text(encoding="utf-8"))
    result = run_workflow(document, folder / "input", folder / "output")
    if result.status != "done":
        raise SystemExit(f"{name}: {result.error}")
    shown = result.outputs[SHOWN[name]]["images"][0]
    root = result.temp_directory if shown["type"] == "temp" else folder / "output"
    picture = np.asarray(Image.open(root / shown["subfolder"] / shown["filename"]).convert("RGB"))
    most = round(picture.shape[1] * SIZE[1] / SIZE[0])
    return Image.fromarray(draw.fit(np.ascontiguousarray(picture[:most]), *SIZE))


if __name__ == "__main__":
    for workflow in SHOWN:
        with tempfile.TemporaryDirectory() as place:
            thumbnail(workflow, Path(place)).save(WORKFLOWS / f"{workflow}.jpg", quality=82, optimize=True, progressive=True)
