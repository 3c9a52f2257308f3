"""How strict the guard is: limits by check, read from a JSON file of ours or of the studio."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..media.paths import library_file, library_stems
from ..wires.check import quoted

OURS = ("draft", "broadcast", "vfx")
_FIXED = ("seam.repeat", "seam.cut", "integrity.cut", "integrity.black")  # `scale` leaves these as they are


@dataclass(frozen=True, slots=True)
class Limit:
    """When a value warns and fails, in `unit`; `z`: by how many spreads (of `floor` at least) it must stand out too.

    A `fail` below `warn` means that small values are the bad ones.
    """

    warn: float
    fail: float
    unit: str
    z: float = 0.0
    floor: float = 0.0

    def judge(self, value: float, z: float = math.inf) -> str:
        """Verdict for `value` that stands out by `z` spreads."""
        over = (lambda limit: value >= limit) if self.fail >= self.warn else (lambda limit: value <= limit)
        if over(self.fail) and z >= self.z:
            return "fail"
        return "warn" if over(self.warn) and z >= self.z else "pass"

    def scaled(self, factor: float) -> Limit:
        """The same limit `factor` times as wide; ratios are scaled by their distance from 1."""
        if self.unit == "ratio":
            warn, fail = (math.exp(math.log(v) * factor) for v in (self.warn, self.fail))
            return Limit(warn, fail, self.unit, self.z, self.floor)
        return Limit(self.warn * factor, self.fail * factor, self.unit, self.z, self.floor)


@dataclass(frozen=True, slots=True)
class Profile:
    """Limits of every check, and the dead band of a keyframe beside a clip (levels of 255)."""

    name: str
    version: int
    dead_band: float
    limits: dict[str, Limit]

    def __getitem__(self, check: str) -> Limit:
        return self.limits[check]


def profile_names() -> list[str]:
    """Ours, then the studio's."""
    return list(dict.fromkeys((*OURS, *library_stems("profiles", ".json"))))


def load_profile(name: str) -> Profile:
    """Read the profile `name`.

    A file may say `extends` another profile, `scale` its limits, and give only the `limits` that differ.

    Raises:
        ValueError: There is no such profile, or its file is not of that form.
    """
    return _profile(name, ())


def _document(name: str) -> dict[str, Any]:
    path = library_file("profiles", f"{name}.json") or (Path(__file__).with_name(f"{name}.json") if name in OURS else None)
    if path is None:
        raise ValueError(f"expected a profile of {', '.join(profile_names())}, got {quoted(name)}: choose one of these, or "
                         "put a file of that name into raccord/profiles")
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"expected JSON in profile {path.name}, got {error}: mend it") from error
    if not isinstance(document, dict):
        raise ValueError(f"expected an object in profile {path.name}, got {type(document).__name__}: write {{ }} around it")
    return document


def _profile(name: str, above: tuple[str, ...]) -> Profile:
    if name in above:
        raise ValueError(f"expected profiles that extend others, got a circle: {' → '.join((*above, name))}")
    document = _document(name)
    base = _profile(document["extends"], (*above, name)) if "extends" in document else Profile(name, 0, 0.0, {})
    factor = float(document.get("scale", 1.0))
    limits = {check: limit if check in _FIXED else limit.scaled(factor) for check, limit in base.limits.items()}
    try:
        for check, values in document.get("limits", {}).items():
            before = {k: getattr(limits[check], k) for k in Limit.__slots__} if check in limits else {}
            limits[check] = Limit(**(before | {k: values[k] for k in values if k in Limit.__slots__}))
        return Profile(name, int(document.get("version", 1)), float(document.get("dead_band", base.dead_band)), limits)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"expected limits with warn, fail and unit in profile {name}, got {error}: mend it") from error
