"""The inputs that a node has for what is given to it: growing slots and the inputs that a choice brings are spelt out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

GROWING, CHOICE, MATCHED, ANY = "COMFY_AUTOGROW_V3", "COMFY_DYNAMICCOMBO_V3", "COMFY_MATCHTYPE_V3", "*"


@dataclass(frozen=True, slots=True)
class Slot:
    """One input under the name that a prompt uses, such as `reports.report0`."""

    name: str
    type: str
    required: bool
    options: Mapping[str, Any]

    @property
    def types(self) -> tuple[str, ...]:
        """Types that a wire may have."""
        return tuple(part.strip() for part in self.type.split(","))

    @property
    def lazy(self) -> bool:
        """True where the node says itself whether it needs the value; ComfyUI does not ask for slots inside slots."""
        return bool(self.options.get("lazy")) and "." not in self.name

    @property
    def choices(self) -> list | None:
        """The list of a menu, None elsewhere."""
        if self.type == CHOICE:
            return [option["key"] for option in self.options["options"]]
        return list(self.options.get("options") or []) if self.type == "COMBO" else None

    @property
    def expected(self) -> str:
        """What the slot takes, in words."""
        if (choices := self.choices) is not None:
            return f"one of {', '.join(map(str, choices))}" if len(choices) <= 20 else f"one of {len(choices)} choices"
        least, most = self.options.get("min"), self.options.get("max")
        words = " or ".join("any type" if t == ANY else t for t in self.types)
        if least is not None and most is not None:
            return f"{words} from {least} to {most}"
        return words + (f" of {least} or more" if least is not None else f" of {most} or less" if most is not None else "")


def slots_of(schema: Any, given: Mapping[str, Any]) -> dict[str, Slot]:
    """Slots of a node by name, in the order of its schema."""
    return {slot.name: slot for socket in schema.inputs for slot in _spell_out(socket, socket.id, given)}


def _spell_out(socket: Any, name: str, given: Mapping[str, Any]) -> Iterator[Slot]:
    kind, options, required = socket.get_io_type(), socket.as_dict(), not socket.optional
    if kind == GROWING:
        inner = socket.template.input
        for index, ending in enumerate(socket.template.names):
            needed = index < socket.template.min and not inner.optional
            yield Slot(f"{name}.{ending}", inner.get_io_type(), needed, inner.as_dict())
        return
    if kind == MATCHED:
        kind = options["template"]["allowed_types"]
    # ComfyUI asks for no choice inside a choice.
    yield Slot(name, kind, required and not (kind == CHOICE and "." in name), options)
    if kind == CHOICE:
        for inner in next((o.inputs for o in socket.options if o.key == given.get(name)), ()):
            yield from _spell_out(inner, f"{name}.{inner.id}", given)


def keywords_of(schema: Any, values: Mapping[str, Any], *, keyed: bool = False) -> dict[str, Any]:
    """Values by slot name as keywords of `execute`: what grows, and what a choice brings, in dicts.

    Args:
        schema: The node's schema.
        values: What is given, by slot name.
        keyed: Inside those dicts, pairs of value and slot name, as `check_lazy_status` takes them.
    """
    pairs = ((socket.id, _fold(socket, socket.id, values, keyed)) for socket in schema.inputs)
    return {name: value for name, value in pairs if value is not _ABSENT}


_ABSENT = object()


def _fold(socket: Any, name: str, values: Mapping[str, Any], keyed: bool) -> Any:
    kind = socket.get_io_type()
    if kind == GROWING:
        names = {ending: f"{name}.{ending}" for ending in socket.template.names}
        slots = {k: (values[full], full) if keyed else values[full] for k, full in names.items() if full in values}
        return slots if slots or not keyed else ({}, name)
    if name not in values:
        return _ABSENT
    if kind == CHOICE:
        inner = next((o.inputs for o in socket.options if o.key == values[name]), ())
        pairs = {one.id: _fold(one, f"{name}.{one.id}", values, keyed) for one in inner}
        own = (values[name], name) if keyed else values[name]
        return {socket.id: own} | {k: v for k, v in pairs.items() if v is not _ABSENT}
    return (values[name], name) if keyed and "." in name else values[name]
