"""What a frame says about the surface: seen, blocked, bent, out; and how far that can be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...image.opencv import cv2
from .align import Alignment
from .breathe import leaving
from .flow import Flow
from .reference import Reference
from .verify import BENT_PX, enough, explained, nearly_flat

LEAST_HELD, LEAST_PARTLY = 0.30, 0.15
LEAST_LIKENESS = 0.60
LARGEST_SIGMA = 0.7
BENT_NOISE = 3.5
MOST_HIDDEN = 0.1
SHARP = 0.75  # a frame much softer than the reference differs from it without having changed its shape
MAP_SIDE = 96
_RANKS = {"seen": 4, "bent": 3, "partly": 2, "blocked": 1, "out": 0, "gone": 0}


@dataclass(frozen=True, slots=True)
class Sight:
    """The surface on one frame.

    Attributes:
        frame: Number of the frame.
        kind: `seen`; `partly`: too much is hidden to trust the corners; `blocked` by something; `bent`: there, but not the
            plane it was; `out` of the picture; `gone` for good.
        h: Template to frame (OpenCV's), measured when seen or partly seen, expected when blocked or out.
        confidence: 0..1, see `confidence_of`.
        found: Share of the features that came back to where they started.
        agree: Share of those that the plane explains within `BENT_PX`.
        residual: Root mean square distance of the found features (within 3 px) from the plane, frame pixels.
        alike: Correlation with the reference frame.
        sigma: Expected error of the worst corner, frame pixels.
        levels: Gain and bias against the reference.
        noise: Robust standard deviation of what gain and bias leave, luma 0..255.
        hidden: Share of the surface under something in front of it.
        agrees: Where the surface looks as in the reference, uint8 0..255, at most 96 × 96.
        leaving: How parts of the surface lie beside the plane, see `breathe.leaving`.
        why: Reason of `gone`: `cut` or `bent`.
    """

    frame: int
    kind: str
    h: np.ndarray | None
    confidence: float = 0.0
    found: float = 0.0
    agree: float = 0.0
    residual: float = float("nan")
    alike: float = 0.0
    sigma: float = float("inf")
    levels: tuple[float, float] = (1.0, 0.0)
    noise: float = 2.0
    hidden: float = 0.0
    agrees: np.ndarray | None = None
    leaving: np.ndarray | None = None
    why: str = ""

    @property
    def rank(self) -> tuple[int, float]:
        """Order of two answers for one frame."""
        return _RANKS[self.kind], self.confidence


def share_inside(reference: Reference, h: np.ndarray, shape: tuple[int, ...]) -> float:
    """Share of the surface's area that lies in the frame when it is at `h`."""
    corners = cv2.perspectiveTransform(reference.corners[None], h)[0].astype(np.float32)
    frame = np.array([[-0.5, -0.5], [shape[1] - 0.5, -0.5], [shape[1] - 0.5, shape[0] - 0.5], [-0.5, shape[0] - 0.5]], np.float32)
    whole = abs(cv2.contourArea(corners))
    if not np.isfinite(corners).all() or whole < 4 or not cv2.isContourConvex(corners):
        return 0.0
    both, _ = cv2.intersectConvexConvex(corners, frame)
    return float(both / whole)


def confidence_of(alignment: Alignment, agree: float) -> float:
    """Share of the surface's detail that agrees, times its likeness to the reference, times how sure the corners are."""
    sure = 1 / (1 + (alignment.sigma / 0.5) ** 2)
    return float(np.clip(min(1.0, alignment.held / 0.8) * max(alignment.likeness, 0) * sure * (0.5 + 0.5 * agree), 0, 1))


def judge(number: int, alignment: Alignment | None, again: Flow | None, reference: Reference, shape: tuple[int, ...], *,
          usual: tuple[float, float], fresh: bool) -> Sight:
    """Decide what frame `number` shows.

    Args:
        number: The frame.
        alignment: Refined or measured alignment, None where it failed.
        again: Features followed from the reference.
        reference: The surface.
        shape: Of the frame.
        usual: Noise (luma 0..255) and residual (px) of this surface where it is seen whole.
        fresh: Whether the neighbouring frame was seen; after a gap more is asked for.
    """
    if alignment is None or share_inside(reference, alignment.h, shape) < 0.08:
        return _by_features(number, again, reference, shape) or Sight(number, "blocked", None)
    rest = again.residuals(alignment.h) if again is not None else np.empty(0)
    found = again.found / max(again.asked, 1) if again is not None else 0.0
    agree = float((rest < BENT_PX).mean()) if len(rest) else 0.0
    near = rest[rest < 2 * BENT_PX]
    residual = float(np.sqrt((near**2).mean())) if len(near) else float("nan")
    more = 0.0 if fresh else 0.15
    good = (
        alignment.settled
        and alignment.held >= LEAST_HELD + more
        and alignment.likeness >= LEAST_LIKENESS + more
        and alignment.sigma <= LARGEST_SIGMA
    )
    picture = _map(alignment.agrees, reference)
    hidden = 1 - float(picture.mean()) / 255
    moved = residual > max(0.5, 2.5 * usual[1]) or agree < 0.6  # a shadow changes the picture, too, but moves no feature
    there = again is not None and again.found >= 8 and (found >= 0.6 or (found >= 0.3 and hidden < MOST_HIDDEN))
    bent = there and moved and alignment.noise > BENT_NOISE * max(usual[0], 1.8) and alignment.sharp > SHARP
    partly = alignment.settled and alignment.held >= LEAST_PARTLY and alignment.likeness >= 0.85 and alignment.sigma <= 3
    kind = "bent" if bent else ("seen" if good else ("partly" if partly else "blocked"))
    if kind == "blocked" and (by_features := _by_features(number, again, reference, shape)) is not None:
        return by_features
    if bent and again is not None and (h := nearly_flat(again, reference)) is not None:
        return Sight(number, "partly", h, 0.0, found, agree)
    return Sight(number, kind, alignment.h if kind != "blocked" else None,
                 confidence_of(alignment, agree if len(rest) else 1.0), found, agree, residual, alignment.likeness,
                 alignment.sigma, (alignment.gain, alignment.bias), alignment.noise, hidden,
                 picture if kind in ("seen", "partly") else None,
                 leaving(again, alignment.h, reference) if kind == "seen" else None)


def _by_features(number: int, again: Flow | None, reference: Reference, shape: tuple[int, ...]) -> Sight | None:
    """Where so many features put the surface that it can be told about, though the picture as a whole does not agree."""
    if again is None or share_inside(reference, again.h, shape) < 0.08:
        return None
    agree = explained(again)
    if not enough(agree, reference):
        return None
    return Sight(number, "partly", again.h, 0.0, again.found / max(again.asked, 1), len(agree) / max(again.found, 1))


def agreeing(sight: Sight | None, reference: Reference) -> np.ndarray:
    """Which features (N,) of the reference were seen."""
    if sight is None or sight.agrees is None:
        return np.ones(len(reference.features), bool)
    rows, columns = sight.agrees.shape
    cell = ((reference.features + 0.5) / reference.size * (columns, rows)).astype(int).clip(0, (columns - 1, rows - 1))
    return sight.agrees[cell[:, 1], cell[:, 0]] > 127


def _map(agrees: np.ndarray, reference: Reference) -> np.ndarray:
    """Where the surface is seen, without specks too small to be something in front of it."""
    differs = ((agrees < 0.4) & (reference.core > 0)).astype(np.uint8)
    differs = cv2.morphologyEx(differs, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    height, width = agrees.shape
    scale = min(1.0, MAP_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if not differs.any():
        return np.full(size[::-1], 255, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(differs, connectivity=4)
    least = max(40.0, 0.006 * float(reference.core.sum()))
    large = np.array([i > 0 and stats[i, cv2.CC_STAT_AREA] >= least for i in range(count)], np.uint8)
    front = np.take(large, np.asarray(labels, np.int64))
    front = np.where(reference.core > 0, front, cv2.dilate(front, np.ones((9, 9), np.uint8)))  # it goes on over the rim
    front = cv2.erode(front, np.ones((5, 5), np.uint8)).astype(np.float32)  # averaging has spread it by 2 px
    hidden = cv2.GaussianBlur(front, (0, 0), 0.8)
    return cv2.resize(((1 - hidden) * 255).astype(np.uint8), size, interpolation=cv2.INTER_AREA)
