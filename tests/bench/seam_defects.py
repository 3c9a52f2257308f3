"""How many injected defects the guard catches at a join of 12 + 12 frames, and how often it alarms where nothing is wrong.

    python tests/bench/seam_defects.py [--half even|odd|all] [--clips N] [--kinds shift,zoom] [--whole] [--keep DIR]

Real generated clips (tests/helpers/seam_cases.py). The limits are calibrated on the even clips (seam_calibrate.py): figures to
publish are of the odd ones. `--whole` asks the whole guard with a watch mask too; without it only the join is judged. `--keep`
saves what the comparison of frames gave in DIR and reads it again: seconds instead of minutes while only the judging changes.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import real_clips
import seam_cases
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.continuity.join.judge import judge_seam
from raccord.nodes.continuity.join.pair import Proxy, compare, make_proxy
from raccord.nodes.continuity.join.window import Window, look_at
from raccord.nodes.continuity.place import Place
from raccord.nodes.continuity.profile import Profile, load_profile
from raccord.nodes.image.flow import working_size
from raccord.nodes.wires.report import Finding
from seam_cases import BENIGN, KINDS, MORE, Case


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share, in percent."""
    z, p = 1.96, hits / max(count, 1)
    middle, half = p + z * z / (2 * count), z * (p * (1 - p) / count + z * z / (4 * count * count)) ** 0.5
    return tuple(100 * (middle + s * half) / (1 + z * z / count) for s in (-1, 1))


def cases_of(number: int, kinds) -> Iterator[Case]:
    """All cases of one clip; of a clip too short none."""
    frames = seam_cases.frames_of(number)
    if len(frames) >= 2 * seam_cases.REACH + 4:
        yield from seam_cases.clean(frames)
        yield from seam_cases.defective(number, frames, kinds)
        yield from seam_cases.benign(number, frames)


def windows_of(number: int, kinds) -> Iterator[tuple[Case, Window, tuple[int, int]]]:
    """The cases of a clip with their frames compared; sides that are the same frames are compared once."""
    known: dict[tuple, tuple] = {}

    def side(frames: torch.Tensor, size: tuple[int, int]) -> tuple:
        key = (frames.shape, hash(frames.numpy().tobytes()))
        if key not in known:
            proxies = [make_proxy(f, size) for f in frames]
            known[key] = proxies, [compare(a, b) for a, b in pairwise(proxies)]
        return known[key]

    for case in cases_of(number, kinds):
        height, width = case.before.shape[1:3]
        size = working_size(width, height)
        (before, left), (after, right) = side(case.before, size), side(case.after, size)
        yield case, look_at(before, after, left, right), (width, height)


def kept(number: int, kinds, folder: Path | None) -> list[tuple[Case, Window, tuple[int, int]]]:
    """`windows_of`, from `folder` where they lie there; frames in colour are not kept."""
    path = folder / f"{number:03}.pickle" if folder else None
    if path and path.is_file():
        return pickle.loads(path.read_bytes())
    found = list(windows_of(number, kinds))
    if path:
        none = torch.zeros(0)  # a part of a tensor would be saved with the whole
        bare = [(replace(case, before=none, after=none), replace(w, before=colourless(w.before), after=colourless(w.after)), size)
                for case, w, size in found]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(bare))
    return found


def colourless(proxies: list[Proxy]) -> list[Proxy]:
    """Proxies without what takes most room."""
    return [replace(p, rgb=np.zeros((0, 0, 3), np.uint8)) for p in proxies]


def answers(number: int, kinds, profile: Profile, folder: Path | None) -> Iterator[tuple[Case, list[Finding]]]:
    """Findings of the join alone."""
    for case, window, size in kept(number, kinds, folder):
        yield case, list(judge_seam(window, Place("next", window.seam + 1), profile, size).findings)


def whole(number: int, kinds, profile: Profile) -> Iterator[tuple[Case, list[Finding]]]:
    """Findings of the whole guard; local defects once more with the place marked."""
    for case in cases_of(number, (*kinds, ("local warp", 1))):
        watch = mask_of(case) if case.box else None
        if case.kind != "local warp x1":
            yield case, list(guard(case.before, Question(next_clip=case.after, profile=profile.name)).report.findings)
        if case.kind == "clean":
            case = replace(case, kind="clean, a detail watched")
            watch = torch.zeros(1, *case.before.shape[1:3])
            watch[:, watch.shape[1] // 2 - 24:watch.shape[1] // 2 + 24, watch.shape[2] // 2 - 24:watch.shape[2] // 2 + 24] = 1
        if watch is not None:
            asked = Question(next_clip=case.after, watch_mask=watch, profile=profile.name)
            yield replace(case, kind=f"{case.kind.split(' x')[0]}, watched"), list(guard(case.before, asked).report.findings)


def mask_of(case: Case) -> torch.Tensor:
    """The place of a local defect, as a watch mask on frame 0."""
    x, y, w, h = case.box
    mask = torch.zeros(1, *case.before.shape[1:3])
    mask[:, y:y + h, x:x + w] = 1
    return mask


def overlap(a, b) -> float:
    """Intersection over union of two boxes x, y, w, h."""
    w, h = (max(0.0, min(a[i] + a[i + 2], b[i] + b[i + 2]) - max(a[i], b[i])) for i in (0, 1))
    return w * h / max(a[2] * a[3] + b[2] * b[3] - w * h, 1e-9)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("all", "even", "odd"), default="odd")
    parser.add_argument("--clips", type=int, default=0, help="only the first so many of the half")
    parser.add_argument("--kinds", default="", help="only defects whose name begins with one of these, by commas")
    parser.add_argument("--profile", default="broadcast")
    parser.add_argument("--whole", action="store_true", help="ask the whole guard")
    parser.add_argument("--keep", type=Path, help="folder for what the comparison of frames gave")
    options = parser.parse_args()
    numbers = range(len(real_clips.names()))
    numbers = {"all": numbers, "even": numbers[::2], "odd": numbers[1::2]}[options.half][:options.clips or None]
    kinds = tuple(k for k in (*KINDS, *MORE) if not options.kinds or k[0].startswith(tuple(options.kinds.split(","))))
    profile, tally = load_profile(options.profile), Tally()
    for at, number in enumerate(numbers):
        said = whole(number, kinds, profile) if options.whole else answers(number, kinds, profile, options.keep)
        for case, findings in said:
            tally.add(case, [f for f in findings if f.verdict == "fail"])
        print(f"{at + 1}/{len(numbers)}", file=sys.stderr, end="\r", flush=True)
    print(tally.table())
    return 0


class Tally:
    """What was caught, by kind of join."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.count, self.hits, self.named, self.counted, self.boxed = (Counter() for _ in range(5))
        self.by: dict[str, Counter] = defaultdict(Counter)

    def add(self, case: Case, bad: list[Finding]) -> None:
        """Take in what failed at one join."""
        kind = case.kind
        self.count[kind] += 1
        self.hits[kind] += bool(bad)
        self.by[kind].update({f.check for f in bad})
        low, high = case.frames[0] - 1, case.frames[1] + 1
        self.named[kind] += any(f.frames and min(f.frames) >= low and max(f.frames) <= high for f in bad)
        self.counted[kind] += any((f.drop or {}).get("count") == case.count for f in bad)
        self.boxed[kind] += case.box is not None and any(f.box and overlap(f.box, case.box) >= 0.3 for f in bad)

    def table(self) -> str:
        """A Markdown table, and the shares over all kinds of each group."""
        rows = ["| join | n | caught or alarmed % | 95 % | frames named | count right | box right | by |", "|" + "---|" * 8]
        for kind, n in self.count.items():
            low, high = wilson(self.hits[kind], n)
            extra = [100 * self.named[kind] / max(self.hits[kind], 1) if kind.split(",")[0] not in ("clean", *BENIGN) else np.nan,
                     100 * self.counted[kind] / n if kind.split(" x")[0] in ("duplicate", "freeze", "echo") else np.nan,
                     100 * self.boxed[kind] / max(self.hits[kind], 1) if "local" in kind else np.nan]
            cells = " | ".join("" if np.isnan(v) else f"{v:.0f}" for v in extra)
            rows.append(f"| {kind} | {n} | {100 * self.hits[kind] / n:.0f} | {low:.0f}..{high:.0f} | {cells} | "
                        f"{', '.join(f'{c} {k}' for c, k in self.by[kind].most_common(4))} |")
        wanted = [f"{d} x{s:.3g}" for d, s in KINDS]
        for name, group in (("all 20 kinds", wanted), ("clean", ["clean"]), ("benign", BENIGN)):
            n, hits = (sum(c[k] for k in group) for c in (self.count, self.hits))
            if n:
                between = "..".join(f"{v:.1f}" for v in wilson(hits, n))
                rows.append(f"| **{name}** | {n} | {100 * hits / n:.1f} | {between} | | | | |")
        return "\n".join(rows)


if __name__ == "__main__":
    torch.manual_seed(0)
    sys.exit(main())
