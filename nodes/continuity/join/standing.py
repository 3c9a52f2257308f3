"""How far a number at a join stands out beside the same number elsewhere in the clips, and the finding that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...wires.report import Finding
from ..profile import Limit


@dataclass(frozen=True, slots=True)
class Standing:
    """A number taken at the join, and by how many of the clips' own spreads it lies above what is usual there."""

    value: float
    usual: float
    z: float


def finding(check: str, limit: Limit, value: float, z: float, good: str, bad: str, frames: Sequence[int], suggestion: str,
            box: Sequence[float] | None = None) -> Finding:
    """Finding of a value judged with its standing: `good` is said where it passes, `bad`, the suggestion and the box else."""
    verdict = limit.judge(value, z)
    if verdict == "pass":
        return Finding(check, verdict, good, round(value, 4), limit.unit, limit.warn, frames)
    over = limit.fail if verdict == "fail" else limit.warn
    return Finding(check, verdict, bad, round(value, 4), limit.unit, over, frames, box=box, suggestion=suggestion)
