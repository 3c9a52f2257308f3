"""What can be done to the frames at a join, each as attempts that a measurement keeps or throws away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import torch

from ... import runtime
from ...image.interpolate import Between
from ...wires.report import Finding
from .colour import BIAS, NORM, Map, fading, find_step, flash_shares
from .detail import averaged, find_width, grained, noise_of, sharpened
from .film import ROOM, Film, Undo
from .measure import Join, Key
from .motion import Jump, blended, find_jump, whole_back

_WORTH, _FINEST = 0.3, 0.25  # levels of grain, and pixels of blur, that are worth a change


@dataclass(frozen=True, slots=True)
class Side:
    """One join under repair: the clip counted from it, and up to five frames beyond it, as large as the clip's.

    With `same_time` what lies beyond is a keyframe: it shows the moment of the clip's own end.
    """

    film: Film
    far: list[torch.Tensor]
    same_time: bool
    join: Join
    reach: int
    seed: int

    @property
    def ramp(self) -> int:
        """Frames that may change."""
        return min(self.reach, len(self.film))

    def ramps(self) -> list[list[float]]:
        """Shares of a correction from the join on: over the frames that may change, and over half of them.

        In a short clip a long ramp is a drift of its own.
        """
        return [fading(n) for n in dict.fromkeys((self.ramp, max(1, self.ramp // 2)))]

    def near(self, count: int) -> list[torch.Tensor]:
        """The clip's first frames from the join."""
        return [self.film.near(k) for k in range(min(count, len(self.film)))]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A change in words (in the past), and how to make it; or why none is made."""

    words: str
    make: Callable[[], Undo] | None = None


Failing = Mapping[Key, Finding]  # all that fails at the join


def dropping(side: Side, bad: Failing) -> Iterator[Attempt]:
    """Leave out what the guard counted."""
    for f in bad.values():
        drop = f.drop or {}
        count, at = int(drop.get("count", 0)), int(drop.get("at", -1))
        if not count:
            continue
        if drop["clip"] != "clip":
            yield Attempt(f"The frames to drop lie in the {drop['clip']} clip: drop its {'first' if side.join.tail else 'last'} "
                          f"{count} there.")
        elif at not in (side.film.number(0), side.film.number(count - 1)) or count >= len(side.film):
            yield Attempt(f"The {count} frames from {at} on do not lie at the join.")
        else:
            yield Attempt(f"Dropped {count} frame{'s' * (count > 1)} at {at}", partial(side.film.drop, count))
        return


def colouring(side: Side, _bad: Failing) -> Iterator[Attempt]:
    """Bring light and colour to the other side's, and fade that out."""
    near = side.near(8)
    found = find_step(near, side.far, side.same_time)
    if isinstance(found, str):
        yield Attempt(found)
        return
    step, flash = found
    if step.bias > BIAS or step.norm > NORM:
        yield Attempt(f"The map would move colours by {step.bias:.1f} of 255 levels and {100 * step.norm:.0f} % of their spread; "
                      f"beyond {BIAS:g} and {100 * NORM:.0f} % a ramp would be seen as such.")
        return
    how = "A flash evened out" if flash else "Light and colour brought over and faded out"
    for shares in [flash_shares(step, near, flash)] if flash else side.ramps():
        yield Attempt(f"{how} over {len(shares)} frames", partial(_coloured, side, step, shares))


def _coloured(side: Side, step: Map, shares: list[float]) -> Undo:
    return side.film.write((k, step.applied(side.film.near(k), share)) for k, share in enumerate(shares))


def crossfading(side: Side, bad: Failing) -> Iterator[Attempt]:
    """Put missing frames in or take a jump back, the likelier first; then carry shape and look over what is left."""
    if ("seam.direction", True) in bad:
        yield Attempt("The motion itself turns at this join: what of it is a jump cannot be told.")
        return
    jump, done = _jump(side), set[str]()
    while isinstance(jump, Jump) and len(done) < len(_WAYS):
        way = next(w for w in (("in", "back") if jump.leaps else ("back", "in")) + ("over",) if w not in done)
        done.add(way)
        yield from _WAYS[way](side, bad, jump)
        jump = _jump(side)  # what was kept has changed the frames
    if isinstance(jump, str):
        yield Attempt(jump)


def _jump(side: Side) -> Jump | str:
    return find_jump(side.near(5), side.far, side.same_time)


def _in(side: Side, bad: Failing, jump: Jump) -> Iterator[Attempt]:
    for missing in _missing(side, bad, jump):
        yield Attempt(f"Put in {missing} frame{'s' * (missing > 1)}, interpolated over the join", partial(_put_in, side, missing))


def _back(side: Side, _bad: Failing, jump: Jump) -> Iterator[Attempt]:
    for shares in side.ramps():
        yield Attempt(f"The jump of the whole picture taken back over {len(shares)} frames",
                      partial(_taken_back, side, jump, shares))


def _over(side: Side, _bad: Failing, jump: Jump) -> Iterator[Attempt]:
    shares = side.ramps()[0]
    yield Attempt(f"Shape and look carried over the join within {len(shares)} frames", partial(_carried, side, jump, shares))


_WAYS = {"in": _in, "back": _back, "over": _over}


def _taken_back(side: Side, jump: Jump, shares: list[float]) -> Undo:
    return side.film.write((k, whole_back(jump, side.film.near(k), share)) for k, share in enumerate(shares))


def _carried(side: Side, jump: Jump, shares: list[float]) -> Undo:
    return side.film.write(blended(jump, side.near(len(shares)), side.far[0], shares).items())


def _missing(side: Side, bad: Failing, jump: Jump) -> list[int]:
    """How many frames may be missing at the join, the likeliest first: as the guard says, and as the jump does."""
    dropped = bad.get(("seam.dropped", True))
    steps = [float(dropped.value or 0)] if dropped is not None else []
    steps += [jump.step] if dropped is not None or jump.leaps else []
    able = not side.film.skip and not side.same_time
    return [n for n in dict.fromkeys(round(step) - 1 for step in steps) if 1 <= n <= ROOM] if able else []


def _put_in(side: Side, missing: int) -> Undo:
    between = Between(side.far[0], side.film.near(0))
    return side.film.insert([torch.as_tensor(between.at((i + 1) / (missing + 1))) for i in range(missing)])


def detailing(side: Side, bad: Failing) -> Iterator[Attempt]:
    """Match grain or sharpness, whichever the guard names: noise counts as detail, so that one of the two is the cause."""
    if any(check.endswith("grain") for check, _ in bad):
        more = noise_of(side.near(4)) - noise_of(side.far)
        how, make = ("Noise averaged along the motion", _less_noise) if more > 0 else ("Grain added", _more_noise)
        for shares in side.ramps() if abs(more) > _WORTH else ():
            yield Attempt(f"{how} over {len(shares)} frames", partial(make, side, shares))
        return
    width = find_width(side.near(2), side.far)
    how = "Sharpened" if width > 0 else "Softened"
    for shares in side.ramps() if abs(width) > _FINEST else ():
        yield Attempt(f"{how} by a blur of {abs(width):.1f} px over {len(shares)} frames", partial(_sharper, side, width, shares))


def _sharper(side: Side, width: float, shares: list[float]) -> Undo:
    return side.film.write((k, sharpened(side.film.near(k), width * share)) for k, share in enumerate(shares))


def _less_noise(side: Side, shares: list[float]) -> Undo:
    frames = side.near(len(shares) + 2)
    wanted, now = noise_of(side.far), noise_of(frames[:4])
    clean = averaged(frames, 0, now)
    mix = min(1.0, (now - wanted) / max(now - noise_of([clean]), 1e-3))
    changed = {}
    for k, share in enumerate(shares):
        runtime.check_cancelled()
        changed[k] = torch.lerp(frames[k], clean if k == 0 else averaged(frames, k, now), share * mix)
    return side.film.write(changed.items())


def _more_noise(side: Side, shares: list[float]) -> Undo:
    near = side.near(len(shares))
    lacking = max(0.0, noise_of(side.far) ** 2 - noise_of(near[:4]) ** 2) ** 0.5
    unit = max(noise_of([grained(near[0], 4.0, side.seed)]) ** 2 - noise_of(near[:1]) ** 2, 1e-3) ** 0.5 / 4.0
    return side.film.write((k, grained(near[k], lacking / unit * share, side.seed + k)) for k, share in enumerate(shares))
