"""The pictures of what was found: where detail would hold a tracker, and the surfaces with their number and their error."""

from __future__ import annotations

import numpy as np
import torch

from ...image import draw
from ...image.opencv import cv2
from ..track.findings import SIGMA_LIMIT
from .detail import Detail
from .surfaces import Found

WIDEST = 1280
_PATCH = 6  # cells of 8 pixels that a point of the map looks at
_WORST, _BEST = 0.3, 0.002  # pixels: dark and bright in the map
_PLANES = ((88, 196, 220), (240, 150, 200), (250, 210, 110), (150, 170, 250), (150, 220, 140), (230, 130, 90))


def trackability(detail: Detail) -> np.ndarray:
    """How exactly a patch of about 48 pixels would be placed there, cell by cell: 0 not within 0.3 px, 1 to 0.002 px.

    The expected error is the noise of two frames over the weaker direction of the structure tensor.
    """
    xx, xy, yy = (cv2.boxFilter(part, -1, (_PATCH, _PATCH), normalize=False, borderType=cv2.BORDER_REFLECT)
                  for part in np.moveaxis(detail.tensor, -1, 0))
    weaker = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy) - 1.2 * detail.own * _PATCH**2
    error = np.sqrt(2 * detail.noise**2 / np.maximum(weaker, 1e-3)) / detail.scale
    share = np.log(_WORST / np.maximum(error, 1e-6)) / np.log(_WORST / _BEST)
    return np.clip(share, 0, 1) * (detail.usable > 0.5)


def heatmap(found: Found) -> torch.Tensor:
    """IMAGE (1, h, w, 3) of the first frame, dark where nothing holds a tracker and bright where much does."""
    detail = found.detail
    width, height = _shown(detail)
    ground = cv2.resize(detail.luma, (width, height), interpolation=cv2.INTER_AREA)[..., None].repeat(3, axis=2)
    cells = trackability(detail).astype(np.float32)
    span = cells.shape[1] * 8 * width / detail.size[0], cells.shape[0] * 8 * height / detail.size[1]
    values = cv2.resize(cells, (round(span[0]), round(span[1])), interpolation=cv2.INTER_LINEAR)
    picture = draw.blend(ground, draw.heat(_to(values, height, width), low=0, high=1), 0.72)
    size = draw.text_size(height)
    bar = draw.heat(np.tile(np.linspace(0, 1, max(8, width // 4), dtype=np.float32), (max(4, size // 2), 1)), low=0, high=1)
    top = height - size - bar.shape[0]
    if top > 2 * size and bar.shape[1] + 2 * size < width:
        picture[top : top + bar.shape[0], size : size + bar.shape[1]] = bar
        draw.write(picture, "nothing holds", (size, top - 1.7 * size), size=size)
        draw.write(picture, "holds firmly", (size + bar.shape[1] + size // 2, top - size // 2), size=size)
    return draw.to_image(picture)


def _to(values: np.ndarray, height: int, width: int) -> np.ndarray:
    out = np.zeros((height, width), np.float32)
    part = values[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out


def _shown(detail: Detail) -> tuple[int, int]:
    scale = min(1.0, WIDEST / max(detail.size))
    return max(1, round(detail.size[0] * scale)), max(1, round(detail.size[1] * scale))


def overlay(found: Found, frame: torch.Tensor) -> torch.Tensor:
    """IMAGE (1, h, w, 3) of the first frame with the surfaces on it, each with its number, error and frames."""
    width, height = _shown(found.detail)
    picture = cv2.resize(draw.canvas(frame), (width, height), interpolation=cv2.INTER_AREA)
    scale = width / found.detail.size[0]
    picture = draw.blend(picture, np.full_like(picture, draw.PAPER), 0.35)
    _draw_corners(picture, found, scale)
    size = draw.text_size(height)
    colours = [draw.COLOURS["pass" if p.error <= SIGMA_LIMIT else "warn"] for p in found.proposals]
    for proposal, colour in reversed(list(zip(found.proposals, colours, strict=True))):
        draw.outline(picture, proposal.corners * scale, colour, thickness=max(2, height // 180))
    taken: list[np.ndarray] = []
    for number, (proposal, colour) in enumerate(zip(found.proposals, colours, strict=True)):
        life, error = proposal.life, max(found.surfaces.surfaces[number].error_px, 0.01)
        words = f"{error:.2f} px" + ("" if life is None else f"  {life.frames} of {life.of}")
        at = _free(proposal.corners * scale, size * np.array([2.2 + 0.45 * len(words), 2.2]), size // 3, taken)
        draw.write(picture, f"{number}", (at[0], at[1]), size=round(1.5 * size), colour=colour)
        draw.write(picture, words, (at[0] + 1.8 * size, at[1]), size=round(0.75 * size))
    if not found.proposals:
        draw.write(picture, "nothing to track here", (size, size), colour=draw.COLOURS["refused"])
    return draw.to_image(picture)


def _free(corners: np.ndarray, label: np.ndarray, margin: int, taken: list[np.ndarray]) -> np.ndarray:
    """Where in a quad's box a label of a size (width, height) hides none before it, upper left where all do; noted in `taken`."""
    low, high = corners.min(0) + margin, corners.max(0) - margin - label
    places = [low, np.array([low[0], high[1]]), np.array([high[0], low[1]]), high]
    at = next((p for p in places if all((np.abs(p - other) >= label).any() for other in taken)), low)
    taken.append(at)
    return at


def _draw_corners(picture: np.ndarray, found: Found, scale: float) -> None:
    """Corners as dots, one colour a plane; grey where they move with none or were lost."""
    planes = np.zeros(len(found.detail.corners), int) if found.motion is None else found.motion.planes
    radius = max(1.0, picture.shape[0] / 360)
    for plane in np.unique(planes):
        colour = draw.MUTED if plane < 0 else _PLANES[plane % len(_PLANES)]
        draw.dots(picture, found.detail.corners[planes == plane] * scale, colour, radius=radius)
