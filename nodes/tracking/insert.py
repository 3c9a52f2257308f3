"""A graphic pinned onto a tracked plane, composited in linear light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .. import runtime
from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.layout import check_image, check_mask, join_alpha, split_alpha, to_bchw, to_bhwc
from ..image.warp import homography, unit_square, warp
from ..wires.check import number, one_of, wired
from ..wires.quad import Quad
from ..wires.track import Track
from .relight import Relight

FITS = ("fill", "contain", "cover")


@dataclass(frozen=True, slots=True)
class Inserted:
    """Frames with the graphic in them, its matte (T, H, W), and the frames it was drawn on."""

    images: torch.Tensor
    matte: torch.Tensor
    drawn: tuple[int, ...]


def premultiplied(graphic: torch.Tensor, graphic_mask: torch.Tensor | None) -> torch.Tensor:
    """Graphic as linear light times coverage, with coverage as fourth channel.

    Args:
        graphic: (B, h, w, 3|4) encoded sRGB with straight alpha.
        graphic_mask: LoadImage's: (b, h', w'), 1 = transparent; its 64 × 64 of zeros means none.

    Raises:
        ValueError: Their numbers of pictures differ.
    """
    graphic = check_image(graphic, "graphic")
    rgb, alpha = split_alpha(graphic)
    cover = torch.ones_like(rgb[..., :1]) if alpha is None else alpha.clamp(0, 1)
    holes = check_mask(graphic_mask, len(graphic), graphic.shape[1], graphic.shape[2], "graphic_mask")
    if holes is not None:
        cover = cover * (1 - holes.clamp(0, 1))[..., None].to(cover)
    return torch.cat((srgb_to_linear(rgb) * cover, cover), dim=-1)


def fitted(graphic: torch.Tensor, fit: str, shape: float) -> np.ndarray:
    """Homography (3 × 3) from the graphic's pixel areas to the unit square of a plane that is `shape` times as wide as high.

    Raises:
        ValueError: `fit` is not one of `FITS`.
    """
    one_of(fit, FITS, "fit")
    height, width = graphic.shape[1:3]
    own = width / height
    u = v = 1.0
    if fit != "fill":
        wider = own > shape
        if wider == (fit == "contain"):
            v = shape / own
        else:
            u = own / shape
    return homography(unit_square(width, height), (unit_square() - 0.5) * (u, v) + 0.5)


def plane_shape(track: Track) -> float:
    """Width over height of the plane as the reference frame shows it."""
    corners = track.frames[track.reference_frame].corners if track.frames else None
    corners = corners or next((f.corners for f in track.frames if f.corners), None)
    if corners is None:
        return 1.0
    top, right, low, left = corners.edge_lengths
    return (top + low) / max(left + right, 1e-6)


def insert_graphic(
    images: torch.Tensor,
    track: Track,
    graphic: torch.Tensor | None,
    graphic_mask: torch.Tensor | None = None,
    visible: torch.Tensor | None = None,
    *,
    fit: str = "contain",
    opacity: float = 1.0,
    light: float = 0.0,
    softness: float = 0.0,
) -> Inserted:
    """Pin a graphic onto the tracked plane.

    Args:
        images: (T, H, W, 3|4) encoded sRGB, as many frames as the track.
        track: Where the plane is; frames that are tracked are drawn on, occluded ones where `visible` still shows some of it.
        graphic: (1 or T, h, w, 3|4), or None: then `images` itself comes back.
        graphic_mask: As LoadImage gives it, 1 = transparent.
        visible: (1 or T, H, W), 1 = the plane is seen there; what stands in front stays in front.
        fit: `fill` stretches, `contain` shows all of it, `cover` fills the plane and cuts what is over.
        opacity: 0..1.
        light: 0..1, how much of the surface's changing light the graphic takes on.
        softness: Standard deviation in pixels of a blur of graphic and edge, as the plate's lens has it.

    Returns:
        A new batch; frames that nothing was drawn on are bit for bit those of `images`.

    Raises:
        ValueError: Sizes or counts that do not belong together.
    """
    images = check_image(images, "images")
    wired(track, Track, "track")
    for name, value, most in (("opacity", opacity, 1), ("light", light, 1), ("softness", softness, 100)):
        number(value, name, 0, most)
    count, height, width, _ = images.shape
    matte = torch.zeros((count, height, width), device=images.device)
    if graphic is None or track.refused:
        return Inserted(images, matte, ())
    _check(images, track, graphic)
    seen = check_mask(visible, count, height, width, "visible")
    layer = premultiplied(graphic, graphic_mask)
    place = fitted(layer, fit, plane_shape(track))
    relight = Relight(images, track, seen) if light > 0 else None
    out, drawn, bar = images.clone(), [], runtime.Progress(count)
    for i, frame in enumerate(track.frames):
        bar.step()
        if frame.corners is None or opacity <= 0 or not _drawable(frame.state, seen, i):
            continue
        picture = layer[i if len(layer) > 1 else 0][None].to(images.device)
        box = _box(frame.corners, width, height, softness)
        if box is None:
            continue
        drawn.append(i)
        field = relight.field(i, light).to(picture) if relight is not None else None
        over = _drawn(picture, place, frame.corners, box, fit, softness, field)
        share = opacity * (
            seen[min(i, len(seen) - 1)][box[1] : box[3], box[0] : box[2], None].to(over) if seen is not None else 1.0
        )
        _composite(out[i], matte[i], over * share, box)
    return Inserted(out if drawn else images, matte, tuple(drawn))


def _drawable(state: str, seen: torch.Tensor | None, number: int) -> bool:
    """Tracked frames, and of occluded ones those on which the mask still shows some of the surface."""
    if state != "occluded":
        return state == "tracked"
    return seen is not None and len(seen) > 1 and bool((seen[number] > 0.5).any())


def _check(images: torch.Tensor, track: Track, graphic: torch.Tensor) -> None:
    count, height, width, _ = images.shape
    track.check_clip(count, width, height)
    if len(check_image(graphic, "graphic")) not in (1, count):
        raise ValueError(f"expected 1 or {count} pictures in graphic, got {len(graphic)}: wire one, or one a frame")


def _box(corners: Quad, width: int, height: int, softness: float) -> tuple[int, int, int, int] | None:
    pad = 2 + int(np.ceil(3 * softness))
    low = np.clip(np.floor(corners.array.min(0)) - pad, 0, (width, height)).astype(int)
    high = np.clip(np.ceil(corners.array.max(0)) + pad, 0, (width, height)).astype(int)
    return (int(low[0]), int(low[1]), int(high[0]), int(high[1])) if (high > low).all() else None


def _drawn(
    layer: torch.Tensor,
    place: np.ndarray,
    corners: Quad,
    box: tuple[int, int, int, int],
    fit: str,
    softness: float,
    field: torch.Tensor | None,
) -> torch.Tensor:
    """Layer (h, w, 4) in a box of the frame, linear light times coverage."""
    size = box[3] - box[1], box[2] - box[0]
    shift = np.array([[1, 0, -box[0]], [0, 1, -box[1]], [0, 0, 1.0]])
    to_box = shift @ homography(unit_square(), corners.array)
    layer, place = _reduced(layer, place, corners)
    over = warp(layer, to_box @ place, *size)
    if fit == "cover":
        over = over * warp(
            torch.ones((1, 8, 8, 1), device=over.device), to_box @ np.diag([1 / 8, 1 / 8, 1]), *size, samples=4
        )
    if field is not None:
        gain = warp(
            F.pad(to_bchw(field[None]), (1, 1, 1, 1), mode="replicate").movedim(1, -1),
            to_box @ _padded(field),
            *size,
            samples=1,
        )
        over = torch.cat((over[..., :3] * gain.clamp_min(0), over[..., 3:]), dim=-1)
    return _blurred(over, softness)[0]


def _padded(field: torch.Tensor) -> np.ndarray:
    """From a field with a rim of one cell to the unit square."""
    rows, columns = field.shape[:2]
    return np.diag([1 / columns, 1 / rows, 1.0]) @ np.array([[1, 0, -1], [0, 1, -1], [0, 0, 1.0]])


def _reduced(layer: torch.Tensor, place: np.ndarray, corners: Quad) -> tuple[torch.Tensor, np.ndarray]:
    """Shrink a graphic that is much larger than the plane it lands on, so that few sub-samples are enough."""
    height, width = layer.shape[1:3]
    top, right, low, left = corners.edge_lengths
    scale = min(1.0, 2 * max(max(top, low) / width, max(left, right) / height))
    if scale > 0.6:
        return layer, place
    small = F.interpolate(to_bchw(layer), (max(1, round(height * scale)), max(1, round(width * scale))), mode="area")
    return to_bhwc(small), place @ np.diag([width / small.shape[3], height / small.shape[2], 1.0])


def _blurred(over: torch.Tensor, softness: float) -> torch.Tensor:
    if softness <= 0:
        return over
    reach = int(np.ceil(3 * softness))
    at = torch.arange(-reach, reach + 1, dtype=over.dtype, device=over.device)
    kernel = torch.exp(-(at**2) / (2 * softness**2))
    kernel = (kernel / kernel.sum()).expand(4, 1, 1, -1)
    out = F.conv2d(F.pad(to_bchw(over), (reach, reach, 0, 0)), kernel, groups=4)
    return to_bhwc(F.conv2d(F.pad(out, (0, 0, reach, reach)), kernel.transpose(-1, -2), groups=4))


def _composite(frame: torch.Tensor, matte: torch.Tensor, over: torch.Tensor, box: tuple[int, int, int, int]) -> None:
    """Lay `over` on a frame in place: linear light in, encoded out; only where it covers."""
    part = (slice(box[1], box[3]), slice(box[0], box[2]))
    rgb, alpha = split_alpha(frame[part])
    cover = over[..., 3:].clamp(0, 1)
    mixed = linear_to_srgb(srgb_to_linear(rgb) * (1 - cover) + over[..., :3]).clamp(0, 1)
    mixed = torch.where(cover > 0, mixed, rgb)
    frame[part] = join_alpha(mixed, None if alpha is None else alpha + cover * (1 - alpha))
    matte[part] = cover[..., 0]
