"""How many injected defects the guard catches at a join, and how often it alarms where nothing is wrong. Real generated clips.

    python tests/bench/seam_defects.py [--clips N] [--half even|odd|all] [--alone]

The limits of the profile were tuned on these very clips: the numbers are of development, not held out. `--alone` judges each
whole clip with its own keyframes instead, and lists what it says.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import real_clips
from raccord.nodes.continuity.defects import split_and_inject
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.pair import compare, make_proxy
from raccord.nodes.continuity.place import Place
from raccord.nodes.continuity.profile import load_profile
from raccord.nodes.continuity.seam import judge_seam
from raccord.nodes.continuity.window import look_at
from raccord.nodes.image.flow import working_size

CASES = (("exposure", 0.5), ("exposure", 1), ("exposure", 2), ("flash", 1), ("temperature", 1), ("saturation", 1), ("contrast",
    1), ("blur", 1),
         ("grain", 1), ("duplicate", 1), ("freeze", 1), ("echo", 1), ("dropped", 1), ("dropped", 2), ("speed", 1), ("reverse",
             1), ("shift", 1),
         ("shift", 3), ("zoom", 1), ("local colour", 1), ("local warp", 1), ("hard cut", 1))
REACH, EVERY = 16, 6  # frames on each side of a join; a clean join every so many frames


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share, in percent."""
    z, p = 1.96, hits / max(count, 1)
    middle, half = p + z * z / (2 * count), z * (p * (1 - p) / count + z * z / (4 * count * count)) ** 0.5
    return tuple(100 * (middle + s * half) / (1 + z * z / count) for s in (-1, 1))


def verdict(before, after, size, profile, known=(), known_after=()):
    seam = judge_seam(look_at(before, after, known, known_after), Place("next", len(before)), profile, size)
    return [f for f in seam.findings if f.verdict == "fail"]


def clean_joins(proxies, pairs, size, profile):
    for join in range(12, len(proxies) - 11, EVERY):
        low, high = max(0, join - REACH), min(len(proxies), join + REACH)
        yield verdict(proxies[low:join], proxies[join:high], size, profile, pairs[low:join - 1], pairs[join:high - 1])


def injected(frames, join, other, working, size, profile, pairs):
    plain, high = join - REACH, min(len(frames), join + REACH)
    for defect, severity in CASES:
        low = max(0, join - 2 * REACH)
        made = split_and_inject(frames[low:join + REACH], join - low, defect, severity, other if defect == "hard cut" else None)
        before, after = ([make_proxy(f, working) for f in part] for part in (made.before[-REACH:], made.after[:REACH]))
        known = pairs[max(0, plain):join - 1] if torch.equal(made.before[-REACH:], frames[max(0, plain):join]) else ()
        known_after = pairs[join:high - 1] if torch.equal(made.after[:REACH], frames[join:high]) else ()
        yield defect, severity, made, verdict(before, after, size, profile, known, known_after)


def seams(names: list[str], profile) -> None:
    clean, alarms, hits, counted, by = 0, 0, Counter(), Counter(), defaultdict(Counter)
    for number, name in enumerate(names):
        frames = real_clips.clip(name)
        size = frames.shape[2], frames.shape[1]
        working = working_size(*size)
        proxies = [make_proxy(f, working) for f in frames]
        pairs = [compare(a, b) for a, b in pairwise(proxies)]
        for bad in clean_joins(proxies, pairs, size, profile):
            clean, alarms = clean + 1, alarms + bool(bad)
            by["clean"].update({f.check for f in bad})
        other = real_clips.clip(names[(number + len(names) // 2) % len(names)])[:REACH]
        other = F.interpolate(other.movedim(-1, 1), frames.shape[1:3], mode="area").movedim(1, -1)
        join = int(len(frames) * (0.4 + 0.02 * (number * 7 % 10)))
        for defect, severity, made, bad in injected(frames, join, other, working, size, profile, pairs):
            case = f"{defect} x{severity:g}"
            hits[case] += bool(bad)
            by[case].update({f.check for f in bad})
            counted[case] += any((f.drop or {}).get("count") == made.count for f in bad)
        print(f"{number + 1}/{len(names)} {name}", file=sys.stderr, flush=True)
    table(names, clean, alarms, hits, counted, by)


def table(names, clean, alarms, hits, counted, by) -> None:
    low, high = wilson(alarms, clean)
    print(f"{len(names)} clips, {clean} clean joins, alarms {100 * alarms / clean:.1f} % ({low:.1f}..{high:.1f}): "
          f"{dict(by['clean'].most_common())}")
    print("| defect | caught % | 95 % | count to drop right % | by |\n|---|---|---|---|---|")
    for defect, severity in CASES:
        case = f"{defect} x{severity:g}"
        low, high = wilson(hits[case], len(names))
        count = f"{100 * counted[case] / len(names):.0f}" if defect in ("duplicate", "freeze", "echo") else ""
        print(f"| {case} | {100 * hits[case] / len(names):.0f} | {low:.0f}..{high:.0f} | {count} | "
              f"{', '.join(c for c, _ in by[case].most_common(3))} |")
    print(f"| all | {100 * sum(hits.values()) / (len(names) * len(CASES)):.0f} | | | |")


def alone(names: list[str]) -> None:
    said = Counter()
    for name in names:
        frames = real_clips.clip(name)
        report = guard(frames, Question(first_frame=frames[:1], last_frame=frames[-1:])).report
        said[report.verdict] += 1
        for f in report.findings:
            if f.verdict in ("warn", "fail"):
                said[f"{f.check} {f.verdict}"] += 1
                print(f"{name}: {f.check} {f.verdict}: {f.message}", flush=True)
    print(dict(said.most_common()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=0, help="only the first so many")
    parser.add_argument("--half", choices=("all", "even", "odd"), default="all", help="every clip, or every other one")
    parser.add_argument("--profile", default="broadcast")
    parser.add_argument("--alone", action="store_true", help="whole clips with their own keyframes")
    options = parser.parse_args()
    names = real_clips.names()
    names = {"all": names, "even": names[::2], "odd": names[1::2]}[options.half][:options.clips or None]
    if not names:
        print(f"{real_clips.PACKAGE} is not installed: nothing to measure")
        return 0
    torch.manual_seed(0)
    alone(names) if options.alone else seams(names, load_profile(options.profile))
    return 0


if __name__ == "__main__":
    sys.exit(main())
