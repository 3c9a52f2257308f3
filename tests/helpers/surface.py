"""The surface that saved workflows rely on: ids, inputs, defaults, ranges, menus, outputs, their order.

`python tests/helpers/surface.py` writes `tests/surface.json` and the golden workflows of this version anew. Until the first
release that is how a change is made, on purpose, with a line in CHANGELOG.md; after it inputs are only added, optional and last.
"""

import json
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
FROZEN = TESTS / "surface.json"
GOLDEN = TESTS / "workflows" / "golden"
FILE_MENUS = {("RaccordLoadClip", "file"), ("RaccordLoadBrandKit", "name"), ("RaccordLoadGrade", "file"),
              ("RaccordLoadTrack", "file")}
_KEPT = ("default", "min", "max", "step", "round", "options", "multiline", "lazy")


def surface_of(info):
    """The frozen part of an `/object_info`: our nodes in menu order."""
    return {name: _node(name, one) for name, one in info.items() if name.startswith("Raccord")}


def _node(name, info):
    inputs = [_input(name, socket, *info["input"][kind][socket], kind == "required")
              for kind in ("required", "optional") for socket in info["input_order"].get(kind, ())]
    outputs = [{"name": label, "type": kind} for label, kind in zip(info["output_name"], info["output"], strict=True)]
    return {"category": info["category"], "display_name": info["display_name"], "output_node": info["output_node"],
            "inputs": inputs, "outputs": outputs}


def _input(node, name, kind, more, required):
    found = {"id": name, "type": kind, "required": required}
    found |= {key: more[key] for key in _KEPT if key in more and not (key == "options" and (node, name) in FILE_MENUS)}
    if template := more.get("template"):
        found |= {"template": {key: value for key, value in template.items() if key != "template_id"}}
    return json.loads(json.dumps(found))


def differences(before, now):
    """What differs between two surfaces, a sentence each."""
    found = [f"{name} is gone" for name in before if name not in now] + [f"{name} is new" for name in now if name not in before]
    for name in before.keys() & now.keys():
        found += _differences_of_node(name, before[name], now[name])
    if not found and list(before) != list(now):
        found.append(f"the nodes stand in another order: {list(now)}")
    return sorted(found)


def _differences_of_node(name, before, now):
    for key in ("category", "display_name", "output_node"):
        if before[key] != now[key]:
            yield f"{name}: {key} was {before[key]!r}, is {now[key]!r}"
    for what, key in (("inputs", "id"), ("outputs", "name")):
        old, new = ({one[key]: one for one in side[what]} for side in (before, now))
        for label in old | new:
            place, was, is_now = f"{name}, {what[:-1]} {label}", old.get(label), new.get(label)
            if was is None or is_now is None:
                yield f"{place} is {'gone' if is_now is None else 'new'}"
            else:
                yield from (f"{place}: {k} was {was.get(k)!r}, is {is_now.get(k)!r}" for k in was | is_now
                            if was.get(k) != is_now.get(k))
        if old.keys() == new.keys() and list(old) != list(new):
            yield f"{name}: {what} stand in another order: {', '.join(new)}"


def as_text(surface):
    """A surface as JSON with a line for every input and output."""
    def rows(nodes):
        for name, node in nodes.items():
            head = [f'  "{key}": {json.dumps(node[key], ensure_ascii=False)}' for key in node if key not in ("inputs", "outputs")]
            lists = [f'  "{key}": [' + ",".join(f"\n   {json.dumps(one, ensure_ascii=False)}" for one in node[key]) + "]"
                     for key in ("inputs", "outputs")]
            yield f' "{name}": {{\n' + ",\n".join(head + lists) + "\n }"

    return "{\n" + ",\n".join(rows(surface)) + "\n}\n"


def write():
    """Freeze the surface as it is, and the API workflows as this version's."""
    from raccord.nodes.host.registry import object_info
    from raccord.nodes.wires.report import PACK

    FROZEN.write_text(as_text(surface_of(object_info())), encoding="utf-8")
    folder = GOLDEN / PACK
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((TESTS.parent / "workflows" / "api").glob("*.json")):
        (folder / path.name).write_bytes(path.read_bytes())


if __name__ == "__main__":
    write()
