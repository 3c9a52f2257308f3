"""An EXR file of scan lines, ZIP: its blocks are the lines of all channels, told apart by byte, as differences, deflated.

OpenEXR's own writer takes twice the time for files as large: its interface does not say how hard it shall pack.
Source: OpenEXR, "The OpenEXR File Layout", and its `internal_zip.c` for what ZIP does before it deflates.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from .deflate import MOST_STORED, by_repeats, by_runs, run, stored, stored_head, stream
from .exr_header import LINES, Value, header_bytes, version_bytes

_SAME = 128  # what stands for no difference
_NOISE = 0.9  # of their size that differences keep when they are noise
_WORTH = 0.75  # of a block's size


def save_parts(path: Path, attributes: Mapping[str, Value], parts: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Write a file.

    Args:
        path: Of the file.
        attributes: What the header of every part says.
        parts: By name the channels (H, W), float16 or float32, of one size; the name of a single part is not kept.
    """
    several = len(parts) > 1
    ordered = {part: dict(sorted(channels.items(), key=lambda item: item[0].encode())) for part, channels in parts.items()}
    names = [*attributes, *(name for channels in ordered.values() for name in channels)]
    heads = [header_bytes(attributes, channels, part if several else "") for part, channels in ordered.items()]
    head = version_bytes(names, len(parts)) + b"".join(heads) + b"\0" * several
    blocks = [struct.pack("<i", part) * several + struct.pack("<ii", at * LINES, len(block)) + block
              for part, channels in enumerate(ordered.values()) for at, block in enumerate(packed(channels))]
    first = len(head) + 8 * len(blocks)
    places = np.cumsum([first, *map(len, blocks)], dtype="<u8")[:-1]
    with path.open("wb") as file:
        file.write(head + places.tobytes())
        file.writelines(blocks)


def packed(channels: Mapping[str, np.ndarray]) -> Iterator[bytes]:
    """Blocks of `LINES` lines, as they stand in the file; one that does not shrink is left as it is."""
    height, width = next(iter(channels.values())).shape
    plain = [v.dtype == np.float16 for v in channels.values()] == [True] * 4  # alpha and three colours
    repeats = _repeats(_words(channels, height // 2 // LINES * LINES))
    for start in range(0, height, LINES):
        words = _words(channels, start)
        data = differences(words)
        low, high = np.split(data.reshape(-1, 4, width), 2) if plain else (data, data)
        small = stream(_grain(low, high) if plain and _is_grain(low) else [(by_repeats if repeats else by_runs)(data)], data)
        yield small if len(small) < words.nbytes else words.tobytes()


def _words(channels: Mapping[str, np.ndarray], start: int) -> np.ndarray:
    """Lines of a block as words of 16 bit, of every line all channels."""
    lines = [np.ascontiguousarray(v[start:start + LINES]).view("<u2") for v in channels.values()]
    return np.concatenate(lines, axis=1).reshape(-1)


def _repeats(words: np.ndarray) -> bool:
    """Whether looking for repeats is worth its time, as the middle of a picture tells."""
    data = differences(words)
    return len(by_repeats(data)) < _WORTH * len(by_runs(data))


def differences(words: np.ndarray) -> np.ndarray:
    """Words of 16 bit (n,) as 2 n bytes: the low ones, then the high ones, each as 128 more than it is above the last."""
    apart = np.concatenate((words.astype(np.uint8), (words >> 8).astype(np.uint8)))
    out = np.empty_like(apart)
    out[0] = apart[0]
    np.subtract(apart[1:], apart[:-1] - np.uint8(_SAME), out=out[1:])
    return out


def _is_grain(low: np.ndarray) -> bool:
    """Whether low bytes (h, 4, W) are noise under an even alpha, as those of grainy pictures are; a line of them is tried."""
    if 3 * low.shape[2] >= MOST_STORED or not (low[:, 0, 1:] == _SAME).all():
        return False
    line = low[len(low) // 2, 1:].reshape(-1)
    return len(by_runs(line)) > _NOISE * line.size


def _grain(low: np.ndarray, high: np.ndarray) -> Iterator[bytes]:
    """Blocks of lines whose low bytes are noise: trying to pack that takes half the time, and saves a fiftieth of it."""
    lines, _, width = low.shape
    alpha, colours = run(_SAME, width - 1), low[:, 1:].reshape(lines, -1)
    before = np.frombuffer(alpha + stored_head(3 * width + 1), np.uint8)
    alike = np.empty((lines - 1, len(before) + 3 * width + 1), np.uint8)
    alike[:, :len(before)], alike[:, len(before):-1], alike[:, -1] = before, colours[:-1], low[1:, 0, 0]
    yield stored(low[0, 0, :1].tobytes())
    yield alike.tobytes()  # an alpha begins with how it differs from red: that stands at the end of the line before
    yield alpha + stored(colours[-1].tobytes())
    yield by_runs(high)
