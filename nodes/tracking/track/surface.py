"""A surface tracked through a clip, both ways from its reference frame, corrected by hand where asked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import torch

from ... import runtime
from ...image.layout import check_mask
from ...image.opencv import cv2
from ...image.warp import from_opencv
from ...media.frames import Frames
from ...wires.check import one_of
from ...wires.quad import Quad
from ...wires.track import Track, TrackFrame
from .align import align
from .breathe import breathing
from .cut import Cuts
from .follow import follow
from .gaps import corners_of, states
from .judge import Sight
from .loop import STEPS, loop_closure
from .reference import MODELS, Reference, build_reference
from .solve import Prior
from .source import PASSING, Luma

SMALLEST = 64.0
LARGEST_SIGMA = 3.0


@dataclass(frozen=True, slots=True)
class Tracked:
    """A track with what it was made from.

    Attributes:
        track: The track.
        sights: What each frame said, from 0.
        references: The reference that each frame was compared with.
        breathes: How far each cell of the surface has left the plane for good, (T, rows, columns) px; see `breathe`.
    """

    track: Track
    sights: tuple[Sight, ...]
    references: tuple[Reference, ...]
    breathes: np.ndarray


def track_surface(frames: Frames, quad: Quad, reference_frame: int, *, fps: Fraction, mask: torch.Tensor | None = None,
                  keyframes: dict[int, Quad] | None = None, model: str = "homography", refine: bool = True,
                  refused: str = "") -> Tracked:
    """Follow a plane through a clip.

    Args:
        frames: The clip.
        quad: Corners of the plane on the reference frame, pixel areas, TL TR BR BL.
        reference_frame: 0-based; negative counts from the end.
        fps: Rate to note in the track.
        mask: (1 or T, H, W), 1 = may be looked at on the reference frame, or None for all of it.
        keyframes: Corners set by hand, kept exactly; between two of them the track is solved from both and blended. How
            far each lies from where the track from the one before it comes out is in the metrics.
        model: One of `MODELS`.
        refine: Photometric refinement.
        refused: Why nothing is to be tracked; then nothing is.

    Returns:
        The track: every frame once.

    Raises:
        ValueError: A frame that is not in the clip, an unknown model, or a surface of less than 64 square pixels.
    """
    count = len(frames)
    reference_frame = checked_frame(reference_frame, count, "reference_frame")
    one_of(model, MODELS, "motion_model")
    if quad.area < SMALLEST:
        raise ValueError(
            f"expected a surface of at least {SMALLEST:.0f} square pixels, got {quad.area:.1f}: choose larger corners"
        )
    fixed = {reference_frame: quad} | {checked_frame(k, count, "keyframes"): q for k, q in (keyframes or {}).items()}
    mask = check_mask(mask, count, frames.height, frames.width)
    luma = Luma(frames)
    anchors = sorted(fixed)
    bar = runtime.Progress(_work(anchors, count, ahead=not frames.is_batch))
    luma.passed = lambda n: bar.step(n * PASSING)
    cuts, built = Cuts(luma), {}
    for n in anchors:
        seen = None if mask is None else mask[min(n, len(mask) - 1)].cpu().numpy()
        built[n] = build_reference(luma.frame(n), fixed[n].array, n, seen, model)
    if refused:
        gone = tuple(Sight(n, "gone", None, why="hidden") for n in range(count))
        lost = Track.lost(frames.size, fps, count, refused)
        return Tracked(lost, gone, (built[anchors[0]],) * count, breathing([None] * count))
    sights, corners, references, misses = _solve(luma, anchors, built, model, refine, bar, cuts)
    for n in anchors:
        sights[n], corners[n], references[n] = _given(n, built[n], luma), fixed[n].array, built[n]
    refused = _refusal(out := states(sights, corners, reference_frame), sights, reference_frame)
    if refused:
        return Tracked(Track.lost(frames.size, fps, count, refused), tuple(sights), tuple(references), breathing([None] * count))
    for n in anchors:
        out[n] = TrackFrame(fixed[n], "tracked", 1.0)
    closure = loop_closure(luma, out, sights, references, reference_frame, model, refine, bar)
    metrics = {"loop_closure_px": closure, "model": model, "keyframes": sorted(set(anchors) - {reference_frame}),
               "keyframe_misses": misses}
    breathes = breathing([s if f.state == "tracked" else None for s, f in zip(sights, out, strict=True)])
    metrics["breathing_frames"] = [int(i) for i in np.flatnonzero(breathes.max((1, 2)))]
    track = Track(frames.size, fps, tuple(out), reference_frame, "", metrics)
    return Tracked(track, tuple(sights), tuple(references), breathes)


def checked_frame(number: int, count: int, name: str) -> int:
    """Return the 0-based frame that `number` means; negative ones count from the end.

    Raises:
        ValueError: There is no such frame.
    """
    if not -count <= number < count:
        raise ValueError(f"expected {name} within 0..{count - 1}, got {number}: the clip has {count} frames")
    return number % count


def _work(anchors: list[int], count: int, *, ahead: bool) -> float:
    """Steps of the bar: frames that are followed, strides of the way back, frames of a film that are decoded ahead for both."""
    if count == 1:
        return 1
    return count + (anchors[-1] - anchors[0]) + 2 * STEPS + (PASSING * (count + anchors[-1]) if ahead else 0)


def _given_corners(reference: Reference) -> np.ndarray:
    return from_opencv(cv2.perspectiveTransform(reference.corners[None], reference.to_frame)[0])


def _given(number: int, reference: Reference, luma: Luma) -> Sight:
    """The sight of a frame whose corners were given."""
    whole = align(luma.frame(number), reference.to_frame, reference, Prior(), rounds=0)
    return Sight(number, "seen", reference.to_frame, 1.0, 1.0, 1.0, 0.0, 1.0, whole.sigma if whole else float("inf"),
                 agrees=np.full((8, 8), 255, np.uint8))


def _solve(luma: Luma, anchors: list[int], built: dict[int, Reference], model: str, refine: bool, bar: runtime.Progress,
           cuts: Cuts) -> tuple[list, list, list, dict[int, float]]:
    sights: list = [None] * len(luma)
    corners: list = [None] * len(luma)
    references: list = [None] * len(luma)
    misses: dict[int, float] = {}

    def run(n: int, numbers: range) -> dict[int, Sight]:
        return follow(luma, built[n], numbers, model, refine, built[n].to_frame, bar, cuts=cuts)

    def note(n: int, found: dict[int, Sight]) -> None:
        for number, sight in found.items():
            sights[number], references[number], corners[number] = sight, built[n], corners_of(sight, built[n])

    note(anchors[-1], run(anchors[-1], range(anchors[-1] + 1, len(luma))))
    for left, right in pairwise(anchors):
        ahead = run(left, range(left + 1, right + 1))
        there = corners_of(ahead.pop(right), built[left])
        if there is not None:
            misses[right] = float(np.linalg.norm(there - _given_corners(built[right]), axis=1).max())
        behind = run(right, range(right - 1, left, -1))
        for number in ahead:
            one, two = ahead[number], behind[number]
            a, b = corners_of(one, built[left]), corners_of(two, built[right])
            share = (number - left) / (right - left)
            if one.kind == two.kind and a is not None and b is not None:
                nearer, n = (one, left) if share < 0.5 else (two, right)
                sights[number], references[number], corners[number] = nearer, built[n], a * (1 - share) + b * share
            else:
                n, best, at = (left, one, a) if one.rank >= two.rank else (right, two, b)
                sights[number], references[number], corners[number] = best, built[n], at
    note(anchors[0], run(anchors[0], range(anchors[0] - 1, -1, -1)))
    return sights, corners, references, misses


def _refusal(out: list[TrackFrame], sights: list[Sight], reference_frame: int) -> str:
    if len(out) > 1 and not sights[reference_frame].sigma < LARGEST_SIGMA:
        return "the surface has no detail that would hold its corners in place"
    others = [f for i, f in enumerate(out) if i != reference_frame]
    if others and all(f.state == "lost" for f in others):
        return "the surface could not be followed to any other frame"
    return ""
