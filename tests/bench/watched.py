"""How many changes of a watched detail the guard catches, at a join of 12 + 12 frames and inside a clip, and its false alarms.

    python tests/bench/watched.py [--half even|odd] [--clips N]

The clips come as in `seam_cases.py`, 320 pixels on the long side; the detail is the middle square of 48 pixels, under a mask.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import seam_cases
from raccord.nodes.continuity.join.judge import judge_seam
from raccord.nodes.continuity.join.pair import make_proxy
from raccord.nodes.continuity.join.window import look_at
from raccord.nodes.continuity.place import Place
from raccord.nodes.continuity.profile import load_profile
from raccord.nodes.continuity.watch.joins import judge_watched_join, places_at
from raccord.nodes.continuity.watch.region import judge_regions
from raccord.nodes.image.flow import working_size
from raccord.nodes.media.frames import Frames
from raccord.nodes.runtime import Progress

SIDE = 48


def failing(before: torch.Tensor, after: torch.Tensor, profile) -> tuple[bool, bool]:
    """Whether the watched square fails at the join; whether it fails inside the two as one clip."""
    height, width = before.shape[1:3]
    box = ((width - SIDE) // 2, (height - SIDE) // 2, SIDE, SIDE)
    mask = torch.zeros(1, height, width)
    mask[:, box[1]:box[1] + SIDE, box[0]:box[0] + SIDE] = 1
    size = working_size(width, height)
    window = look_at([make_proxy(f, size) for f in before], [make_proxy(f, size) for f in after])
    seam = judge_seam(window, Place("next", len(before)), profile, (width, height))
    frames, whole = Frames(before), Frames(torch.cat((before, after)))
    regions = judge_regions(frames, (), mask, profile, Progress(1))
    places = places_at("next", regions, [("mask", box)])
    joined = judge_watched_join(seam, places, frames, Frames(after), profile)
    inside = judge_regions(whole, (), mask, profile, Progress(1))
    return any(f.verdict == "fail" for f in joined), any(r.finding.verdict == "fail" for r in inside)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=0)
    parser.add_argument("--half", choices=("even", "odd"), default="even")
    options = parser.parse_args()
    count = len(seam_cases.real_clips.names())
    numbers = list(range(count))[options.half == "odd"::2][:options.clips or None]
    profile, asked, caught = load_profile("broadcast"), Counter(), Counter()
    for number in numbers:
        frames, how = seam_cases.frames_of(number), seam_cases.comes(number)
        cases = [*seam_cases.clean(frames), *seam_cases.defective(number, frames, (("local colour", 1), ("local warp", 1)))]
        for case in cases:
            found = failing(case.before, case.after, profile)
            for key in ((case.kind, "all"), (case.kind, how)):
                asked[key] += 1
                caught.update({(*key, place) for place, bad in zip(("join", "inside"), found, strict=True) if bad})
        print(number, how, {k: v for k, v in caught.items() if k[1] == "all"}, file=sys.stderr, flush=True)
    print("| joins | of clips | count | fails at the join % | fails inside % |\n|---|---|---|---|---|")
    for (kind, how), total in sorted(asked.items()):
        share = [100 * caught[kind, how, place] / total for place in ("join", "inside")]
        print(f"| {kind} | {how} | {total} | {share[0]:.0f} | {share[1]:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
