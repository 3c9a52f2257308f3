"""Where the eye goes when nobody says what the subject is: the part of a picture that its spectrum does not expect.

Source: Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007.
"""

from __future__ import annotations

import numpy as np

from .. import runtime
from ..image.opencv import cv2
from ..media.frames import Frames

_SIDE, _MOST = 64, 12


def salience(picture: np.ndarray) -> np.ndarray:
    """Salience of a small picture (h, w, 3) uint8, adding up to 1, a little more in the middle, where people compose.

    Light and two opponent colours count as much as they vary.
    """
    red, green, blue = np.moveaxis(picture.astype(np.float64), -1, 0)
    planes = ((red + green + blue) / 3, red - green, blue - (red + green) / 2)
    map_ = np.sum([plane.std() * _residual(plane) for plane in planes], axis=0)
    h, w = picture.shape[:2]
    away = ((np.arange(w) + 0.5) / w - 0.5)[None] ** 2 + ((np.arange(h) + 0.5) / h - 0.5)[:, None] ** 2
    map_ = map_ * np.exp(-away / 0.18)
    total = map_.sum()
    return map_ / total if total > 0 else np.full_like(map_, 1 / map_.size)


def _residual(plane: np.ndarray) -> np.ndarray:
    spectrum = np.fft.fft2(plane)
    log = np.log(np.abs(spectrum) + 1e-6)
    residual = log - cv2.blur(log, (3, 3))
    map_ = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    map_ = cv2.GaussianBlur(map_, (0, 0), max(plane.shape) / 20)
    return map_ / max(map_.sum(), 1e-12)


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


def best_corner(map_: np.ndarray, room: tuple[float, float], box: tuple[float, float], source: tuple[int, int]) -> tuple[float,
                                                                                                                         float]:
    """Upper left corner (x, y) of the cut of size `box` within `source` that holds most of a salience map.

    `room` is how far it can go each way; of cuts that hold as much, within a fiftieth, the most central is taken.
    """
    sums = np.pad(map_.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    h, w = map_.shape

    def held(x: float, y: float) -> float:
        x0, x1 = (round(v / source[0] * w) for v in (x, x + box[0]))
        y0, y1 = (round(v / source[1] * h) for v in (y, y + box[1]))
        return float(sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0])

    corners = [(room[0] * i / 32, room[1] * i / 32) for i in range(33)]
    values = [held(*corner) for corner in corners]
    near = [i for i, value in enumerate(values) if value >= 0.98 * max(values)]
    return corners[min(near, key=lambda i: abs(i - 16))]
