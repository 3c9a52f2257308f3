"""How many joins with a known defect Repair Seam brings back under the limits, on real generated clips.

    python tests/bench/repair.py [--half even|odd] [--clips N] [--each 24] [--every 1] [--defects exposure:2,shift]
                                 [--side previous|next]

A join in the middle of a clip gets a defect behind it; the guard fails it; the repair works on the part behind the join
(`previous`) or before it (`next`); the guard judges again. `even` clips are for tuning, `odd` ones are reported.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import real_clips
from raccord.nodes.continuity.defects.inject import split_and_inject
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.repair.clip import Wish, repair

CASES = ("duplicate:1", "freeze:1", "echo:1", "dropped:1", "dropped:2", "exposure:0.5", "exposure:1", "exposure:2", "exposure:4",
         "temperature:1", "saturation:1", "contrast:1", "flash:1", "blur:1", "grain:1", "shift:1", "shift:3", "zoom:1")
SIDE = 320  # pixels of the longer side


@dataclass
class Row:
    """What came of one case."""

    defect: str
    failing: set
    left: set
    new: set
    same: bool
    psnr: tuple[float, float]
    seconds: float
    kept: list


def pair(name: str, each: int, every: int) -> torch.Tensor | None:
    """The middle of a clip at a lower rate, small, `each` frames on both sides of it."""
    frames = real_clips.clip(name)[::every]
    scale = SIDE / max(frames.shape[1:3])
    size = round(frames.shape[1] * scale), round(frames.shape[2] * scale)
    middle = len(frames) // 2
    if middle < each:
        return None
    frames = frames[middle - each:middle + each]
    return F.interpolate(frames.movedim(-1, 1), size, mode="area").movedim(1, -1)


def failing(clip: torch.Tensor, side: str, other: torch.Tensor) -> set:
    report = guard(clip, Question(**{f"{side}_clip": other})).report
    return {f.check for f in report.findings if f.verdict == "fail"}


def psnr(one: torch.Tensor, other: torch.Tensor, side: str) -> float:
    """Of the 12 frames nearest to the join, counted from the end that stays where a frame is too many or too few."""
    count = min(len(one), len(other))
    one, other = (c[-count:] if side == "previous" else c[:count] for c in (one, other))
    one, other = (c[:12] if side == "previous" else c[-12:] for c in (one, other))
    return float(-10 * torch.log10(((one - other) ** 2).mean() + 1e-8))


def judge(frames: torch.Tensor, case: str, side: str, clean_fails: set) -> Row | None:
    defect, _, severity = case.partition(":")
    join = len(frames) // 2
    made = split_and_inject(frames, join, defect, float(severity or 1))
    clip, other = (made.after, made.before) if side == "previous" else (made.before, made.after)
    clean = frames[join:] if side == "previous" else frames[:join]
    if defect == "dropped" and side == "previous":
        clean = frames[join - made.count:]
    start = time.process_time()
    done = repair(clip, Wish(**{f"{side}_clip": other}))
    seconds = time.process_time() - start
    checks = done.report.metrics[f"repair.{side}"]
    if not set(checks) - clean_fails:
        return None
    left = {name for name, row in checks.items() if row["verdict"] == "fail"}
    kept, new, same = done.report.metrics["repair.kept"], set(), done.images is clip
    if kept:  # judged again from outside, the join and the clip by itself
        new = failing(done.images, side, other) - set(checks)
        new -= failing(clip, side, other) if new else set()
        same = torch.equal(done.images[12:], clip[12 + len(clip) - len(done.images):]) if side == "previous" else \
            torch.equal(done.images[:-12], clip[:-12][:len(done.images) - 12])
    return Row(case, set(checks), left, new, same, (psnr(clip, clean, side), psnr(done.images, clean, side)), seconds, kept)


def table(rows: list[Row]) -> None:
    print("| defect | fails before | repaired % | new failures | untouched frames changed | PSNR before → after, dB | s |\n"
          "|---|---|---|---|---|---|---|")
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.defect].append(row)
    for name, some in [*grouped.items(), ("all", rows)]:
        healed = sum(not r.left for r in some)
        before, after = (sum(r.psnr[i] for r in some) / len(some) for i in (0, 1))
        print(f"| {name} | {len(some)} | {100 * healed / len(some):.0f} | {sum(bool(r.new) for r in some)} | "
              f"{sum(not r.same for r in some)} | {before:.1f} → {after:.1f} | {sum(r.seconds for r in some) / len(some):.1f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("even", "odd"), default="even")
    parser.add_argument("--clips", type=int, default=0, help="at most so many, spread over the half")
    parser.add_argument("--defects", default=",".join(CASES))
    parser.add_argument("--side", choices=("previous", "next"), default="previous")
    parser.add_argument("--each", type=int, default=24, help="frames on each side of the join")
    parser.add_argument("--every", type=int, default=1, help="only every so many frames: a lower rate with larger motion")
    options = parser.parse_args()
    names = real_clips.names()[0 if options.half == "even" else 1::2]
    if options.clips:
        names = names[::max(1, len(names) // options.clips)][:options.clips]
    rows = []
    for number, name in enumerate(names):
        frames = pair(name, options.each, options.every)
        if frames is None:
            continue
        before, behind = frames[:options.each], frames[options.each:]
        clean = failing(behind, "previous", before) if options.side == "previous" else failing(before, "next", behind)
        for case in options.defects.split(","):
            row = judge(frames, case, options.side, clean)
            if row is not None:
                rows.append(row)
                print(f"{number + 1}/{len(names)} {name} {row.defect}: {sorted(row.failing)} left {sorted(row.left)} "
                      f"new {sorted(row.new)} kept {row.kept} {row.psnr[0]:.1f} → {row.psnr[1]:.1f} {row.seconds:.1f} s",
                      file=sys.stderr, flush=True)
    if rows:
        table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
