"""Another shape for a clip: where it is cut, so that the subject stays in, and how it is scaled."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch

from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.layout import from_uint8, resize, to_uint8
from ..image.opencv import cv2
from ..image.warp import warp
from .channels import Channel

FITS = ("crop", "pad", "pad blurred")
_STILL = 0.03  # of the crop's length: a path that moves less than this stands still


@dataclass(frozen=True, slots=True)
class Framing:
    """How a source becomes `size` (width, height).

    `fit` is `crop` or a kind of `pad`; `box` is the width and height of the part of the source that is shown, in pixels;
    `corners` is the upper left corner of that part (x, y), one for all frames or one a frame.
    """

    size: tuple[int, int]
    fit: str
    box: tuple[float, float]
    corners: tuple[tuple[float, float], ...]

    @property
    def scale(self) -> float:
        """Output pixels for one source pixel, of the larger direction."""
        if self.fit == "crop":
            return max(self.size[0] / self.box[0], self.size[1] / self.box[1])
        return min(self.size[0] / self.box[0], self.size[1] / self.box[1])

    def corner(self, frame: int) -> tuple[float, float]:
        """Upper left corner on a frame."""
        return self.corners[min(frame, len(self.corners) - 1)]

    def to_json(self) -> dict:
        """Plain values, read again by `from_json`."""
        corners = [[round(x, 3), round(y, 3)] for x, y in self.corners]
        return {"size": list(self.size), "fit": self.fit, "box": list(self.box), "corners": corners}

    @classmethod
    def from_json(cls, values: dict) -> Framing:
        """Read what `to_json` wrote."""
        (w, h), (bw, bh) = values["size"], values["box"]
        corners = tuple((float(x), float(y)) for x, y in values["corners"])
        return cls((int(w), int(h)), values["fit"], (float(bw), float(bh)), corners)


def subject_boxes(mask: torch.Tensor | None) -> list[tuple[float, float, float, float] | None]:
    """Box (x, y, width, height) around what a MASK (1 or B, H, W) selects on each of its frames, None where nothing is."""
    boxes: list[tuple[float, float, float, float] | None] = []
    for frame in mask if mask is not None else ():
        selected = frame > 0.5
        columns, rows = selected.any(0).nonzero(), selected.any(1).nonzero()
        if len(columns) == 0:
            boxes.append(None)
            continue
        left, right, top, low = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
        boxes.append((left, top, right - left, low - top))
    return boxes


def choose_size(channel: Channel, shown: tuple[float, float]) -> tuple[int, int]:
    """Size of the film: the channel's smallest that loses no pixel of the part shown, enlarged to its limit at most."""
    sizes = sorted((w, h) for w, h in channel["sizes"])
    limit = tuple(channel["largest_enlarged"])
    enlarged = [s for s in sizes if s[0] >= 0.98 * shown[0] and s <= limit]
    smaller = [s for s in sizes if s[0] <= shown[0] * 1.02]
    return enlarged[0] if enlarged else smaller[-1]


def plan_framing(source: tuple[int, int], channel: Channel, fit: str, boxes: list, fps: Fraction) -> Framing:
    """Decide size and path of the cut.

    Args:
        source: Width and height of the clip.
        channel: A film template.
        fit: `crop` follows the subject, or keeps the middle; `pad` shows all of the picture between black bars, `pad blurred`
            between a blurred copy of it.
        boxes: Of `subject_boxes`; empty without a mask.
        fps: Rate of the clip; the path of the cut is smoothed over about a second.
    """
    width, height = source
    shape = channel.shape or Fraction(width, height)
    if abs(width / height / float(shape) - 1) < 0.005 or fit != "crop":
        wanted = (width, width / float(shape)) if width / height > shape else (height * float(shape), height)
        box = (float(width), float(height))
        return Framing(choose_size(channel, wanted), fit if fit != "crop" else "crop", box, ((0.0, 0.0),))
    by_width = width / height < shape
    box = (float(width), width / float(shape)) if by_width else (height * float(shape), float(height))
    corners = _path(source, box, boxes, fps)
    return Framing(choose_size(channel, box), "crop", box, corners)


def _path(source: tuple[int, int], box: tuple[float, float], boxes: list, fps: Fraction) -> tuple[tuple[float, float], ...]:
    room = np.array(source) - box
    seen = [i for i, b in enumerate(boxes) if b is not None]
    if not seen:
        return _points(np.floor(room / 2)[None])  # whole pixels: a still cut needs no resampling of its own
    centres = np.array([[boxes[i][0] + boxes[i][2] / 2, boxes[i][1] + boxes[i][3] / 2] for i in seen])
    every = np.stack([np.interp(np.arange(len(boxes)), seen, centres[:, a]) for a in (0, 1)], axis=1)
    smooth = _smoothed(every, float(fps) / 2) - np.array(box) / 2
    smooth = smooth.clip(0, room)
    if (np.ptp(smooth, axis=0) <= _STILL * np.array(box)).all():
        return _points(np.round(np.median(smooth, axis=0)).clip(0, np.floor(room))[None])
    return _points(smooth)


def _points(path: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in path)


def _smoothed(path: np.ndarray, sigma: float) -> np.ndarray:
    radius = int(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    padded = np.pad(path, ((radius, radius), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, a], weights / weights.sum(), "valid") for a in (0, 1)], axis=1)


def subject_share(framing: Framing, boxes: list) -> tuple[float, int] | None:
    """Smallest share of the subject's box that a cut shows, and the frame; None without a subject."""
    shares = []
    for i, box in enumerate(boxes):
        if box is None or framing.fit != "crop":
            continue
        x, y = framing.corner(i)
        wide = min(box[0] + box[2], x + framing.box[0]) - max(box[0], x)
        high = min(box[1] + box[3], y + framing.box[1]) - max(box[1], y)
        shares.append((max(0.0, wide) * max(0.0, high) / (box[2] * box[3]), i))
    return min(shares) if shares else None


def scaled(frames: torch.Tensor, height: int, width: int) -> np.ndarray:
    """Scale (n, H, W, 3) encoded sRGB, float 0..1 or uint8 codes, giving uint8.

    It shrinks in linear light and grows on the values as encoded, where light would ring dark.
    """
    if height * width < frames.shape[1] * frames.shape[2]:
        frames = from_uint8(frames.numpy()) if frames.dtype == torch.uint8 else frames
        return to_uint8(linear_to_srgb(resize(srgb_to_linear(frames), height, width)))
    pictures = to_uint8(frames)
    if pictures.shape[1:3] == (height, width):
        return pictures
    return np.stack([cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC) for picture in pictures])


def reframe(frames: torch.Tensor, start: int, framing: Framing) -> np.ndarray:
    """Cut and scale a block of frames whose first is number `start`.

    Args:
        frames: (n, H, W, 3|4), encoded sRGB, float 0..1 or uint8 codes.
        start: Number of the block's first frame.
        framing: Of `plan_framing`.

    Returns:
        (n, height, width, 3) uint8 of the framing's size.
    """
    width, height = framing.size
    rgb = frames[..., :3]
    if framing.fit != "crop":
        return _padded(rgb, framing)
    if len(framing.corners) == 1:
        x, y = (round(c) for c in framing.corners[0])
        w, h = (min(round(b), side - at) for b, side, at in zip(framing.box, (rgb.shape[2], rgb.shape[1]), (x, y), strict=True))
        return scaled(rgb[:, y:y + h, x:x + w], height, width)
    moved = []
    for i, frame in enumerate(from_uint8(rgb.numpy()) if rgb.dtype == torch.uint8 else rgb):
        x, y = framing.corner(start + i)
        sx, sy = width / framing.box[0], height / framing.box[1]
        moved.append(to_uint8(warp(frame[None], np.array([[sx, 0, -x * sx], [0, sy, -y * sy], [0, 0, 1.0]]), height, width))[0])
    return np.stack(moved)


def _padded(rgb: torch.Tensor, framing: Framing) -> np.ndarray:
    width, height = framing.size
    w, h = (min(side, max(2, round(b * framing.scale))) for b, side in zip(framing.box, framing.size, strict=True))
    whole = scaled(rgb, h, w)
    out = np.zeros((len(rgb), height, width, 3), np.uint8)
    if framing.fit == "pad blurred":
        for i, picture in enumerate(whole):
            cover = max(width / w, height / h)
            big = cv2.resize(picture, (max(width, round(w * cover)), max(height, round(h * cover))))
            top, left = (big.shape[0] - height) // 2, (big.shape[1] - width) // 2
            blurred = cv2.GaussianBlur(big[top:top + height, left:left + width], (0, 0), max(width, height) / 40)
            out[i] = (blurred * 0.55 + 0.5).astype(np.uint8)
    top, left = (height - h) // 2, (width - w) // 2
    out[:, top:top + h, left:left + w] = whole
    return out
