"""What the guard says of a join while it is repaired: the one place where repair asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from ...wires.report import Finding
from ..guard import guard
from ..join.pair import make_proxy
from ..join.window import REACH
from ..question import Question

_RANK = {"not tested": -1, "pass": 0, "warn": 1, "refused": 2, "fail": 3}
_WORSE = 0.01  # share of its limit by which a value may grow
_LESS = 0.05  # share of its limit by which a failing value must shrink to be called better
Key = tuple[str, bool]
State = Mapping[Key, Finding]


@dataclass(frozen=True, slots=True)
class Join:
    """One join of the clip.

    Attributes:
        which: `previous` (at the head) or `next` (at the tail).
        neighbour: IMAGE or VIDEO beyond the join, or None.
        keyframe: Picture that this end should show, or None.
        edge: How the two meet: `continuous` or `overlap`.
        overlap: Frames that both hold.
        profile: Limits.
    """

    which: str
    neighbour: Any
    keyframe: torch.Tensor | None
    edge: str
    overlap: int
    profile: str

    @property
    def tail(self) -> bool:
        """Whether the join lies behind the clip."""
        return self.which == "next"

    @property
    def name(self) -> str:
        """The join in a sentence."""
        if self.neighbour is None:
            return f"the {'last' if self.tail else 'first'} keyframe"
        return "the join to the next clip" if self.tail else "the join from the previous clip"


def measure(frames: torch.Tensor, join: Join, reach: int) -> State:
    """Judge the part of a clip near one join.

    Args:
        frames: The whole clip (B, H, W, 3|4).
        join: The join.
        reach: Frames that may be changed; as many again as the guard looks at are looked at behind them.

    Returns:
        The worst finding of each check, at the join (True) and inside the clip (False); frames are those of the whole clip.
    """
    count = min(len(frames), reach + join.overlap + REACH + 1)
    first = len(frames) - count if join.tail else 0
    side = "last" if join.tail else "first"
    asked: dict[str, Any] = {f"{join.which}_clip": join.neighbour, f"{join.which}_edge": join.edge,
                             f"{side}_frame": join.keyframe, "overlap_frames": join.overlap, "profile": join.profile}
    part = frames[first:first + count]
    return _sorted(guard(part, Question(**asked)).report.findings, first, count)


def _sorted(findings: Any, first: int, count: int) -> State:
    out: dict[Key, Finding] = {}
    for found in findings:
        key = found.check, _at_join(found, count)
        if key not in out or _weight(found) > _weight(out[key]):
            out[key] = found
    return {key: _moved(f, first) for key, f in out.items()}


def _at_join(f: Finding, count: int) -> bool:
    outside = not f.is_range and any(n < 0 or n >= count for n in f.frames)
    return f.check.startswith(("seam.", "anchor.")) or outside


def _weight(f: Finding) -> tuple[int, float]:
    return _RANK[f.verdict], overshoot(f)


def _moved(f: Finding, first: int) -> Finding:
    drop = {**f.drop, "at": f.drop["at"] + first} if first and f.drop and f.drop["clip"] == "clip" else f.drop
    return replace(f, frames=[n + first if n >= 0 else n for n in f.frames], drop=drop) if first else f


def overshoot(f: Finding) -> float:
    """How bad a value is, as a share of the limit beside it; grows with badness also where small values are the bad ones."""
    if not isinstance(f.value, (int, float)) or not isinstance(f.limit, (int, float)) or not f.limit:
        return 0.0
    falling = f.check.endswith("sharpness") and f.unit == "ratio"
    return 2 - abs(f.value / f.limit) if falling else abs(f.value / f.limit)


def detail_of(frame: torch.Tensor) -> tuple[float, float]:
    """Sharpness (a logarithm) and grain (levels of 255) of a frame (H, W, 3|4), as the guard measures them."""
    proxy = make_proxy(frame, (64, 64))
    return float(proxy.sharpness), float(proxy.grain)


def failing(state: State) -> dict[Key, Finding]:
    """What fails at the join."""
    return {key: f for key, f in state.items() if key[1] and f.verdict == "fail"}


def better(before: Finding, after: Finding | None) -> bool:
    """Whether a failing check came nearer to its limit, or below it, or is no more (of two that share a cause one is named)."""
    if after is None or after.verdict == "not tested":
        return after is None
    return after.verdict != "fail" or (after.unit == before.unit and overshoot(after) < overshoot(before) - _LESS)


def worse(before: State, after: State, may_drift: bool = False) -> Finding | None:
    """The first check that got worse: another verdict, or a value that warns or fails and grew by more than 1 % of its limit.

    A ramp lays a step of light out over its frames, where it is counted as a slow drift: with `may_drift` that may come to warn.
    """
    for key, now in after.items():
        was = before.get(key)
        if _RANK[now.verdict] < 1 or (may_drift and now.verdict == "warn" and now.check.startswith(("drift.", "lighting."))):
            continue
        if was is None or _RANK[now.verdict] > _RANK[was.verdict]:
            return now
        if now.verdict == was.verdict and now.unit == was.unit and overshoot(now) > overshoot(was) + _WORSE:
            return now
    return None
