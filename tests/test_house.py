"""The rules of the house: who may import whom, and what is packaged."""

import ast
from pathlib import Path

import pytest

tomllib = pytest.importorskip("tomllib", reason="Python 3.11 and up reads TOML")

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(ROOT.glob("nodes/**/*.py"))
JOBS = {"shot", "tracking", "colour", "continuity", "brand", "delivery"}
LEVEL = {"wires": 0, "image": 1, "media": 2} | dict.fromkeys(JOBS, 3) | {"page": 4, "extension": 5, "host": 6}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imports(path):
    """Every module that a file imports, relative ones from `nodes`."""
    here = path.relative_to(ROOT / "nodes").with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((name.name,) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "",)
        elif isinstance(node, ast.ImportFrom):
            base = here[:len(here) - node.level]
            yield from (("nodes", *base, *(node.module or "").split("."), name.name) for name in node.names)


def place(parts):
    parts = tuple(p for p in parts if p)
    return parts[0] if parts else ""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_go_downwards(path):
    parts = path.relative_to(ROOT / "nodes").with_suffix("").parts
    home, adapter = parts[0], parts[-1] == "nodes" and parts[0] in JOBS
    for module in imports(path):
        if module[0] != "nodes":
            top = module[0].split(".")[0]
            assert top not in ("nodes", "raccord"), "relative imports only: ComfyUI has modules of these names"
            if top in ("comfy_api", "comfy_api_nodes"):
                assert adapter or home in ("sockets", "extension", "host"), "only adapters know ComfyUI"
            if top in ("comfy", "folder_paths", "comfy_execution", "server", "execution"):
                assert home in ("runtime", "host"), "only runtime looks for ComfyUI's modules"
            continue
        target = place(module[1:])
        if target == "sockets":
            assert adapter or home == "host"
        elif target == "runtime":
            assert home != "wires"
        elif target in LEVEL and home in LEVEL:
            other_adapter = home == "extension" and target in JOBS
            assert LEVEL[target] < LEVEL[home] or target == home or other_adapter, f"{home} must not import {target}"


def test_every_folder_is_packaged():
    folders = {"raccord"} | {"raccord." + ".".join(p.parent.relative_to(ROOT).parts) for p in FILES}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders


def test_requirements_are_the_projects_dependencies():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert lines == PROJECT["project"]["dependencies"]


def test_the_version_is_said_once():
    from raccord.nodes.wires.report import PACK

    assert PROJECT["project"]["version"] == PACK
