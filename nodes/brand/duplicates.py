"""Has this picture been seen before: among earlier pictures, in the kit, or in the same batch?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from ..wires.kit import Kit
from ..wires.kit_look import LookSample
from ..wires.scores import Part
from .hashes import LEAST_QUALITY, MATCH_BITS, Hash, picture_hash
from .parts import above, measured, not_tested

_APART = 128  # bits by which unrelated pictures differ on average


@dataclass(frozen=True, slots=True)
class Known:
    """A picture that others are compared with: how it is called, its hash, and whether it belongs to the batch itself."""

    name: str
    bits: bytes
    in_batch: bool = False


def known_pictures(kit: Kit, previous: torch.Tensor | None) -> tuple[Known, ...]:
    """Earlier pictures and the kit's counter-examples, of which it keeps the hashes."""
    earlier = () if previous is None else tuple(picture_hash(p) for p in previous)
    return (*(Known(f"earlier picture {i}", h.bits) for i, h in enumerate(earlier)),
            *_samples("counter-example", kit.counter_examples))


def known_references(kit: Kit) -> tuple[Known, ...]:
    """The kit's references: originality tells of one that is repeated, but the part does not warn.

    Often a reference is the shot's own first frame, or the very layout that is asked for.
    """
    return tuple(_samples("reference", kit.references))


def _samples(kind: str, samples: Sequence[LookSample]) -> Iterator[Known]:
    return (Known(f"{kind} {i}", sample.hash.numpy().tobytes()) for i, sample in enumerate(samples))


def in_batch(hashes: list[Hash], number: int) -> tuple[Known, ...]:
    """The other pictures of the batch, for picture `number`."""
    return tuple(Known(f"picture {i}", h.bits, True) for i, h in enumerate(hashes) if i != number)


def duplicates(mine: Hash, known: tuple[Known, ...]) -> Part:
    """Distance to the nearest known picture, plain or mirrored.

    Returns:
        `raw` in bits of 256 between the hashes; a match is 31 or less (`limit`), unrelated pictures differ by about 128.
    """
    if not known:
        return not_tested("duplicates", "There is no earlier picture, counter-example or other take to compare with.")
    if mine.quality < LEAST_QUALITY:
        return not_tested("duplicates", f"The picture is too plain for a hash to mean something (quality {mine.quality} of 100).")
    apart = [(*mine.distance(k.bits), k.name) for k in known]
    bits, turned, name = min(apart, key=lambda one: (one[0], one[2]))
    matches = [name for distance, _, name in apart if distance <= MATCH_BITS]
    how = " mirrored" if turned else ""
    if bits > MATCH_BITS:
        message = f"No near-duplicate: {name} is nearest and differs in {bits} of 256 bits; a match is {MATCH_BITS} or less."
    else:
        message = f"It nearly repeats {name}{how}: only {bits} of 256 bits differ; a match is {MATCH_BITS} or less."
    advice = "Take another seed, or leave one of the two out." if bits <= MATCH_BITS else ""
    return measured("duplicates", above(min(bits, _APART), MATCH_BITS + 0.5), message, raw=float(bits), unit="bits of 256",
                    limit=float(MATCH_BITS), suggestion=advice, nearest=name, matches=matches, mirrored=turned,
                    compared=len(known))
