"""What a retime did, in findings: which frames are new, where they are doubtful, what was held, how the joins meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...wires.report import Finding
from .source import Source

DOUBT = 0.25  # of the picture: one pair of twenty of the real clips, each with torn edges to be seen
SLOW = 0.25  # more than three frames in a row between two source frames
RATIO = 1.35  # of speeds at a join, as the guard's seam.velocity


@dataclass(frozen=True, slots=True)
class Made:
    """Where one new frame comes from: `source` (frame `first` itself), `held` (likewise, at a cut) or `made` behind it."""

    kind: str
    first: int
    doubt: float


@dataclass(frozen=True, slots=True)
class Join:
    """Speeds at a join, pixels a frame at working size: ours before, the neighbour's, ours after.

    Where nothing is done, `why` says it and `verdict` is that of the finding.
    """

    side: str
    own: float | None = None
    meets: float | None = None
    why: str = ""
    verdict: str = "not tested"
    new: float | None = None

    @property
    def wanted(self) -> float | None:
        """Speed factor at which ours meets the neighbour's."""
        return self.meets / self.own if self.own and self.meets and not self.why else None

    def with_new(self, new: float | None) -> Join:
        """With the speed measured on the new frames."""
        return replace(self, new=new)


def findings_of(count: int, source: Source, made: Sequence[Made], speeds: np.ndarray, last: float,
                joins: Sequence[Join], repeats: str) -> list[Finding]:
    """Findings on a retime of `count` frames, the last new one of which lies at the source time `last`."""
    return [_frames(made), _speed(count, len(made), speeds, last), _occlusion(made), _cut(made), _cadence(source, repeats),
            *(_join(join, len(made)) for join in joins)]


def _many(number: int, what: str = "frame") -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _frames(made: Sequence[Made]) -> Finding:
    same = sum(m.kind == "source" for m in made)
    new = sum(m.kind == "made" for m in made)
    words = f"{_many(same)} of {len(made)} {'is a source frame' if same == 1 else 'are source frames'}, bit for bit; {new} " \
            f"{'is' if new == 1 else 'are'} made between two."
    return Finding("retime.frames", "pass", words, new, "frames")


def _speed(count: int, length: int, speeds: np.ndarray, last: float) -> Finding:
    low, high = float(speeds.min()), float(speeds.max())
    words = f"{_many(count)} became {length}, at speed {low:.3g}" + (f" to {high:.3g}" if high - low > 1e-6 else "")
    words += "." if last == count - 1 else f", ending at source frame {last:.2f} of {count - 1}."
    if low < SLOW:
        words += " More than three frames in a row are made between two."
        return Finding("retime.speed", "warn", words, low, "speed", SLOW, np.flatnonzero(speeds < SLOW).tolist(),
                       suggestion="Look at these frames, or generate the shot with more frames.")
    return Finding("retime.speed", "pass", words, low, "speed", SLOW)


def _occlusion(made: Sequence[Made]) -> Finding:
    frames = [k for k, m in enumerate(made) if m.kind == "made" and m.doubt > DOUBT]
    worst = 100 * max((m.doubt for m in made if m.kind == "made"), default=0.0)
    if not frames:
        words = (f"At most {worst:.0f} % of a made frame has no counterpart in the frames beside it." if worst
                 else "No frame had to be made where something is hidden or too fast.")
        return Finding("retime.occlusion", "pass", words, round(worst, 2), "% of the picture", 100 * DOUBT)
    words = (f"In {_many(len(frames), 'made frame')} up to {worst:.0f} % of the picture has no counterpart in the frames beside "
             "it: it is hidden, changed or too fast there.")
    return Finding("retime.occlusion", "warn", words, round(worst, 2), "% of the picture", 100 * DOUBT, frames,
                   suggestion="Look at these frames; choose a speed of which fewer fall there, or generate with more frames.")


def _cut(made: Sequence[Made]) -> Finding:
    frames = [k for k, m in enumerate(made) if m.kind == "held"]
    if not frames:
        return Finding("retime.cut", "pass", "No frame had to be made across a cut.", 0, "frames")
    words = f"{_many(len(frames))} would lie across a cut; the nearer source frame is held."
    return Finding("retime.cut", "warn", words, len(frames), "frames", 0, frames,
                   suggestion="If the cut is not meant, split the clip there and retime the parts.")


def _cadence(source: Source, repeats: str) -> Finding:
    numbers = source.repeats.tolist()
    if not numbers:
        return Finding("retime.cadence", "pass", "No source frame repeats the one before it.", 0, "frames")
    said = f"{_many(len(numbers), 'source frame')} {'repeats' if len(numbers) == 1 else 'repeat'} the one before"
    if repeats == "drop":
        return Finding("retime.cadence", "pass", f"{said} and left out before frames were made.", len(numbers), "frames")
    words = f"{said}: motion stands still there at any speed."
    return Finding("retime.cadence", "warn", words, len(numbers), "frames", 0, numbers, suggestion="Set `repeats` to drop.")


def _join(join: Join, length: int) -> Finding:
    name, every = f"retime.{join.side}", list(range(length))
    frames = every[:6] if join.side == "previous" else every[-6:]
    if join.why or join.wanted is None:
        return Finding(name, join.verdict, f"{join.why}: the speed of the {join.side} clip is not met.")
    before = max(join.wanted, 1 / join.wanted)
    if join.new is None or join.meets is None:
        words = f"Motion differed {before:.2f} times at the {join.side} clip; too little is left to see what it is now."
        return Finding(name, "not tested", words)
    after = max(join.new / join.meets, join.meets / join.new)
    words = f"Motion differed {before:.2f} times at the {join.side} clip, now {after:.2f} times."
    if after > RATIO:
        return Finding(name, "warn", words, round(after, 3), "ratio", RATIO, frames,
                       suggestion="Raise `ease`, or retime the other clip too.")
    return Finding(name, "pass", words, round(after, 3), "ratio", RATIO)
