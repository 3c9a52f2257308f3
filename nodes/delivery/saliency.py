"""Where the eye goes when nobody says what the subject is: a guess, of which the report says what share a cut loses.

Three things draw it: what a picture's spectrum does not expect, what its edge does not reach, and patches of skin.

Sources: Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007; Zhang et al., "Minimum Barrier Salient
Object Detection at 80 FPS", ICCV 2015 (its barrier distance); Chai and Ngan, "Face Segmentation Using Skin-Color Map in
Videophone Applications", IEEE TCSVT 1999 (where skin of any tone lies in Cb and Cr).
"""

from __future__ import annotations

import numpy as np

from .. import runtime
from ..image.opencv import cv2
from ..media.frames import Frames

_SIDE, _MOST = 64, 12
_SWEEPS = 2
_CR, _CB, _FACE = (136, 173), (77, 127), (0.003, 0.15)  # of skin; shares of a picture that a face has
_OBJECT = 0.5  # of the strongest salience: what is above it and hangs together is one thing
_FACES = 1.5  # a face counts more than what is brightest
_STRONG = 0.4  # of the strongest: what a cut should not lose, in one thing or several
_ROOM = 0.03  # of the picture that is left around a thing


def salience(picture: np.ndarray) -> np.ndarray:
    """Salience of a small picture (h, w, 3) uint8, adding up to 1, a little more in the middle, where people compose."""
    h, w = picture.shape[:2]
    unexpected, enclosed = _unexpected(picture), _enclosed(picture)
    map_ = unexpected / max(unexpected.max(), 1e-12) + enclosed / max(enclosed.max(), 1e-12)
    map_ = cv2.GaussianBlur(map_ + _FACES * _faces(picture), (0, 0), max(h, w) / 40)
    away = ((np.arange(w) + 0.5) / w - 0.5)[None] ** 2 + ((np.arange(h) + 0.5) / h - 0.5)[:, None] ** 2
    map_ = map_ * np.exp(-away / 0.18)
    total = map_.sum()
    return map_ / total if total > 1e-9 else np.full_like(map_, 1 / map_.size)


def _unexpected(picture: np.ndarray) -> np.ndarray:
    """Spectral residual of light and two opponent colours, each as much as it varies."""
    red, green, blue = np.moveaxis(picture.astype(np.float64), -1, 0)
    planes = ((red + green + blue) / 3, red - green, blue - (red + green) / 2)
    return np.sum([plane.std() * _residual(plane) for plane in planes], axis=0)


def _residual(plane: np.ndarray) -> np.ndarray:
    spectrum = np.fft.fft2(plane)
    log = np.log(np.abs(spectrum) + 1e-6)
    residual = log - cv2.blur(log, (3, 3))
    map_ = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    map_ = cv2.GaussianBlur(map_, (0, 0), max(plane.shape) / 20)
    return map_ / max(map_.sum(), 1e-12)


def _enclosed(picture: np.ndarray) -> np.ndarray:
    """Barrier distance to the picture's edge: least range of values on any way there. Whole things stand out, not their edges."""
    values = cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float64)
    most, least = values.copy(), values.copy()
    barrier = np.full(values.shape[:2], np.inf)
    barrier[0], barrier[-1], barrier[:, 0], barrier[:, -1] = 0, 0, 0, 0
    for _ in range(_SWEEPS):
        for turned in (False, True):
            parts = [np.swapaxes(a, 0, 1) if turned else a for a in (values, most, least, barrier)]
            for way in (1, -1):
                _sweep(*(a[::way] for a in parts))
    return cv2.morphologyEx(barrier, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))  # no lines along edges


def _sweep(values: np.ndarray, most: np.ndarray, least: np.ndarray, barrier: np.ndarray) -> None:
    """Let each row take the way of the row before it where that is the better one; changes all but `values`."""
    for i in range(1, len(values)):
        high, low = np.maximum(most[i - 1], values[i]), np.minimum(least[i - 1], values[i])
        cost = (high - low).sum(-1)
        better = cost < barrier[i]
        most[i][better], least[i][better], barrier[i][better] = high[better], low[better], cost[better]


def _faces(picture: np.ndarray) -> np.ndarray:
    """Patches that may be faces, 0..1: in the range of skin of any tone, compact, neither tiny nor most of the picture."""
    luma, red, blue = np.moveaxis(cv2.cvtColor(cv2.medianBlur(picture, 3), cv2.COLOR_RGB2YCrCb).astype(np.int16), -1, 0)
    like = (red >= _CR[0]) & (red <= _CR[1]) & (blue >= _CB[0]) & (blue <= _CB[1]) & (luma > 40)
    like = cv2.morphologyEx(like.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    out = np.zeros(like.shape)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(like, connectivity=4)
    for label in range(1, count):
        _, _, wide, high, area = (int(v) for v in stats[label])
        if _FACE[0] <= area / like.size <= _FACE[1] and 0.6 <= high / wide <= 2.4 and area >= 0.45 * wide * high:
            out[labels == label] = 1
    return out


def salient_frames(frames: Frames) -> dict[int, np.ndarray]:
    """Salience of at most twelve frames spread over a clip, by frame."""
    size = (_SIDE, max(8, round(_SIDE * frames.height / frames.width)))
    count = min(len(frames), _MOST)
    numbers = sorted({round(i * (len(frames) - 1) / max(count - 1, 1)) for i in range(count)})
    bar, maps = runtime.Progress(len(numbers)), {}
    for number in numbers:
        maps[number] = salience(frames.glance(number, size, luma=False)[0])
        bar.step()
    return maps


def main_object(map_: np.ndarray) -> np.ndarray:
    """Mask of the part of a salience map that is strong, hangs together, and holds most of it."""
    count, labels = cv2.connectedComponents((map_ >= _OBJECT * map_.max()).astype(np.uint8), connectivity=8)
    sums = [float(map_[labels == label].sum()) for label in range(1, count)]
    return labels == 1 + int(np.argmax(sums))


def kept_share(map_: np.ndarray, corner: tuple[float, float], box: tuple[float, float], source: tuple[int, int]) -> float:
    """Share of what is strong in a map that a cut at `corner` (x, y) of size `box` within `source` keeps."""
    weight = np.where(map_ >= _STRONG * map_.max(), map_, 0.0)
    return float(_held(_sums(weight), corner, box, source) / weight.sum())


def best_corner(map_: np.ndarray, room: tuple[float, float], box: tuple[float, float], source: tuple[int, int]) -> tuple[float,
                                                                                                                         float]:
    """Upper left corner (x, y) of the cut of size `box` within `source`.

    The main object stays whole where it fits, with a little room; else as much of it as can be. Of cuts that do, the one that
    holds most of the map, and of those that hold as much, within a fiftieth, the most central. `room` is how far it can go.
    """
    whole, thing = _sums(map_), _sums(np.where(main_object(map_), map_, 0.0))
    corners = [(room[0] * i / 32, room[1] * i / 32) for i in range(33)]
    margin = [_ROOM * side for side in source]
    inner = (box[0] - 2 * margin[0], box[1] - 2 * margin[1])
    kept = [_held(thing, (x + (margin[0] if room[0] else 0), y + (margin[1] if room[1] else 0)),
                  (inner[0] if room[0] else box[0], inner[1] if room[1] else box[1]), source) for x, y in corners]
    safe = [i for i, value in enumerate(kept) if value >= 0.98 * max(kept)]
    values = [_held(whole, corner, box, source) for corner in corners]
    near = [i for i in safe if values[i] >= 0.98 * max(values[j] for j in safe)]
    return corners[min(near, key=lambda i: abs(i - 16))]


def _sums(map_: np.ndarray) -> np.ndarray:
    return np.pad(map_.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _held(sums: np.ndarray, corner: tuple[float, float], box: tuple[float, float], source: tuple[int, int]) -> float:
    """Sum of a map inside a box, from its running sums."""
    h, w = sums.shape[0] - 1, sums.shape[1] - 1
    x0, x1 = (min(max(round(v / source[0] * w), 0), w) for v in (corner[0], corner[0] + box[0]))
    y0, y1 = (min(max(round(v / source[1] * h), 0), h) for v in (corner[1], corner[1] + box[1]))
    return float(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])
