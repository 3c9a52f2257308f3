"""What the canvas shows of each channel template, so that channels are picked and not typed. Small: it goes with every node."""

from __future__ import annotations

from typing import Any

from .channels import Channel, channel_names, load_channel

KEY = "raccord_channels"
_LONGEST = 300  # characters of a studio's text


def channel_cards() -> dict[str, Any]:
    """Entry of an input's `extra_dict`: a card for each template, ours and the studio's, in the order of their names.

    A template that cannot be read has a card that says why: its name can be typed, and the run would stop at it.
    """
    return {KEY: [_card_or_fault(name) for name in channel_names()]}


def _card_or_fault(name: str) -> dict[str, Any]:
    try:
        channel = load_channel(name)
    except (ValueError, OSError, RecursionError) as error:  # a schema that fails would take every node of the pack with it
        return {"id": name, "fault": str(error)[:_LONGEST]}
    card = {"id": name, "kind": channel.kind, "title": channel["title"][:_LONGEST], "source": channel["source"][:_LONGEST],
            "checked": channel["checked_on"][:10], "sure": channel["confidence"][:_LONGEST]}
    return card | (_film(channel) if channel.kind == "film" else _still(channel))


def _film(channel: Channel) -> dict[str, Any]:
    """Shape, largest size, length in seconds, most megabytes, LUFS; what a channel leaves open is left out."""
    limits = {"shape": channel.get("aspect"), "size": max(channel["sizes"], key=lambda size: size[0] * size[1]),
              "seconds": channel["seconds"], "mb": channel.get("budget_mb", channel["largest_mb"])}
    if channel.get("sound") is None:
        limits["silent"] = True
    elif loudness := channel.get("loudness"):
        limits["lufs"] = loudness["lufs"]
    return {key: value for key, value in limits.items() if value is not None}


def _still(channel: Channel) -> dict[str, Any]:
    """Largest width, kilobytes that are aimed at and the most, file formats, and the shape of a portrait cut beside it."""
    limits = {"width": channel["largest_width"], "kb": channel["budget_kb"], "most_kb": channel["limit_kb"],
              "formats": channel["formats"], "portrait": channel.get("portrait")}
    return {key: value for key, value in limits.items() if value is not None}
