"""Set the limits of a join's checks so that most defects are caught within one budget of false alarms that all checks share.

    python tests/bench/seam_calibrate.py [--keep DIR] [--price 35] [--write]

Every check gives an amount and a standing (z) at every join; it fails where both pass its limits. Over the even clips (the odd
ones are for reporting) the limits are moved one check after the other, each to the pair that gains most: the share of defects
caught, thrice the weight where a kind is still under its bar, less a price that all checks pay alike for clean and harmless
joins that alarm: so the false alarms are shared out to where they catch most. The price was chosen on thirds of the even clips
left out in turn, for about 5 % of alarms. What lies near a limit counts in part, so that limits end between the defects and the
clean joins and not at the edge of either; none goes below what can be seen (`SEEN`). `--write` puts them into the broadcast
profile.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import real_clips
import seam_cases
from raccord.nodes.continuity import profile as profiles
from raccord.nodes.continuity.join.judge import judge_seam
from raccord.nodes.continuity.join.pair import compare, make_proxy
from raccord.nodes.continuity.join.window import Window, look_at
from raccord.nodes.continuity.place import Place
from raccord.nodes.continuity.profile import Limit, Profile, load_profile
from raccord.nodes.image.flow import working_size
from seam_cases import BENIGN, KINDS, MORE, Case
from seam_defects import kept

# amounts below which nobody sees a step, whatever the statistics say; only these are set by hand
SEEN = {"seam.exposure": 0.6, "seam.chroma": 0.5, "seam.contrast": 1.5, "seam.saturation": 2.5, "seam.sharpness": 5.0,
        "seam.grain": 0.4, "seam.position": 0.4, "seam.residual": 1.25, "seam.dropped": 1.6, "seam.velocity": 1.5,
        "seam.direction": 30.0, "seam.region": 0.6}
BARS = {"flash x1": 1, "duplicate x1": 1, "freeze x1": 1, "hard cut x1": 1, "speed x1": 0.8, "reverse x1": 0.85, "shift x1": 0.75,
        "zoom x1": 0.85, "local colour x1": 0.7, "exposure x1": 0.95, "temperature x1": 0.95, "saturation x1": 0.95}


SOFT, LEAST_Z = 0.1, 1.5  # how far, in parts of a limit, other clips are taken to lie elsewhere; a z below this says nothing
STAY = 0.05  # what leaving the limits set by reason costs: where the clips say nothing, these stay


@dataclass(frozen=True)
class Noted(Limit):
    """A limit that notes what it is asked and never fails, so that every check is asked."""

    name: str = ""
    said: dict = field(default_factory=dict)

    def judge(self, value: float, z: float = np.inf) -> str:
        """Note the value and its standing."""
        self.said[self.name] = max(self.said.get(self.name, (0.0, 0.0)), (float(value), float(min(z, 1e6))))
        return "pass"


def quiet_windows(number: int) -> Iterator[tuple[Case, Window, tuple[int, int]]]:
    """Clean joins at every third place of a clip: what it does by its own nature is rarer than three joins would show."""
    frames, reach = seam_cases.frames_of(number), seam_cases.REACH
    height, width = frames.shape[1:3]
    proxies = [make_proxy(f, working_size(width, height)) for f in frames]
    pairs = [compare(a, b) for a, b in pairwise(proxies)]
    for join in range(reach, len(frames) - reach + 1, 3):
        low, high = join - reach, join + reach
        window = look_at(proxies[low:join], proxies[join:high], pairs[low:join - 1], pairs[join:high - 1])
        yield Case("clean", frames[:0], frames[:0]), window, (width, height)


def note(base: Profile, numbers, folder: Path | None) -> tuple[list[str], list[dict], np.ndarray]:
    """Kind, amounts by check and whether a fixed rule alarms (repeats, cuts), of every join of the clips."""
    kinds, amounts, fixed, said = [], [], [], {}
    noted = {name: limit if name in profiles._FIXED else
             Noted(limit.warn, limit.fail, limit.unit, limit.z, limit.floor, name, said) for name, limit in base.limits.items()}
    asked = Profile(base.name, base.version, base.dead_band, noted)
    for at, number in enumerate(numbers):
        injected = (w for w in kept(number, (*KINDS, *MORE), folder) if w[0].kind != "clean")
        for case, window, size in (*quiet_windows(number), *injected):
            said.clear()
            seam = judge_seam(window, Place("next", window.seam + 1), asked, size)
            kinds.append(case.kind)
            amounts.append(dict(said))
            fixed.append(any(f.verdict == "fail" for f in seam.findings))
        print(f"{at + 1}/{len(numbers)}", file=sys.stderr, end="\r", flush=True)
    return kinds, amounts, np.array(fixed, bool)


class Joins:
    """All joins as arrays: what each check said, and what limits make of it."""

    def __init__(self, kinds: list[str], amounts: list[dict], fixed: np.ndarray, price: float) -> None:
        """Lay out the joins; `price` is how many kinds of defect, all of them caught, one alarm on every quiet join undoes."""
        self.fixed, self.price, self.kinds = fixed, price, np.array(kinds)
        self.checks = sorted({name for a in amounts for name in a})
        both = {c: np.array([a.get(c, (0.0, 0.0)) for a in amounts]).clip(1e-6) for c in self.checks}
        self.value, self.z = ({c: both[c][:, i] for c in self.checks} for i in (0, 1))
        self.wanted = [(self.kinds == k, BARS.get(k, 0.9)) for k in (f"{d} x{s:.3g}" for d, s in (*KINDS, ("grain", 1)))]
        self.quiet = [self.kinds == "clean", np.isin(self.kinds, BENIGN)]

    def over(self, check: str, fail: float, z: float) -> np.ndarray:
        """Which joins fail the check."""
        return (self.value[check] >= fail) & (self.z[check] >= z)

    def silent(self, check: str, fail: float, z: float) -> np.ndarray:
        """How surely each join passes the check, 0..1: half at the limit, as other clips will lie a little elsewhere."""
        nearer = np.minimum(np.log(self.value[check] / fail), np.log(self.z[check] / z))
        return 1 / (1 + np.exp(np.clip(nearer / SOFT, -30, 30)))

    def worth(self, alarm: np.ndarray) -> float:
        """Defects caught, in kinds, thrice what is missing under a bar, less the price of the quiet joins that alarm."""
        caught = [(float(alarm[of].mean()), bar) for of, bar in self.wanted]
        false = sum(float(alarm[of].mean()) for of in self.quiet)
        return sum(share + 2 * min(0.0, share - bar) for share, bar in caught) - self.price * false


def calibrate(joins: Joins, start: dict[str, tuple[float, float]], rounds: int = 6) -> dict[str, tuple[float, float]]:
    """Limits (amount, z) by check."""
    limits, quiet = dict(start), joins.quiet[0] | joins.quiet[1]
    for _ in range(rounds):
        before = dict(limits)
        for check in joins.checks:
            others = np.prod([joins.silent(c, *limits[c]) for c in joins.checks if c != check], axis=0) * ~joins.fixed
            seen = SEEN.get(check, 0.0)
            spread = np.quantile(np.maximum(joins.value[check], seen), np.linspace(0.05, 0.995, 40))
            zs = np.maximum(LEAST_Z, np.quantile(joins.z[check][quiet], np.linspace(0.5, 1, 30)))
            pairs = [(f, z) for f in np.unique(np.round([seen, *spread], 3)) for z in np.unique(np.round(zs, 2))]
            far = [np.abs(np.log(np.divide(pair, start[check]))).sum() for pair in pairs]
            worths = [joins.worth(1 - others * joins.silent(check, *pair)) - STAY * f for pair, f in zip(pairs, far, strict=True)]
            limits[check] = pairs[int(np.argmax(worths))]
        if limits == before:
            break
    return {c: (float(f), float(z)) for c, (f, z) in limits.items()}


def write(limits: dict[str, tuple[float, float]]) -> None:
    """Put the limits into the broadcast profile, one line a check as it is."""
    path = Path(profiles.__file__).with_name("broadcast.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    for check, (fail, z) in limits.items():
        old = document["limits"][check]
        near = 1 + (fail - 1) * 0.75 if old["unit"] == "ratio" else fail * 0.75
        document["limits"][check] = old | {"warn": float(f"{near:.3g}"), "fail": float(f"{fail:.3g}"), "z": float(f"{z:.3g}")}
    head = {k: v for k, v in document.items() if k != "limits"}
    lines = [f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in document["limits"].items()]
    text = json.dumps(head, indent=2, ensure_ascii=False)[:-2] + ',\n  "limits": {\n' + ",\n".join(lines) + "\n  }\n}\n"
    path.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--clips", type=int, default=0)
    parser.add_argument("--price", type=float, default=35.0, help="kinds of defect that an alarm on every quiet join undoes")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    base = load_profile("broadcast")
    numbers = range(len(real_clips.names()))[::2][:options.clips or None]
    joins = Joins(*note(base, numbers, options.keep), options.price)
    start = {c: (base[c].fail, base[c].z) for c in joins.checks}
    limits = calibrate(joins, start)
    print("| check | fail | z | before | alone on clean % | on harmless % | adds to caught % |\n|" + "---|" * 7)
    for check in joins.checks:
        alone = joins.over(check, *limits[check])
        rest = joins.fixed | np.any([joins.over(c, *limits[c]) for c in joins.checks if c != check], axis=0)
        adds = 100 * np.mean([(alone & ~rest)[of].mean() for of, _ in joins.wanted])
        print(f"| {check} | {limits[check][0]:.3g} | {limits[check][1]:.3g} | {start[check][0]:g}, {start[check][1]:g} | "
              f"{' | '.join(f'{100 * alone[of].mean():.1f}' for of in joins.quiet)} | {adds:.1f} |")
    for name, chosen in (("before", start), ("now", limits)):
        alarm = joins.fixed | np.any([joins.over(c, *chosen[c]) for c in joins.checks], axis=0)
        under = {str(k): round(100 * float(alarm[joins.kinds == k].mean())) for k in dict.fromkeys(joins.kinds)}
        shares = [100 * float(alarm[of].mean()) for of in joins.quiet]
        print(f"{name}: caught {100 * np.mean([alarm[of].mean() for of, _ in joins.wanted]):.1f} %, clean {shares[0]:.1f} %, "
              f"harmless {shares[1]:.1f} %: {under}")
    if options.write:
        write(limits)
    return 0


if __name__ == "__main__":
    sys.exit(main())
