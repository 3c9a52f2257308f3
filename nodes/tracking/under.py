"""The texture under a marker, and how it is known: seen without it, through its thin paint, on a clean picture, or made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..image.opencv import cv2
from .fill import fill

SEEN, THROUGH, CLEAN, FILLED = "seen without the marker", "seen through the paint", "from the clean picture", "filled in"
_SEEN_OFTEN = 3
_LEFT, _BY_CHANCE, _MOST_LEFT = 0.05, 0.7, 0.35  # of the marker's contrast, of the ground's variation, of the contrast
_NOTHING_LEFT, _FLAT, _LEAST_FINE = 0.12, 0.012, 0.25


@dataclass(frozen=True, slots=True)
class Views:
    """A marker and its ground in the flat plane, linear light, (S, h, w, 3).

    Attributes:
        washed: Frames that show the marker, its paint taken off by calculation.
        bare: Frames that show the place without it.
        clean: The place on a picture from before the marker (h, w, 3), or None.
        pattern: What the marker does, (h, w): first ink -1, counter-ink 1, bare 0.
        ground: Where no marker covers anything, (h, w) bool.
    """

    washed: np.ndarray
    bare: np.ndarray
    clean: np.ndarray | None
    pattern: np.ndarray
    ground: np.ndarray


@dataclass(frozen=True, slots=True)
class Under:
    """Texture (h, w, 3) in linear light, how it is known, and whether the paint lets the surface through."""

    texture: np.ndarray
    how: str
    carried: bool


def under_marker(views: Views, typical: float) -> Under:
    """Settle on the texture under a marker: the robust middle of what the clip shows, else the clean picture, else a fill.

    `typical` is the marker's contrast against its ground in encoded values.
    """
    washed, bare = (_same_light(part, views.ground) for part in (views.washed, views.bare))
    through = np.median(washed, axis=0) if len(washed) else None
    carried = through is not None and _carried(through, views, typical)
    if len(bare) >= _SEEN_OFTEN:
        return Under(np.median(bare, axis=0), SEEN, carried)
    if through is not None and carried:
        return Under(through, THROUGH, True)
    known = through if through is not None else (bare[0] if len(bare) else views.clean)
    if known is None:
        return Under(np.zeros((*views.pattern.shape, 3), np.float32), FILLED, False)
    if views.clean is not None:
        ground = views.ground[..., None]
        gain = (known * ground).sum((0, 1)) / np.maximum((views.clean * ground).sum((0, 1)), 1e-6)
        return Under(views.clean * gain, CLEAN, False)
    hole = cv2.dilate((np.abs(views.pattern) > 0.01).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return Under(np.square(fill(np.sqrt(known.clip(0)).astype(np.float32), hole)), FILLED, False)


def _same_light(stack: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Each view at the middle one's light, judged beside the marker."""
    if len(stack) < 2:
        return stack
    level = (stack * ground[..., None]).sum((1, 2)) / max(int(ground.sum()), 1)
    return stack * (np.median(level, axis=0) / np.maximum(level, 1e-6))[:, None, None]


def _carried(texture: np.ndarray, views: Views, typical: float) -> bool:
    """Whether the paint was thin: washed, nothing of the marker is left but what texture explains, and there is texture."""
    tone = np.sqrt(texture.mean(-1).clip(0)).astype(np.float32)
    varies = float(tone[views.ground].std()) if views.ground.any() else 0.0
    where, edges = views.ground | (np.abs(views.pattern) > 0.01), tone - cv2.GaussianBlur(tone, (0, 0), 2.0)
    left = 0.0
    for pattern in (views.pattern.astype(np.float32), np.abs(views.pattern).astype(np.float32)):
        rims = pattern - cv2.GaussianBlur(pattern, (0, 0), 2.0)  # texture has no edges just there
        left = max(left, abs(strength(edges, rims, where)[0]))
    if left <= _NOTHING_LEFT * typical:
        return True
    if left > min(_LEFT * typical + _BY_CHANCE * varies, _MOST_LEFT * typical):
        return False
    fine = np.abs(cv2.Laplacian(cv2.GaussianBlur(tone, (0, 0), 1.0), cv2.CV_32F))
    inside = cv2.erode((np.abs(views.pattern) > 0.98).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if varies < _FLAT or not inside.any():
        return True
    return float(fine[inside].mean()) > _LEAST_FINE * float(fine[views.ground].mean())


def strength(values: np.ndarray, pattern: np.ndarray, where: np.ndarray) -> tuple[float, float]:
    """Contrast of a pattern in a picture, signed, and how like it the picture is, 0..1; slopes of light do not count."""
    y, x = np.mgrid[: values.shape[0], : values.shape[1]]
    basis = np.stack([pattern[where], np.ones(int(where.sum())), x[where], y[where]], axis=-1).astype(float)
    solved = np.linalg.lstsq(basis, values[where].astype(float), rcond=None)[0]
    bare = values[where] - basis[:, 1:] @ solved[1:]
    model = basis[:, 0] * solved[0]
    return float(solved[0]), float((bare * model).sum() / np.sqrt((bare**2).sum() * (model**2).sum() + 1e-12))
