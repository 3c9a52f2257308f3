"""What the canvas shows of each channel template, so that channels are picked and not typed. Small: it goes with every node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .channels import NAMES, Channel, channel_names, load_channel

KEY = "raccord_channels"
_LONGEST = 300  # characters of a studio's text
_SURE = ("official", "mirror", "assumed")


def channel_cards() -> dict[str, Any]:
    """Entry of an input's `extra_dict`: a card for each template, ours and the studio's, in the order of their names.

    A template that cannot be read has a card that says why: its name can be typed, and the run would stop at it.
    """
    return {KEY: [_card_or_fault(name) for name in channel_names()]}


def _card_or_fault(name: str) -> dict[str, Any]:
    """`id`, `limits` in signs of no language, `checked` (a date), `source`, maybe `shape`, `silent`; a studio's has a `title`."""
    try:
        channel = load_channel(name)
    except (ValueError, OSError, RecursionError) as error:  # a schema that fails would take every node of the pack with it
        return {"id": name, "title": f"⚠ {name}", "limits": str(error)[:_LONGEST], "checked": "", "source": ""}
    sure = channel["confidence"]
    card = {"id": name, "limits": " · ".join(_film(channel) if channel.kind == "film" else _still(channel)),
            "checked": channel["checked_on"][:10], "source": f"{channel['source'][:_LONGEST]} ({sure[:_LONGEST]})"}
    if name not in NAMES or sure not in _SURE:
        card["title"] = channel["title"][:_LONGEST]
    if channel.kind == "film" and channel.get("sound") is None:
        card["silent"] = True
    return card | ({"shape": channel["aspect"]} if channel.shape else {})


def _film(channel: Channel) -> Iterator[str]:
    """Largest size, length, weight, loudness."""
    width, height = max(channel["sizes"], key=lambda size: size[0] * size[1])
    (least, most), megabytes = channel["seconds"], channel.get("budget_mb", channel["largest_mb"])
    yield f"{width} × {height}"
    yield f"{_time(least)} – {_time(most)}" if least > 1 else f"≤ {_time(most)}"
    yield f"≤ {megabytes / 1000:.3g} GB" if megabytes >= 1000 else f"≤ {megabytes:g} MB"
    if channel.get("sound") and (loudness := channel.get("loudness")):
        yield f"{loudness['lufs']:g} LUFS".replace("-", "−")


def _still(channel: Channel) -> Iterator[str]:
    """Largest width, weight that is aimed at and the most, formats, and the shape of a portrait cut beside it."""
    yield f"≤ {channel['largest_width']} px"
    yield f"{channel['budget_kb']:g} kB (≤ {channel['limit_kb']:g} kB)"
    yield " ".join(channel["formats"]).upper()
    if cut := channel.get("portrait"):
        yield f"+ {cut[0]}:{cut[1]}"


def _time(seconds: float) -> str:
    """In the largest unit that it is a whole number of."""
    units = ("h", 3600), ("min", 60), ("s", 1)
    unit, length = next((unit, length) for unit, length in units if length == 1 or (seconds and not seconds % length))
    return f"{seconds / length:g} {unit}"
