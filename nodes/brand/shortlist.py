"""Choose the best takes, and say why the first is before the second.

A take's total is the weighted geometric mean of its scores, lowered by one factor where the kit's logo was not found (see
`fit.unseen_logo`). Near-duplicates of a better take are left out unless asked for.
Every rule looks at a take and the better ones only, so taking a loser out never changes who wins; equal totals are ordered by
the pictures' digests, so that the order of the batch decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..wires.scores import PictureScore, Scores
from .argument import compared
from .fit import total_of
from .hashes import MATCH_BITS, hamming
from .headlines import WORDS
from .parts import shown

REPEATS = ("leave out", "last", "keep")


@dataclass(frozen=True, slots=True)
class Choice:
    """Chosen pictures, best first, all pictures in order, totals and their noise by picture, ties, and the reasons."""

    chosen: tuple[int, ...]
    ranking: tuple[int, ...]
    totals: tuple[float | None, ...]
    noise: tuple[float, ...]
    ties: tuple[tuple[int, int], ...]
    repeats: dict[int, int]
    reasons: tuple[str, ...]

    def gap(self, one: int, other: int) -> float:
        """Difference of two totals."""
        return abs((self.totals[one] or 0.0) - (self.totals[other] or 0.0))


def ranked_by(picture: PictureScore, weights: Mapping[str, float]) -> float | None:
    """A take's total: what it is ordered by."""
    factor = picture.fit.get("unseen_logo")
    return total_of(picture.scores, weights, factor if isinstance(factor, float) else 1.0)


def noise_of(picture: PictureScore, weights: Mapping[str, float]) -> float:
    """How far the total moves when the picture goes through a JPEG: what moves of each score, taken together."""
    total = ranked_by(picture, weights)
    if total is None:
        return 0.0
    used = {name: max(v, 1e-3) for name, v in picture.scores.items() if v is not None and weights.get(name, 0) > 0}
    share = math.fsum(weights[name] for name in used)
    return total * math.hypot(*(weights[name] / share * picture.noise.get(name, 0.0) / v for name, v in used.items()))


def shortlist(scores: Scores, count: int, weights: Mapping[str, float], *, repeats: str = "leave out",
              names: Sequence[str] = ()) -> Choice:
    """Choose `count` pictures, fewer if there are not as many.

    Args:
        scores: Scores of the batch.
        count: 1 or more.
        weights: Of the four scores; 0 leaves one out. A picture with nothing tested under them comes last.
        repeats: What becomes of near-duplicates of a better picture: `leave out`, `last` (when nothing else is left) or `keep`.
        names: Seed or file name of each picture, for the sentences.

    Returns:
        The choice. Two neighbours in the order tie when their totals differ by less than the larger of their noises.
    """
    pictures = scores.pictures
    totals = tuple(ranked_by(p, weights) for p in pictures)
    noise = tuple(noise_of(p, weights) for p in pictures)
    known = [-1.0 if total is None else total for total in totals]
    order = sorted(range(len(pictures)), key=lambda i: (known[i], pictures[i].digest), reverse=True)
    firsts, again = [], {}
    for i in order:
        better = next((j for j in firsts if _alike(pictures[i], pictures[j])), None)
        if better is None:
            firsts.append(i)
        else:
            again[i] = better
    ranking = tuple(order) if repeats == "keep" else (*firsts, *(i for i in order if i in again))
    chosen = tuple(firsts if repeats == "leave out" else ranking)[:max(1, count)]
    neighbours = [pair for pair in pairwise(ranking) if repeats == "keep" or pair[1] not in again]
    ties = tuple((a, b) for a, b in neighbours if _tied(totals[a], totals[b], max(noise[a], noise[b])))
    choice = Choice(chosen, ranking, totals, noise, ties, again, ())
    called = tuple(f"{scores.word} {i}{f' ({names[i]})' if i < len(names) and names[i] else ''}" for i in range(len(pictures)))
    return replace(choice, reasons=tuple(_reason(scores, choice, place, weights, called) for place in range(len(chosen))))


def _alike(one: PictureScore, other: PictureScore) -> bool:
    same = one.digest == other.digest and bool(one.digest)
    known = one.parts.get("duplicates")
    plain = known is not None and not known.tested and "too plain" in known.message
    frames = len(one.hash) / 64  # of a clip, one after the other
    comparable = not plain and bool(one.hash) and len(one.hash) == len(other.hash)
    return same or (comparable and hamming(bytes.fromhex(one.hash), bytes.fromhex(other.hash)) <= MATCH_BITS * frames)


def _tied(one: float | None, other: float | None, noise: float) -> bool:
    return one is None and other is None if one is None or other is None else abs(one - other) < noise


def _reason(scores: Scores, choice: Choice, place: int, weights: Mapping[str, float], called: Sequence[str]) -> str:
    """One sentence about the picture at `place` of the choice, against the next one in the order."""
    me = choice.chosen[place]
    name = called[me][0].upper() + called[me][1:]
    named = f"{name} is {_ordinal(place)} with {_number(choice.totals[me])} ({_scores(scores.pictures[me], weights)})."
    if me in choice.repeats:
        named += f" It nearly repeats {called[choice.repeats[me]]}."
    after = [i for i in choice.ranking[place + 1:] if i not in choice.repeats]
    if not after:
        return named if len(choice.ranking) > 1 else f"{named} There is no other {scores.word}."
    other = after[0]
    if (me, other) in choice.ties:
        return (f"{named} It ties with {called[other]}: their totals differ by {choice.gap(me, other):.4f}, "
                f"less than a JPEG would move them ({max(choice.noise[me], choice.noise[other]):.4f}); choose by eye.")
    return f"{named} {name} over {called[other]}: {compared(scores.pictures[me], scores.pictures[other], weights)}."


def _scores(picture: PictureScore, weights: Mapping[str, float]) -> str:
    known = [f"{WORDS[n]} {_number(v)}" for n, v in picture.scores.items() if v is not None and weights.get(n, 0) > 0]
    lost = known and ranked_by(picture, weights) != total_of(picture.scores, weights)
    return ", ".join([*known, *(["logo not found"] if lost else [])]) or "nothing was tested"


def _number(value: float | None) -> str:
    return "no total" if value is None else shown(value)


def _ordinal(place: int) -> str:
    return ("first", "second", "third")[place] if place < 3 else f"number {place + 1}"
