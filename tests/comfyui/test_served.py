"""What ComfyUI serves of the pack, and what it prints when it loads it."""

import json
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACK = "comfyui-raccord"  # the folder's name in custom_nodes
TEMPLATES = sorted(path.stem for path in (ROOT / "workflows").glob("*.json"))


def ours():
    """Ids of the pack's nodes."""
    from raccord.nodes.host.registry import our_ids

    return our_ids()


def test_every_node_is_there(server):
    known = server.get("/object_info")
    assert [name for name in known if name.startswith("Raccord")] == ours()
    assert all(known[name]["category"].startswith("raccord/") for name in ours())


def test_the_pack_loads_without_a_word_and_at_once(server):
    lines = server.said[:next(i for i, line in enumerate(server.said) if "Starting server" in line)]
    about = [line for line in lines if "raccord" in line.lower() or str(ROOT) in line]
    about = [line for line in about if "base directory" not in line and "Adding extra search path" not in line]
    (seconds,) = [float(found[1]) for line in about if (found := re.search(r"([\d.]+) seconds: \S*" + PACK, line))]
    assert seconds <= 0.1 * max(1, os.getloadavg()[0] / os.cpu_count())  # by the clock, on a machine that others may use
    assert len(about) == 1, about


def test_help_is_served_for_every_node(server):
    pages = {name: ROOT / "web" / "docs" / f"{name}.md" for name in ours()}
    for name, page in pages.items():
        assert server.read(f"/extensions/{PACK}/docs/{name}.md") == page.read_bytes()
        for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert server.read(f"/extensions/{PACK}/docs/{picture}")


def test_french_is_served(server):
    here = json.loads((ROOT / "locales/fr/nodeDefs.json").read_text(encoding="utf-8"))
    there = server.get("/i18n")["fr"]["nodeDefs"]
    assert {name: there.get(name) for name in ours()} == here


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_served_with_their_pictures(server, name):
    for ending in ("json", "jpg"):
        file = ROOT / "workflows" / f"{name}.{ending}"
        assert server.read(f"/api/workflow_templates/{PACK}/{name}.{ending}") == file.read_bytes()


def test_nothing_else_is_a_template(server):
    assert sorted(server.get("/workflow_templates").get(PACK, [])) == TEMPLATES
