"""Lay the API workflows out for the canvas: `python docs/make_canvas.py` writes workflows/<name>.json.

The API workflows stay what is said; `canvas_layout.py` adds the places, the notes and the pictures to look at, and says what the
example shot stands for. Sizes are those of Nodes 2.0, which draws nodes taller than LiteGraph.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from canvas_layout import CANVASES
from raccord.nodes.host.registry import object_info
from raccord.nodes.wires.report import PACK

ROOT = Path(__file__).resolve().parents[1]
KNOWN = object_info()
WIDGETS = ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COMFY_DYNAMICCOMBO_V3")
GAP, HEAD, TOP = 56, 56, 190
OPEN, FOLDED, REPORT = 350, 62, 112  # heights of an editor on its node, of one with nothing in it, of what a run says
EDITORS = {"corners": OPEN, "channels": 290, "palette": 360}
ZONES = ("text_zones", "watch_zones")
# they say little by their display names
NAMED = ("PreviewImage", "PreviewAny", "PrimitiveString", "PrimitiveStringMultiline", "ImageFromBatch")
LOADERS = ("LoadVideo", "LoadImage", "GetVideoComponents")


def prompt_of(name: str, spec: dict[str, Any]) -> dict[str, dict]:
    """Nodes by title: those of the API workflow behind the example shot, and the pictures to look at; links by title."""
    api = json.loads((ROOT / "workflows" / "api" / f"{name}.json").read_text(encoding="utf-8"))
    titles = {key: node["_meta"]["title"] for key, node in api.items()}
    loaders = {titles[key] for key, node in api.items() if node["class_type"] in LOADERS}
    out: dict[str, dict] = {"Example": {"class_type": "RaccordExampleShot", "inputs": {}}, **spec.get("more", {})}
    for key, node in api.items():
        if titles[key] in loaders:
            continue
        inputs = {}
        for slot, value in node["inputs"].items():
            if isinstance(value, list):
                source = (titles[value[0]], value[1])
                value = spec["sources"].get(source) if source[0] in loaders else source
            if value is not None:
                inputs[slot] = value
        out[titles[key]] = {"class_type": node["class_type"], "inputs": inputs}
    for place, value in spec["values"].items():
        title, slot = place.split(".", 1)
        out[title]["inputs"][slot] = value
    for title, source in spec["see"].items():
        out[title] = {"class_type": "PreviewImage", "inputs": {"images": source}}
    return out


def slots_of(node: dict) -> list[dict]:
    """Sockets, then widgets, as the canvas saves them; of growing ones those that are wired: the canvas adds the free place.

    (Saved with the free place, frontend 1.49.6 opens a node of more than three growing slots with its slots out of order.)
    """
    sockets, widgets, named = [], [], set(node["inputs"])
    info = KNOWN[node["class_type"]]["input"]
    for part in ("required", "optional"):
        for name, (kind, *more) in info.get(part, {}).items():
            options, shape = more[0] if more else {}, {"shape": 7} if part == "optional" else {}
            if kind == "COMFY_AUTOGROW_V3":
                template = options["template"]
                inner = next(iter(template["input"]["optional"].values()))[0]
                labels = [f"{template['prefix']}{i}" for i in range(sum(key.startswith(f"{name}.") for key in named))]
                sockets += [{"name": f"{name}.{label}", "label": label, "type": inner, "shape": 7} for label in labels]
            elif kind == WIDGETS[-1] and part == "optional" and name not in named:
                continue  # a newer core's
            elif (isinstance(kind, list) or kind in WIDGETS) and not options.get("forceInput"):
                kind = kind if kind in WIDGETS[:4] else "COMBO"
                widgets.append({"name": name, "type": kind, "widget": {"name": name}, **shape})
            else:
                kind = options["template"]["allowed_types"] if kind == "COMFY_MATCHTYPE_V3" else kind
                sockets.append({"name": name, "type": kind, **shape})
    return [*sockets, *widgets]


def outputs_of(node: dict) -> list[dict]:
    """Outputs as the canvas saves them."""
    info = KNOWN[node["class_type"]]
    kinds = ["IMAGE" if kind == "COMFY_MATCHTYPE_V3" else kind for kind in info["output"]]
    return [{"name": name, "type": kind, "links": None} for name, kind in zip(info["output_name"], kinds, strict=True)]


def size_of(node: dict, spec: dict[str, Any], title: str) -> list[int]:
    """Width and height that a node needs."""
    if node["class_type"] == "PreviewImage":
        return list(spec["sizes"].get(title, [480, 340]))
    slots, outputs = slots_of(node), outputs_of(node)
    info = KNOWN[node["class_type"]]["input"]
    multiline = sum(bool(more and more[0].get("multiline")) for part in ("required", "optional")
                    for _, *more in info.get(part, {}).values())
    sockets = sum("widget" not in slot for slot in slots)
    widgets = len(slots) - sockets - multiline
    below = editors_below(node, slots, outputs)
    wide, high = spec["sizes"].get(title, (420 if below > REPORT + FOLDED else 340, 0))
    return [wide, max(high, 20 * max(sockets + 1, len(outputs)) + 32 * widgets + 66 * multiline + 40 + below)]


def editors_below(node: dict, slots: list[dict], outputs: list[dict]) -> int:
    """Height that our own widgets take on a node; where they are switched off it is left free."""
    if not node["class_type"].startswith("Raccord"):
        return 0
    names = [slot["name"] for slot in slots if "widget" in slot]
    high = sum(EDITORS.get(name, 0) for name in names) + REPORT * any(output["name"] == "report" for output in outputs)
    zones = [] if "corners" in names else [name for name in names if name in ZONES]
    return high + sum(OPEN if node["inputs"].get(name) else FOLDED for name in zones)


def lay_out(prompt: dict, spec: dict[str, Any], longest: int) -> tuple[dict[str, list], list[dict]]:
    """Places by title, and the groups in rows: each a note on top and columns of nodes below, left to right as the work goes."""
    places, rows, x, top = {}, [[]], 0, 0
    for number, (title, colour, columns, _) in enumerate(spec["groups"], 1):
        wide = sum(max(size_of(prompt[name], spec, name)[0] for name in column) + GAP for column in columns)
        if x and x + wide > longest:
            top, x = top + max(group["bounding"][3] for group in rows[-1]) + 2 * GAP, 0
            rows.append([])
        left, low = x, 0
        for column in columns:
            y, widest = top + TOP, 0
            for name in column:
                width, height = size_of(prompt[name], spec, name)
                places[name] = [x, y, width, height]
                y, widest = y + height + GAP + 24, max(widest, width)
            x, low = x + widest + GAP, max(low, y)
        box = [left - 24, top - HEAD - 24, x - left - GAP + 48, low - top + HEAD]
        rows[-1].append({"id": number, "title": f"{number}  {title}", "bounding": box, "color": colour, "font_size": 32,
                         "flags": {}})
        x += GAP
    for row in rows:
        for group in row:
            group["bounding"][3] = max(other["bounding"][3] for other in row)
    return places, [group for row in rows for group in row]


def node_of(number: int, title: str, node: dict, place: list[int], named: bool) -> dict:
    """A node as the canvas saves it, not linked yet; its title is saved where it is `named`.

    What is not named shows its display name, in the user's language. Its title in the API workflow stays in the properties.
    """
    kind, slots = node["class_type"], slots_of(node)
    values = [node["inputs"].get(slot["name"]) for slot in slots if "widget" in slot]
    values = [default_of(kind, slot["name"]) if value is None or isinstance(value, tuple) else value
              for value, slot in zip(values, (slot for slot in slots if "widget" in slot), strict=True)]
    pack = {"cnr_id": "raccord", "ver": PACK} if kind.startswith("Raccord") else {"cnr_id": "comfy-core", "ver": "0.19.3"}
    return {"id": number, "type": kind, "pos": place[:2], "size": place[2:], "flags": {}, "order": number - 1, "mode": 0,
            "inputs": [{**slot, "link": None} for slot in slots], "outputs": outputs_of(node),
            **({"title": title} if named else {}), "properties": {**pack, "Node name for S&R": title}, "widgets_values": values}


def link_up(prompt: dict, nodes: dict[str, dict]) -> list[list]:
    """Join the nodes as the prompt says; gives the links."""
    links = []
    for title, node in prompt.items():
        for slot, source in node["inputs"].items():
            if isinstance(source, tuple):
                at, target = next((i, s) for i, s in enumerate(nodes[title]["inputs"]) if s["name"] == slot)
                output = nodes[source[0]]["outputs"][source[1]]
                links.append([len(links) + 1, nodes[source[0]]["id"], source[1], nodes[title]["id"], at, output["type"]])
                target["link"] = len(links)
                output["links"] = [*(output["links"] or []), len(links)]
    return links


def note_of(number: int, group: dict, text: str) -> dict:
    """The note of a group, below its title; two spaces before a line's end keep it a line in Markdown."""
    left, top, width, _ = group["bounding"]
    return {"id": number, "type": "MarkdownNote", "pos": [left + 24, top + HEAD + 30], "size": [min(width - 48, 640), 120],
            "flags": {}, "order": number - 1, "mode": 0, "inputs": [], "outputs": [], "title": "Note", "properties": {},
            "widgets_values": [text.replace("\n", "  \n")], "color": "#2a363b", "bgcolor": "#3f5159"}


def canvas_of(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The document that the canvas opens."""
    prompt = prompt_of(name, spec)
    places, groups = max((lay_out(prompt, spec, longest) for longest in range(2000, 8000, 100)),
                         key=lambda laid: view_of(laid[1])["scale"])  # rows of the length that shows the nodes largest
    texts = [group[3] for group in spec["groups"]]
    kinds, said = [node["class_type"] for node in prompt.values()], "\n".join(texts)
    first = 100 * list(CANVASES).index(name) + 1  # Nodes 2.0 gives a node the size of that of its number in the last workflow
    by_title = {title: node_of(i, title, node, places[title],
                               kinds.count(node["class_type"]) > 1 or node["class_type"] in NAMED or f"*{title}*" in said)
                for i, (title, node) in enumerate(prompt.items(), first)}
    links = link_up(prompt, by_title)
    notes = [note_of(i, group, text) for i, (group, text) in enumerate(zip(groups, texts, strict=True), first + len(by_title))]
    nodes = [*by_title.values(), *notes]
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"raccord/{name}")), "revision": 0, "last_node_id": first + len(nodes) - 1,
            "last_link_id": len(links), "nodes": nodes, "links": links, "groups": groups, "config": {},
            "extra": {"ds": view_of(groups)}, "version": 0.4}


def view_of(groups: list[dict]) -> dict[str, Any]:
    """Zoom and shift that show all groups in a window of 1600 x 1000, beside the side bar."""
    left, top = (min(group["bounding"][i] for group in groups) for i in (0, 1))
    right, low = (max(group["bounding"][i] + group["bounding"][i + 2] for group in groups) for i in (0, 1))
    scale = round(min(1480 / (right - left), 840 / (low - top), 1.0), 3)
    return {"scale": scale, "offset": [round(90 / scale - left), round(100 / scale - top)]}


def default_of(kind: str, name: str) -> Any:
    """What a widget says that the prompt leaves to a link."""
    info = KNOWN[kind]["input"]
    first, *more = {**info.get("required", {}), **info.get("optional", {})}[name]
    options = more[0] if more else {}
    return options.get("default", (first if isinstance(first, list) else options.get("options") or [""])[0])


def dump(document: dict[str, Any]) -> str:
    """JSON with a node, a link or a group a line, so that a change can be read."""
    rows = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            inner = ",\n  ".join(json.dumps(v, ensure_ascii=False) for v in value)
            rows.append(f'"{key}": [\n  {inner}\n ]')
        else:
            rows.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n " + ",\n ".join(rows) + "\n}\n"


if __name__ == "__main__":
    for name, spec in CANVASES.items():
        (ROOT / "workflows" / f"{name}.json").write_text(dump(canvas_of(name, spec)), encoding="utf-8")
