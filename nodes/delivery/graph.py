"""The graph that made a delivery, kept beside its files."""

from __future__ import annotations

import json
from typing import Any


def graph_text(hidden: Any) -> str:
    """The graph that made a delivery, as the host knows it: what goes beside the files and into none of them."""
    prompt, extra = getattr(hidden, "prompt", None), getattr(hidden, "extra_pnginfo", None)
    if not prompt:
        return ""
    # what ComfyUI notes of a run in its graph is of that run only: the same graph again must give the same file
    prompt = {key: {word: value for word, value in node.items() if word != "is_changed"} for key, node in prompt.items()}
    document = {"prompt": prompt} | ({"workflow": extra["workflow"]} if isinstance(extra, dict) and extra.get("workflow") else {})
    return json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
