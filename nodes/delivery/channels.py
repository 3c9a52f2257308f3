"""Channel templates: what a platform takes, with its source, the day it was checked and how sure we are. Data, not code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

# every channel of the contract; those without a template yet are refused by name
NAMES = ("web_hero", "web_responsive", "youtube_16x9", "vertical_9x16", "instagram_4x5", "instagram_1x1", "linkedin", "x",
         "meta_ads", "dooh", "broadcast", "review_proxy")


@dataclass(frozen=True, slots=True)
class Channel:
    """One template. `kind` is `film` or `still`; `data` holds the rest as in channels.json."""

    id: str
    kind: str
    data: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Value of a key, or `default`."""
        return self.data.get(key, default)

    @property
    def origin(self) -> str:
        """Where the numbers come from, in words."""
        return f"{self['source']}, checked on {self['checked_on']}, {self['confidence']}"

    @property
    def shape(self) -> Fraction | None:
        """Width over height that the channel takes, or None for any."""
        return Fraction(*self["aspect"]) if "aspect" in self.data else None

    def peak_kbps(self, size: tuple[int, int], fps: Fraction) -> int:
        """Bit rate that the platform asks for at a size, in kbit/s."""
        table = self["kbps_high_rate" if fps > 48 else "kbps"]
        steps = sorted((int(lines), rate) for lines, rate in table.items())
        return next((rate for lines, rate in steps if size[1] <= lines), steps[-1][1])


@lru_cache(maxsize=1)
def templates() -> dict[str, Channel]:
    """All templates by name."""
    document = json.loads(Path(__file__).with_name("channels.json").read_text(encoding="utf-8"))
    return {row["id"]: Channel(row["id"], row["kind"], row) for row in document["channels"]}


def parse_channels(text: str) -> list[Channel]:
    """Read `channels`: names separated by commas or lines, each once.

    Raises:
        ValueError: A name is unknown, or known but without a template yet.
    """
    known, chosen = templates(), []
    for name in dict.fromkeys(word for word in re.split(r"[,\s]+", text) if word):
        if name not in NAMES:
            raise ValueError(f"expected channels of {', '.join(known)}, got {name!r}")
        if name not in known:
            raise ValueError(f"expected channels of {', '.join(known)}, got {name!r}, which cannot be written yet: leave it out")
        chosen.append(known[name])
    return chosen


def claimed_by(path: str, channels: list[Channel]) -> Channel | None:
    """The channel whose name stands as a word in a path, the part nearest to the file first; None where none does."""
    for part in reversed(PurePosixPath(path).parts):
        for channel in sorted(channels, key=lambda c: -len(c.id)):
            if re.search(rf"(?<![A-Za-z0-9]){re.escape(channel.id)}(?![A-Za-z0-9])", part):
                return channel
    return None
