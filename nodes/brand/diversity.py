"""How many different pictures a batch really holds: those that nearly repeat each other in groups, and the Vendi score.

The Vendi score (Friedman and Dieng 2023) is the exponential of the entropy of the eigenvalues of K/n, where K holds how like each
two pictures are: n for n pictures that share nothing, 1 for n copies. The likeness is that of their 256-bit hashes, from 1 for
the same to 0 for unrelated ones, which differ in half of their bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..wires.scores import PictureScore

_BITS = 256


def vendi(hashes: Sequence[bytes]) -> float:
    """Effective number of different pictures, 1 to the number of hashes (32 bytes each)."""
    signs = np.array([np.unpackbits(np.frombuffer(h, np.uint8)) for h in hashes], float) * 2 - 1
    flat = signs / np.sqrt(_BITS * len(hashes))
    values = np.linalg.eigvalsh(flat @ flat.T if len(flat) <= _BITS else flat.T @ flat)  # the same but for zeros
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def groups(pictures: Sequence[PictureScore]) -> list[list[int]]:
    """Pictures that nearly repeat each other, two or more in a group, in the order of the batch."""
    leader = list(range(len(pictures)))

    def lead(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    for i, picture in enumerate(pictures):
        part = picture.parts.get("duplicates")
        matches = part.details.get("matches") if part else None
        for name in matches if isinstance(matches, list) else []:
            kind, _, number = str(name).rpartition(" ")
            if kind == "picture" and number.isdecimal() and int(number) < len(leader):
                one, other = sorted((lead(i), lead(int(number))))
                leader[other] = one
    found: dict[int, list[int]] = {}
    for i in range(len(pictures)):
        found.setdefault(lead(i), []).append(i)
    return [members for members in found.values() if len(members) > 1]
