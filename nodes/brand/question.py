"""What pictures are asked: a kit made ready, and which of its parts are to be tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..wires.check import quoted
from ..wires.kit import Kit
from ..wires.zone import Zone
from .duplicates import Known, known_pictures
from .fit import PARTS
from .logo import Mark, marks_of
from .style import Eye, eye_of


@dataclass(frozen=True, slots=True)
class Question:
    """What pictures are asked: the kit with its marks made ready, what was known before, reports, and which parts.

    `channel` leaves out the text zones of other channels; zones that name none always count.
    """

    kit: Kit
    eye: Eye
    marks: tuple[Mark, ...] = ()
    known: tuple[Known, ...] = ()
    reports: Sequence[dict] = ()
    wanted: frozenset[str] = frozenset(PARTS)
    strict: bool = False
    channel: str = ""

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The text zones that count."""
        return tuple(z for z in self.kit.text_zones if not self.channel or z.channel in ("", self.channel))


def parse_parts(text: str) -> frozenset[str]:
    """Read names of parts, separated by commas; none means all.

    Raises:
        ValueError: There is no such part.
    """
    names = frozenset(word for word in text.replace(",", " ").split() if word)
    if unknown := names - set(PARTS):
        raise ValueError(f"expected parts of {', '.join(PARTS)}, got {quoted(', '.join(sorted(unknown)))}: "
                         "separate names with commas")
    return names or frozenset(PARTS)


def ask(kit: Kit, *, previous: torch.Tensor | None = None, reports: Sequence[dict] = (), parts: str = "", strict: bool = False,
        clip_vision: object = None, channel: str = "") -> Question:
    """Make a kit ready to be asked.

    Args:
        kit: The kit.
        previous: Earlier pictures (B, H, W, 3|4) that must not be repeated.
        reports: Of other nodes, about continuity.
        parts: Names of the parts to test, all if empty.
        strict: Whether a part may fail.
        clip_vision: A vision model of the graph, for the learned part.
        channel: Name of the channel whose text zones count beside those of none; empty: all.

    Raises:
        ValueError: There is no such part, or no zone of that channel.
    """
    wanted = parse_parts(parts)
    marks = marks_of(kit.logos) if "logo" in wanted else ()
    known = {zone.channel for zone in kit.text_zones if zone.channel}
    if channel and known and channel not in known:
        raise ValueError(f"expected a channel of the kit's text zones ({', '.join(sorted(known))}) in channel, "
                         f"got {quoted(channel)}: choose one of these, or leave it empty")
    eye = eye_of(kit, clip_vision) if "style" in wanted else Eye(None)
    return Question(kit, eye, marks, known_pictures(kit, previous), reports, wanted, strict, channel)
