"""One reference surface followed frame by frame, and back into the gaps."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ... import runtime
from .cut import Cuts
from .follower import GIVE_UP, Follower
from .judge import Sight
from .reference import Reference
from .source import Luma

BACK_AGAIN = 0.5  # confidence with which a surface that had bent is believed to be its old self
_GAPS = ("partly", "blocked", "out")


def follow(
    luma: Luma,
    reference: Reference,
    numbers: Iterable[int],
    model: str,
    refine: bool,
    start: np.ndarray,
    bar: runtime.Progress | None,
    *,
    cuts: Cuts | None = None,
) -> dict[int, Sight]:
    """Follow the surface over `numbers`, neighbours in order, away from the reference frame.

    Args:
        luma: The clip.
        reference: The surface; its frame is where the pass begins.
        numbers: Frames in the order of the pass.
        model: One of `MODELS`.
        refine: Photometric refinement on.
        start: Template to frame on the reference frame.
        bar: Counts the frames, or None.
        cuts: Looks for cuts between neighbours, or None where the frames are not neighbours.

    Returns:
        A sight for every frame. After a cut, or once the surface has bent for good, all that follow are `gone`; what looked
        like a cut while the surface was out of sight, or into a smear, was none if it is found again without doubt.
    """
    state = Follower(luma, reference, model, refine, [(reference.frame, start)])
    out: dict[int, Sight] = {}
    numbers = list(numbers)
    previous, gone, since = reference.frame, "", None  # since which frame a cut may have ended it unseen
    for number in numbers:
        if bar is not None:
            bar.step()
        if gone != "cut" and since is None and cuts is not None and cuts.between(previous, number):
            if not gone and state.goes_on(number, previous):
                pass
            elif not gone and (cuts.smeared(number) or state.out_of_sight(out.get(previous), number)):
                since = number
            else:
                gone = "cut"
        if since is not None:
            sight = state.see_again(number)
            since = since if sight.kind != "seen" else None
        else:
            sight = Sight(number, "gone", None, why=gone) if gone else state.see(number, previous)
        if gone == "bent" and (again := state.search_for(number)) is not None and again.confidence > BACK_AGAIN:
            sight, gone = again, ""
        out[number] = sight
        if sight.kind == "seen" and sight.h is not None:
            state.noted(sight)
        elif sight.kind == "bent":
            state.bent.append(number)
            if len(state.bent) >= GIVE_UP:
                gone = "bent"
                _give_up(out, gone)
        previous = number
    if since is not None:
        out |= {n: Sight(n, "gone", None, why="cut") for n in numbers[numbers.index(since):]}
    _look_back(out, numbers, state)
    return out


def _look_back(out: dict[int, Sight], numbers: list[int], state: Follower) -> None:
    """Follow the surface into each gap from behind: it is found again some frames after it could be seen."""
    back = None
    for number, after in zip(reversed(numbers[:-1]), reversed(numbers[1:]), strict=True):
        there = out[after]
        if out[number].kind not in _GAPS:
            back = None
            continue
        if back is None and there.kind in ("seen", "partly") and there.h is not None:
            back = Follower(state.luma, state.reference, state.model, state.refine, [(after, there.h)], newest=there,
                            noises=state.noises, rests=state.rests)
        if back is None:
            continue
        sight = back.near(number, after)
        if sight is None or sight.kind not in ("seen", "partly"):
            back = None
            continue
        if sight.kind == "seen":
            back.noted(sight)
        else:
            back.partly = sight
        if sight.rank > out[number].rank:
            out[number] = back.placed(sight)


def _give_up(out: dict[int, Sight], why: str) -> None:
    """Take back what was expected since the surface was last seen: it was not hidden, it was changing."""
    for n in reversed(list(out)):
        if out[n].kind == "seen":
            return
        out[n] = Sight(n, "gone", None, why=why)
