"""A workflow as the canvas saves it, turned into the prompt that the canvas would submit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_WIDGETS, _DYNAMIC = ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"), "COMFY_DYNAMICCOMBO_V3"
_NO_NODES = ("MarkdownNote", "Note", "Reroute", "PrimitiveNode")  # they exist on the canvas only
_MUTED, _BYPASSED = 2, 4
_UPLOADS = ("image_upload", "video_upload", "audio_upload")


def is_canvas(document: Any) -> bool:
    """True for a workflow with places and widgets, false for a prompt (API format)."""
    return isinstance(document, dict) and isinstance(document.get("nodes"), list)


def canvas_to_prompt(document: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a canvas workflow into a prompt, as the canvas does on Run: muted nodes and notes left out, bypasses joined.

    Args:
        document: What Save writes (version 0.4).
        known: Schemas by node id in the form of `/object_info`: they name the widgets, whose values are saved by position.

    Returns:
        Nodes by id with `class_type`, `inputs` and `_meta.title`.

    Raises:
        ValueError: It has subgraphs, or is not whole.
    """
    _refuse_subgraphs(document)
    try:
        canvas = _Canvas(document, known)
        return {str(node["id"]): canvas.prompt_node(node) for node in document["nodes"] if canvas.runs(node)}
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        wanted = "expected a whole canvas workflow"
        raise ValueError(f"{wanted}, got a fault at {error}: save it again, or use Export (API)") from error


def _refuse_subgraphs(document: Mapping[str, Any]) -> None:
    inner = {part.get("id") for part in (document.get("definitions") or {}).get("subgraphs") or ()}
    for node in document["nodes"]:
        if node.get("type") in inner:
            raise ValueError(f"expected a workflow without subgraphs, got node {node.get('title') or node['id']}: unpack it, "
                             "or use Export (API)")


class _Canvas:
    """Nodes and links of a document by id."""

    def __init__(self, document: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        self.known, self.nodes = known, {node["id"]: node for node in document["nodes"]}
        self.links = {}
        for link in document.get("links") or ():
            at = (link["id"], link["origin_id"], link["origin_slot"]) if isinstance(link, dict) else link[:3]
            self.links[at[0]] = (at[1], at[2])

    def runs(self, node: Mapping[str, Any]) -> bool:
        return node["type"] not in _NO_NODES and node.get("mode", 0) not in (_MUTED, _BYPASSED)

    def prompt_node(self, node: Mapping[str, Any]) -> dict[str, Any]:
        inputs = self.widget_values(node)
        for slot in node.get("inputs") or ():
            if slot.get("link") is not None and (source := self.source(slot["link"], slot["type"])) is not None:
                inputs[slot["name"]] = source
        title = node.get("title") or (self.known.get(node["type"]) or {}).get("display_name") or node["type"]
        return {"class_type": node["type"], "inputs": inputs, "_meta": {"title": title}}

    def source(self, link: int, wanted: str) -> Any:
        """`[node, output]` behind a link, or a primitive's value; None where the way ends at a muted node or at nothing."""
        node_id, output = self.links[link]
        node = self.nodes[node_id]
        if node["type"] == "PrimitiveNode":
            return node["widgets_values"][0]
        if node.get("mode", 0) == _MUTED:
            return None
        if node["type"] != "Reroute" and node.get("mode", 0) != _BYPASSED:
            return [str(node_id), output]
        slots = node.get("inputs") or []
        kind = node["outputs"][output]["type"]
        ways = slots[output:output + 1] + slots if node["type"] != "Reroute" else slots
        through = next((s["link"] for s in ways if s.get("link") is not None and s["type"] in (kind, wanted, "*")), None)
        return None if through is None else self.source(through, wanted)

    def widget_values(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a node's widgets by name."""
        values = node.get("widgets_values_named") or node.get("widgets_values") or []
        if isinstance(values, Mapping):
            return {name: value for name, value in values.items() if name not in ("control_after_generate", "upload")}
        if node["type"] in self.known:
            return dict(_named(self.known[node["type"]]["input"], iter(values)))
        return dict(zip((slot["name"] for slot in node.get("inputs") or () if slot.get("widget")), values, strict=False))


def _named(info: Mapping[str, Any], values: Iterator[Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """Names for widget values in the order they are saved in; what a dynamic combo's choice adds follows it.

    Stops where there are no more values: widgets that came later keep their defaults.
    """
    for part in ("required", "optional"):
        for name, (kind, *more) in (info.get(part) or {}).items():
            options = more[0] if more else {}
            if not (isinstance(kind, list) or kind in (*_WIDGETS, _DYNAMIC)) or options.get("forceInput"):
                continue
            try:
                value = next(values)
            except StopIteration:
                return
            yield within + name, value
            if kind == _DYNAMIC:
                chosen = next((o["inputs"] for o in options["options"] if o["key"] == value), {})
                yield from _named(chosen, values, f"{within}{name}.")
            seed = kind == "INT" and name in ("seed", "noise_seed")
            if options.get("control_after_generate") or seed or any(options.get(key) for key in _UPLOADS):
                next(values, None)  # the seed's control, or the upload button
