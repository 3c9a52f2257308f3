"""Another shape for a clip: where it is cut, so that the subject stays in and inside what a platform leaves free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch

from .channels import Channel
from .saliency import best_corner

FITS = ("crop", "pad", "pad blurred", "crop middle")
_STILL = 0.03  # of the crop's length: a path that moves less than this stands still
_SMALLEST = 640  # a free shape is enlarged to this width at least, so that burnt-in words can be read


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
    """Size of the film: the channel's smallest that loses no pixel of the part shown, enlarged to its limit at most.

    A channel of any shape takes the part's own, within its limit.
    """
    limit = tuple(channel["largest_enlarged"])
    if channel.shape is None:
        scale = min(limit[0] / shown[0], limit[1] / shown[1], max(1.0, _SMALLEST / shown[0]))
        return max(16, round(shown[0] * scale / 2) * 2), max(16, round(shown[1] * scale / 2) * 2)
    sizes = sorted((w, h) for w, h in channel["sizes"])
    enlarged = [s for s in sizes if s[0] >= 0.98 * shown[0] and s <= limit]
    smaller = [s for s in sizes if s[0] <= shown[0] * 1.02]
    return enlarged[0] if enlarged else smaller[-1]


def plan_framing(source: tuple[int, int], channel: Channel, fit: str, boxes: list, fps: Fraction,
                 salient: Mapping[int, np.ndarray] | None = None, count: int = 1) -> Framing:
    """Decide size and path of the cut.

    Args:
        source: Width and height of the clip.
        channel: A film template.
        fit: `crop` follows the subject, or without one what is salient; `crop middle` keeps the middle; `pad` shows all of the
            picture between black bars, `pad blurred` between a blurred copy of it.
        boxes: Of `subject_boxes`; empty without a mask.
        fps: Rate of the clip; the path of the cut is smoothed over about a second.
        salient: Of `salient_frames`, where there is no mask.
        count: Frames of the clip.
    """
    width, height = source
    shape = channel.shape or Fraction(width, height)
    if abs(width / height / float(shape) - 1) < 0.005 or fit.startswith("pad"):
        wanted = (width, width / float(shape)) if width / height > shape else (height * float(shape), height)
        box = (float(width), float(height))
        return Framing(choose_size(channel, wanted), fit if fit.startswith("pad") else "crop", box, ((0.0, 0.0),))
    box = cut_box(source, float(shape))
    corners = cut_path(source, box, boxes if fit == "crop" else [], fps, (salient or {}) if fit == "crop" else {}, count,
                       safe_centre(channel))
    return Framing(choose_size(channel, box), "crop", box, corners)


def cut_box(source: tuple[int, int], shape: float) -> tuple[float, float]:
    """Width and height of the largest cut of a shape (width over height)."""
    width, height = source
    return (float(width), width / shape) if width / height < shape else (height * shape, float(height))


def safe_centre(channel: Channel) -> tuple[float, float]:
    """Middle of what the platform leaves free, in fractions of the picture."""
    zone = channel.get("safe_zone") or dict.fromkeys(("top", "bottom", "left", "right"), 0.0)
    return (1 + zone["left"] - zone["right"]) / 2, (1 + zone["top"] - zone["bottom"]) / 2


def cut_path(source: tuple[int, int], box: tuple[float, float], boxes: list, fps: Fraction, salient: Mapping[int, np.ndarray],
             count: int, centre: tuple[float, float] = (0.5, 0.5)) -> tuple[tuple[float, float], ...]:
    """Upper left corners of the cut, one or one a frame: the subject in the middle of what is free, smoothly."""
    room = np.array(source) - box
    seen = [i for i, b in enumerate(boxes) if b is not None]
    if seen:
        middles = np.array([[boxes[i][0] + boxes[i][2] / 2, boxes[i][1] + boxes[i][3] / 2] for i in seen])
        wanted, length = middles - np.array(box) * centre, len(boxes)
    elif salient:
        seen, length = sorted(salient), count
        wanted = np.array([best_corner(salient[n], (room[0], room[1]), box, source) for n in seen])
    else:
        return _points(np.floor(room / 2)[None])  # whole pixels: a still cut needs no resampling of its own
    every = np.stack([np.interp(np.arange(length), seen, wanted[:, a]) for a in (0, 1)], axis=1)
    smooth = _smoothed(every.clip(0, room), float(fps) / 2).clip(0, room)  # held at the edge before: it must not bump into it
    still = _STILL if boxes else 0.25  # a guess must not pan for little
    if (np.ptp(smooth, axis=0) <= still * np.array(box)).all():
        return _points(np.round(np.median(smooth, axis=0)).clip(0, np.floor(room))[None])
    return _points(smooth)


def _points(path: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in path)


def _smoothed(path: np.ndarray, sigma: float) -> np.ndarray:
    radius = int(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / max(sigma, 1e-6)) ** 2)
    padded = np.pad(path, ((radius, radius), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, a], weights / weights.sum(), "valid") for a in (0, 1)], axis=1)


def subject_share(framing: Framing, boxes: list, zone: Mapping[str, float] | None = None) -> tuple[float, int] | None:
    """Smallest share of the subject's box that a cut shows, and the frame; None without a subject.

    With `zone` (top, bottom, left, right in fractions of the picture) only what is inside those margins counts.
    """
    shares, inset = [], zone or dict.fromkeys(("top", "bottom", "left", "right"), 0.0)
    (w, h), (fw, fh) = framing.box, (framing.size[0] / framing.scale, framing.size[1] / framing.scale)
    for i, box in enumerate(boxes):
        if box is None or (framing.fit != "crop" and not zone):
            continue
        x, y = framing.corner(i)
        x, y = x + (w - fw) / 2, y + (h - fh) / 2  # of the whole picture that comes out, bars included
        left, right = x + inset["left"] * fw, x + (1 - inset["right"]) * fw
        top, low = y + inset["top"] * fh, y + (1 - inset["bottom"]) * fh
        wide, high = min(box[0] + box[2], right) - max(box[0], left), min(box[1] + box[3], low) - max(box[1], top)
        shares.append((max(0.0, wide) * max(0.0, high) / (box[2] * box[3]), i))
    return min(shares) if shares else None
