"""Channel templates: what a platform takes, with its source, the day it was checked and how sure we are. Data, not code.

Ours stand in the folder channels; a studio's `channels/<name>.json` adds one or takes the place of
ours, and may `extends` another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from ..media.paths import library_file, library_stems
from .channel_form import check_form

NAMES = ("web_hero", "web_responsive", "youtube_16x9", "vertical_9x16", "instagram_4x5", "instagram_1x1", "linkedin", "x",
         "meta_ads", "dooh", "broadcast", "review_proxy")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Channel:
    """One template. `kind` is `film` or `still`; `data` holds the rest as in its file."""

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
        checked = f"checked on {self['checked_on']}" if self["checked_on"] else ""
        return ", ".join(part for part in (self["source"], checked, self["confidence"]) if part)

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
def _ours() -> dict[str, dict[str, Any]]:
    folder = Path(__file__).with_name("channels")
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) | {"id": name} for name in NAMES}


def channel_names() -> list[str]:
    """Channels that can be written: ours, then the studio's, by the names of their files; none is opened."""
    studio = (name for name in library_stems("channels", ".json") if _NAME.fullmatch(name))
    return list(dict.fromkeys((*_ours(), *studio)))


def load_channel(name: str) -> Channel:
    """Read a template: the studio's `channels/<name>.json` before ours.

    Raises:
        ValueError: There is none, or the studio's file is not of the form; file and key are named.
    """
    data = _template(name, ())
    return Channel(name, data["kind"], data)


def _template(name: str, above: tuple[str, ...]) -> dict[str, Any]:
    path = library_file("channels", f"{name}.json") if _NAME.fullmatch(name) and name not in above else None
    if path is None:
        return _ours_or_error(name, above)
    own = _read(path, path.stat().st_mtime_ns)
    base = _template(str(own["extends"]), (*above, name)) if "extends" in own else {}
    merged = {key: base[key] | value if isinstance(value, dict) and isinstance(base.get(key), dict) else value
              for key, value in (base | own).items() if key != "extends"}
    after = f", after {base['source']}" if base else ""
    said = {"version": 1, "title": name, "source": f"the studio's {path.name}{after}", "checked_on": "", "confidence": "studio",
            "disclosure": True}
    data = merged | {key: own.get(key, value) for key, value in said.items()} | {"id": name}
    check_form(data, path.name)
    return data


def _ours_or_error(name: str, above: tuple[str, ...]) -> dict[str, Any]:
    if name in _ours():
        return _ours()[name]
    shown, known = repr(name[:60]), ", ".join(channel_names())
    if name in above:
        raise ValueError(f"expected channels that extend others, got a circle: {' → '.join((*above, name))}")
    if above:
        raise ValueError(f"expected extends of {known} in channel file {above[-1]}.json, got {shown}")
    raise ValueError(f"expected channels of {known}, got {shown}: correct it, or put a template of it into raccord/channels")


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"expected JSON in channel file {path.name}, got a fault: {error}") from error
    if not isinstance(document, dict):
        raise ValueError(f"expected an object in channel file {path.name}, got {type(document).__name__}")
    return document


def every_channel() -> tuple[list[Channel], list[str]]:
    """All templates that can be read, and a sentence for each that cannot."""
    channels, faults = [], []
    for name in channel_names():
        try:
            channels.append(load_channel(name))
        except ValueError as error:
            faults.append(str(error))
    return channels, faults


def parse_channels(text: str) -> list[Channel]:
    """Read `channels`: names separated by commas or lines, each once.

    Raises:
        ValueError: A name is unknown, or its template is at fault.
    """
    return [load_channel(name) for name in dict.fromkeys(word for word in re.split(r"[,\s]+", text) if word)]


def claimed_by(path: str, channels: list[Channel]) -> Channel | None:
    """The channel whose name stands as a word in a path, the part nearest to the file first; None where none does."""
    for part in reversed(PurePosixPath(path).parts):
        for channel in sorted(channels, key=lambda c: -len(c.id)):
            if re.search(rf"(?<![A-Za-z0-9]){re.escape(channel.id)}(?![A-Za-z0-9])", part):
                return channel
    return None
