"""Matching a clip to a reference picture without a plate: one map for the whole clip.

Where both show the same thing, pairs of pixels say what happened to colours (`scenes.py`); where they show the same place, the
colours that both have (`shared_modes.py`); else clouds of colours are brought together (`clouds.py`). Statistics are taken over
the clip, never over a frame: a map that changes with the frame flickers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from .. import runtime
from ..image.colour import srgb_to_linear
from ..image.grade import grade_pixels
from ..image.layout import check_image, check_mask
from ..image.opencv import cv2
from ..wires.check import one_of
from ..wires.grade import Grade
from .clouds import cloud_distance, cloud_map, optimal_transport
from .follow import follow
from .pair_fit import fit_pairs
from .protect import protect
from .scenes import SIDE, View, find_pairs
from .shared_modes import shared_gains

METHODS = ("auto", "transport", "transport in linear light", "mean and spread", "gains", "optimal transport")
_PIXELS = 200_000  # samples of a side; the error of a mean over so many is far below a code value
_LEAST_SEEN = 200
_SHARED = 0.65  # of two clouds of colours: what pictures of one place reach and those of different places do not
_DECODE = srgb_to_linear(torch.linspace(0, 1, 4096, dtype=torch.float64)).numpy().astype(np.float32)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a match.

    `mask` says what counts in the clip and `reference_mask` in the reference, 1 = counts; `skin` and `neutrals` (0..1) hold
    those colours; `per_frame` lets the map follow the clip's own changes of light.
    """

    method: str = "auto"
    mask: torch.Tensor | None = None
    reference_mask: torch.Tensor | None = None
    skin: float = 0.0
    neutrals: float = 0.0
    per_frame: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """A correction and how far the clip's colours lie from the reference's, CIELAB distance of the clouds, before and after.

    `stretch` holds the smallest and largest factor by which the map stretches a direction of colour; `held` says that a limit
    took part. `how` says what the map rests on: `same frame`, `overlap`, `shared edge`, `shared colours` or `clouds`; `left_out`
    is the mean CIEDE2000 at pairs that it has not seen, where there are pairs. `follows` is the largest change of light that a
    map of each frame takes back, as a factor.
    """

    grade: Grade
    before: float
    after: float
    stretch: tuple[float, float]
    held: bool
    how: str = "clouds"
    left_out: float | None = None
    follows: float | None = None


def sample_pixels(images: torch.Tensor, mask: torch.Tensor | None, *, most: int = _PIXELS) -> torch.Tensor:
    """Evenly spread pixels (N, 3) of a batch (B, H, W, 3|4), those where the mask is 0.5 or more, float64."""
    count, height, width = images.shape[:3]
    frames = torch.linspace(0, count - 1, min(count, 24)).round().long().unique()
    step = max(1, int(np.ceil(np.sqrt(len(frames) * height * width / most))))
    bar, out = runtime.Progress(len(frames)), []
    for number in frames.tolist():
        part = images[number, step // 2::step, step // 2::step, :3].reshape(-1, 3)
        if mask is not None:
            chosen = mask[min(number, len(mask) - 1), step // 2::step, step // 2::step].reshape(-1) >= 0.5
            part = part[chosen.to(part.device)]
        out.append(part.detach().cpu().double())
        bar.step()
    return torch.cat(out)


def views(images: torch.Tensor, mask: torch.Tensor | None, most: int) -> list[View]:
    """Up to `most` frames of a batch, the first and the last among them, reduced in linear light."""
    out, step = [], max(1, max(images.shape[1:3]) // (6 * SIDE))  # of 8K a sixteenth is plenty, and fits the memory
    for number in torch.linspace(0, len(images) - 1, min(len(images), most)).round().long().unique().tolist():
        frame = images[number, ::step, ::step, :3].detach().cpu().float().clamp(0, 1).numpy()
        good = ((frame < 0.997) & (frame > 0.003)).all(-1)
        inside = np.ones_like(good) if mask is None else mask[min(number, len(mask) - 1), ::step, ::step].cpu().numpy() >= 0.5
        scale = min(1.0, SIDE / max(frame.shape[:2]))
        size = max(8, round(frame.shape[1] * scale)), max(8, round(frame.shape[0] * scale))
        light = cv2.resize(_DECODE[(frame * 4095 + 0.5).astype(np.uint16)], size, interpolation=cv2.INTER_AREA)
        whole, within = (cv2.resize(p.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999
                         for p in (good & inside, inside))
        out.append(View(light, whole, within))
        runtime.check_cancelled()
    return out


def match_reference(images: torch.Tensor, reference: torch.Tensor, ask: Ask) -> Matched:
    """Solve one map that gives a clip the colours of a reference.

    Args:
        images: (B, H, W, 3|4), encoded sRGB.
        reference: Pictures of the look, any size.
        ask: Method and more. `auto` fits pairs of pixels where both show the same thing, exposure and balance where they show
            the same place, and else does as `transport`, which maps means and covariances of encoded values. `transport in
            linear light` does so with light, `mean and spread` channel by channel; `gains` maps the brightness of each channel
            in linear light, `optimal transport` the whole shape of the cloud.

    Returns:
        The correction; refused where the masks leave too little.

    Raises:
        ValueError: Another method, or inputs of a wrong form or that do not go together.
    """
    one_of(ask.method, METHODS, "method")
    mask, other = _masks(images, reference, ask)
    source, target = sample_pixels(images, mask), sample_pixels(reference, other)
    few = _LEAST_SEEN if mask is not None or other is not None else 4
    if min(len(source), len(target)) < few:
        grade = Grade.refuse(f"there are fewer than {few} pixels to compare")
        return Matched(grade, float("nan"), float("nan"), (1.0, 1.0), False)
    found = _automatic(images, reference, ask, (mask, other), source, target) if ask.method == "auto" else None
    if found is None:
        found = _clouds(source, target, "transport" if ask.method == "auto" else ask.method)
    grade = replace(found.grade, source="reference picture")
    bend = np.linalg.svd(np.array(grade.matrix)[:, :3], compute_uv=False) if grade.table is None else np.ones(2)
    grade, follows = follow(grade, images) if ask.per_frame else (grade, None)
    grade = protect(grade, ask.skin, ask.neutrals)
    after = grade_pixels(source[::max(1, len(source) // 40_000)], grade).clamp(0, 1)
    return replace(found, grade=grade, before=cloud_distance(source, target), after=cloud_distance(after, target),
                   stretch=(float(bend.min()), float(bend.max())), follows=follows)


def _masks(images: torch.Tensor, reference: torch.Tensor, ask: Ask) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    check_image(images)
    check_image(reference, "reference")
    count, height, width = images.shape[:3]
    mask = check_mask(ask.mask, count, height, width)
    other = check_mask(ask.reference_mask, len(reference), reference.shape[1], reference.shape[2], "reference_mask")
    shared = mask is not None and other is None and tuple(reference.shape[1:3]) == (height, width) and len(mask) == 1
    return mask, mask if shared else other


def _automatic(images: torch.Tensor, reference: torch.Tensor, ask: Ask, masks: tuple[torch.Tensor | None, ...],
               source: torch.Tensor, target: torch.Tensor) -> Matched | None:
    """The map that pairs, or shared colours, tell; None where there are none."""
    pairs = find_pairs(views(images, masks[0], 9), views(reference, masks[1], 5))
    fitted = fit_pairs(pairs, plain=ask.per_frame) if pairs is not None else None
    if pairs is not None and fitted is not None:
        return Matched(fitted.grade, 0.0, 0.0, (1.0, 1.0), False, pairs.how, fitted.left_out)
    inside = [p[((p < 0.997) & (p > 0.003)).all(-1)] for p in (source, target)]
    if min(map(len, inside)) < _LEAST_SEEN:
        return None
    gains, coincide = shared_gains(*(srgb_to_linear(p[::max(1, len(p) // 60_000)]).numpy() for p in inside))
    if coincide < _SHARED:
        return None
    return Matched(Grade("gains", matrix=_rows(np.diag(gains))), 0.0, 0.0, (1.0, 1.0), False, "shared colours")


def _clouds(source: torch.Tensor, target: torch.Tensor, method: str) -> Matched:
    space = "linear" if method in ("transport in linear light", "gains") else "encoded"
    seen, wanted = (srgb_to_linear(p) if space == "linear" else p for p in (source, target))
    matrix, offset, held = cloud_map(seen, wanted, method)
    rows = _rows(np.concatenate((matrix, offset[:, None]), axis=1))
    name = f"Monge-Kantorovich, {space}" if "transport" in method else method
    grade = Grade(name, space, "rgb1", rows)
    if method == "optimal transport":
        grade, bent = optimal_transport(source, target, grade)
        held = held or bent
    return Matched(grade, 0.0, 0.0, (1.0, 1.0), held)


def _rows(matrix: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in matrix)
