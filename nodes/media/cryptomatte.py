"""Cryptomatte: named masks as ids and coverage, so that a compositor picks an object by name or by a click.

Source: Friedman and Jones, "Fully automatic ID mattes with support for motion blur and transparency" (SIGGRAPH 2015) and the
Cryptomatte Specification 1.2.0 (Psyop); MurmurHash3_x86_32 by Austin Appleby.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

LAYER = "CryptoObject"
MOST_RANKS = 6  # ids that a pixel can hold, as renderers write them by default
_MASK = 0xFFFFFFFF


def murmur3(data: bytes, seed: int = 0) -> int:
    """MurmurHash3_x86_32 of some bytes, 0 to 2³² - 1."""
    state, whole = seed, len(data) // 4 * 4
    for word in np.frombuffer(data[:whole], "<u4").tolist():
        state ^= _mixed(word)
        state = (_turned(state, 13) * 5 + 0xE6546B64) & _MASK
    state ^= _mixed(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    state = ((state ^ state >> 16) * 0x85EBCA6B) & _MASK
    state = ((state ^ state >> 13) * 0xC2B2AE35) & _MASK
    return state ^ state >> 16


def _turned(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _MASK


def _mixed(word: int) -> int:
    return _turned(word * 0xCC9E2D51 & _MASK, 15) * 0x1B873593 & _MASK


def name_id(name: str) -> int:
    """Id of a name: its hash, with a bit of the exponent turned where the float of these bits would be none, or denormal."""
    bits = murmur3(name.encode("utf-8"))
    return bits ^ 1 << 23 if bits >> 23 & 255 in (0, 255) else bits


def metadata(names: Sequence[str]) -> dict[str, str]:
    """Header attributes: how ids are made, and which name has which."""
    head = f"cryptomatte/{murmur3(LAYER.encode()):08x}"[:-1]  # seven digits, as the specification has it
    manifest = {name: f"{name_id(name):08x}" for name in names}
    return {f"{head}/name": LAYER, f"{head}/hash": "MurmurHash3_32", f"{head}/conversion": "uint32_to_float32",
            f"{head}/manifest": json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))}


def ranked(masks: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Masks as ranks of id and coverage.

    Args:
        masks: By name (H, W) float, 0..1; what is outside of that is cut. They may overlap: each keeps its own coverage.

    Returns:
        Channels (H, W) float32, two ranks in each of `CryptoObject00.R .G .B .A` (id, coverage, id, coverage) and on; the
        largest coverage first. Of more than `MOST_RANKS` masks on a pixel the thinnest are lost.
    """
    coverage = np.stack([np.clip(np.nan_to_num(mask), 0, 1) for mask in masks.values()]).astype(np.float32)
    ids = np.array([name_id(name) for name in masks], np.uint32).view(np.float32)
    count = min(len(masks) + len(masks) % 2, MOST_RANKS)
    order = np.argsort(-coverage, axis=0, kind="stable")[:count]
    channels: dict[str, np.ndarray] = {}
    for rank in range(count):
        which = share = np.zeros(coverage.shape[1:], np.float32)
        if rank < len(order):
            share = np.take_along_axis(coverage, order[rank:rank + 1], axis=0)[0]
            which = np.where(share > 0, ids[order[rank]], np.float32(0))
        for letter, values in zip(("RG", "BA")[rank % 2], (which, share), strict=True):
            channels[f"{LAYER}{rank // 2:02d}.{letter}"] = values
    return channels
