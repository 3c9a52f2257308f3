"""The seven workflows in a real ComfyUI, against the embedded host: same names, same pixels."""

import json
import re
import shutil
import time
from pathlib import Path

import av
import numpy as np
import pytest
from exact_clips import with_exact_clips
from films import write_rgb
from inputs import pan
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / "workflows" / "api").glob("*.json"))
CORES_OWN = ("got prompt", "Prompt executed in", "pyav decode error")  # the last: LoadImage tries PyAV on an animation first


def pictures(path):
    """Every value of a file that holds pictures, or its bytes."""
    suffix = path.suffix.lower()
    if suffix == ".exr":
        import OpenEXR

        with OpenEXR.File(str(path)) as exr:
            return np.concatenate([c.pixels.reshape(-1).astype(np.float32) for c in exr.channels().values()])
    if suffix in (".mp4", ".mkv", ".mov", ".webm"):
        with av.open(str(path)) as film:
            return np.stack([f.to_ndarray(format="rgb24") for f in film.decode(video=0)])
    if suffix in (".png", ".jpg", ".webp", ".avif"):
        return np.asarray(Image.open(path))
    return None


def difference(one, other, allowed):
    """How far two files' pictures are apart, in levels of 255; no more than what is allowed counts as none."""
    if one is None or np.array_equal(one, other):
        return 0.0
    if one.shape != other.shape:
        return float("inf")
    apart = float(np.abs(one.astype(float) - other).mean())
    return 0.0 if apart < allowed else apart


def allowed(name, prompt, install):
    """Levels that a file may be apart: none, or half a one in H.264, whose decisions differ.

    What core's SaveVideo writes is core's: of the same frames 0.19.3's film is 3.3 levels from 0.33.0's and the host's.
    """
    if not name.endswith(".mp4"):
        return 0.0
    core = tuple(node["inputs"]["filename_prefix"] for node in prompt.values() if node["class_type"] == "SaveVideo")
    return 5.0 if name.startswith(core) and not install.has_todays_films else 0.5


def unasked(lines):
    """What is printed that is not ComfyUI's own."""
    plain = (re.sub(r"\x1b\[[\d;]*m|^\[\w+\]", "", re.sub(r"\x1b\[[\d;]*m", "", line)).strip() for line in lines)
    return [line for line in plain if line and not line.startswith(CORES_OWN)]


def run_afresh(server, prompt):
    """Run a prompt into an empty output folder; names of its files."""
    root, before = server.base / "output", len(server.said)
    shutil.rmtree(root)
    root.mkdir()
    entry = server.run(prompt)
    assert entry["status"]["status_str"] == "success", entry["status"]
    assert unasked(server.said[before:]) == []
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_files_are_those_of_the_embedded_host(server, tmp_path, path):
    from raccord.nodes.host import run_workflow

    prompt = json.loads(path.read_text(encoding="utf-8"))
    there = run_afresh(server, prompt)
    if not server.install.has_todays_films:
        prompt = with_exact_clips(prompt, server.base / "input")
        assert run_afresh(server, prompt) == there
    here = run_workflow(prompt, server.base / "input", tmp_path)
    assert here.error is None, str(here.error)
    assert there == set(here.files)
    apart = {name: difference(pictures(tmp_path / name), pictures(server.base / "output" / name),
                              allowed(name, prompt, server.install)) for name in here.files}
    assert {name: levels for name, levels in apart.items() if levels > 0} == {}


def test_cancel_ends_a_long_run_at_once(server):
    """Wherever it is: the film is read by our loader, core's cannot be stopped."""
    prompt = json.loads((ROOT / "workflows/api/track_surface.json").read_text(encoding="utf-8"))
    frames = next(node for node in prompt.values() if node["class_type"] == "GetVideoComponents")
    frames |= {"class_type": "RaccordLoadClip", "inputs": {"file": "long.mkv", "first": 0, "count": 0,
                                                           "colour_space": "from file"}}
    write_rgb(server.base / "input" / "long.mkv", [f for _ in range(8) for f in pan(0, 40)])
    prompt_id = server.submit(prompt)
    time.sleep(4)
    asked = time.monotonic()
    server.post("/interrupt", {})
    entry = server.wait(prompt_id)
    assert time.monotonic() - asked < 1.0  # half a second of ours, the rest is polling
    assert any(message[0] == "execution_interrupted" for message in entry["status"]["messages"])
