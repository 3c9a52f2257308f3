"""The scripts only decorate: a pack without its `web` folder runs the same workflows into the same files."""

import json
import shutil
from pathlib import Path

import pytest
from comfyui_server import ROOT, Server
from inputs import make_inputs

PROMPT = json.loads((ROOT / "workflows" / "api" / "prepare_frame.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bare(install, tmp_path_factory):
    """A ComfyUI whose pack has no `web`."""
    folder = tmp_path_factory.mktemp("bare")
    pack = folder / "pack"
    pack.mkdir()
    for name in ("__init__.py", "pyproject.toml"):
        shutil.copy(ROOT / name, pack / name)
    for name in ("nodes", "locales", "workflows"):
        shutil.copytree(ROOT / name, pack / name, ignore=shutil.ignore_patterns("__pycache__"))
    started = Server(folder / "base", install, pack=pack)
    make_inputs(started.base / "input")
    yield started
    started.stop()


def made(server):
    """Files of the workflow, by path, and the verdicts that its nodes told."""
    entry = server.run(PROMPT)
    assert entry["status"]["status_str"] == "success", entry["status"]
    root = server.base / "output"
    told = {key: shown["raccord"][0]["verdict"] for key, shown in entry["outputs"].items() if "raccord" in shown}
    files = [Path(item["subfolder"], item["filename"]) for shown in entry["outputs"].values() for item in shown.get("images", ())
             if item["type"] == "output"]
    return {str(path): (root / path).read_bytes() for path in files}, told


def test_a_pack_without_scripts_makes_the_same_files(bare, caching):
    assert not (bare.base / "custom_nodes" / "comfyui-raccord" / "web").exists()
    (files, told), (same_files, same_told) = made(bare), made(caching)
    assert len(files) == 1
    assert list(files.values()) == list(same_files.values())
    assert told == same_told
    assert set(told.values()) <= {"pass", "warn"}
    assert len(told) == 2
