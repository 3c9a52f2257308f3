"""A graphic pinned onto a tracked plane, composited in linear light."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from ... import runtime
from ...image.colour import linear_to_srgb, srgb_to_linear
from ...image.layout import check_image, join_alpha, split_alpha
from ...wires.check import number, one_of, wired
from ...wires.quad import Quad
from ...wires.track import Track
from .artwork import FITS, Layer, layer_of, plane_shape
from .grain import Grain, measure_grain
from .lens import measure_softness
from .masks import Masks
from .own_grain import OwnGrain
from .paint import blurred, exposures, paint
from .relight import Relight
from .rim import behind

_TILE = 1 << 19  # pixels drawn at a time: a box of 8K costs no more than one of 720p


@dataclass(frozen=True, slots=True)
class Inserted:
    """Frames with the graphic in them, its matte (T, H, W), the frames it was drawn on, and what of the plate was matched."""

    images: torch.Tensor
    matte: torch.Tensor
    drawn: tuple[int, ...]
    softness: float = 0.0
    grain: Grain | None = None


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
    grain: float = 0.0,
    shutter: float = 0.0,
    clean_border: bool = False,
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
        softness: Standard deviation in pixels of a blur of graphic and edge; below 0 it is measured on the surface.
        grain: Share of the surface's measured grain that the graphic takes on; 1 is as much.
        shutter: Angle in degrees, 0..360, of the motion blur that the track gives.
        clean_border: Whether the plane's old colour is taken out of the pixels that mix it with what lies behind it.

    Returns:
        A new batch; frames that nothing was drawn on are bit for bit those of `images`.

    Raises:
        ValueError: Sizes or counts that do not belong together.
    """
    images = check_image(images, "images")
    wired(track, Track, "track")
    for name, value, least, most in (("opacity", opacity, 0, 1), ("light", light, 0, 1), ("softness", softness, -1, 100),
                                     ("grain", grain, 0, 2), ("shutter", shutter, 0, 360)):
        number(value, name, least, most)
    one_of(fit, FITS, "fit")
    count, height, width, _ = images.shape
    matte = torch.zeros((count, height, width), device=images.device)
    if graphic is None or track.refused:
        return Inserted(images, matte, ())
    track.check_clip(count, width, height)
    pictures = _Pictures(graphic, graphic_mask, count, fit, track)
    seen = Masks(visible, count, height, width, "visible")
    softness = (measure_softness(images, track, seen) or 0.0) if softness < 0 else softness
    noise = measure_grain(images, track, seen) if grain > 0 else None
    own = None if noise is None else OwnGrain(images, track, seen, noise)
    relight = Relight(images, track, seen) if light > 0 else None
    out, drawn, bar = images.clone(), [], runtime.Progress(count)
    for i, frame in enumerate(track.frames):
        bar.step()
        if frame.corners is None or opacity <= 0 or not _drawable(frame.state, seen, i):
            continue
        poses = exposures(track, i, shutter)
        box = _box(np.concatenate(poses), width, height, softness)
        if box is None:
            continue
        drawn.append(i)
        layer = pictures.on(i, frame.corners, images.device)
        layer = layer if relight is None else layer.lit(relight.field(i, light).to(layer.picture))
        plate, shown, random = srgb_to_linear(images[i, ..., :3]), seen.frame(i), torch.Generator().manual_seed(i)
        for part, over in _tiles(layer, poses, box, softness):
            over = over * (opacity if shown is None else opacity * shown[part][..., None].to(over))
            under = behind(plate, shown, poses, part, over[..., 3:], softness) if clean_border else plate[part]
            cover = over[..., 3:].clamp(0, 1)
            mixed = linear_to_srgb(under * (1 - cover) + over[..., :3])
            if own is not None:
                mixed = mixed + own.drawn(i, part, mixed, random) * (grain * cover)
            out[i][part] = _mixed(images[i][part], mixed, cover)
            matte[i][part] = over[..., 3].clamp(0, 1)
    return Inserted(out if drawn else images, matte, tuple(drawn), softness, noise)


class _Pictures:
    """The graphic, one or one a frame, made ready when it is needed."""

    def __init__(self, graphic: torch.Tensor, mask: torch.Tensor | None, count: int, fit: str, track: Track) -> None:
        self._graphic, self._fit, self._shape = check_image(graphic, "graphic"), fit, plane_shape(track)
        if len(graphic) not in (1, count):
            raise ValueError(f"expected 1 or {count} pictures in graphic, got {len(graphic)}: wire one, or one a frame")
        self._holes = Masks(mask, len(graphic), graphic.shape[1], graphic.shape[2], "graphic_mask")
        largest = max((f.corners for f in track.frames if f.corners), key=lambda quad: quad.area, default=None)
        self._one = None if len(graphic) > 1 or largest is None else self._made(0).reduced(largest)

    def _made(self, number: int) -> Layer:
        return layer_of(self._graphic[number], self._holes.frame(number), self._fit, self._shape)

    def on(self, number: int, corners: Quad, device: torch.device) -> Layer:
        """The picture of a frame, no larger than its plane there asks for."""
        layer = (self._made(number) if self._one is None else self._one).reduced(corners)
        return Layer(layer.picture.to(device), layer.place)


def _drawable(state: str, seen: Masks, number: int) -> bool:
    """Tracked frames, and of occluded ones those on which the mask still shows some of the surface."""
    if state != "occluded" or not seen.moves:
        return state == "tracked"
    shown = seen.frame(number)
    return shown is not None and bool((shown > 0.5).any())


def _box(corners: np.ndarray, width: int, height: int, softness: float) -> tuple[int, int, int, int] | None:
    pad = 2 + int(np.ceil(3 * softness))
    low = np.clip(np.floor(corners.min(0)) - pad, 0, (width, height)).astype(int)
    high = np.clip(np.ceil(corners.max(0)) + pad, 0, (width, height)).astype(int)
    return (int(low[0]), int(low[1]), int(high[0]), int(high[1])) if (high > low).all() else None


def _tiles(layer: Layer, poses: list[np.ndarray], box: tuple[int, int, int, int],
           softness: float) -> Iterator[tuple[tuple[slice, slice], torch.Tensor]]:
    """Bands of a box: where they lie in the frame, and the layer (h, w, 4) drawn there."""
    left, top, right, low = box
    reach, rows = int(np.ceil(3 * softness)), max(1, _TILE // (right - left))
    for first in range(top, low, rows):
        last = min(first + rows, low)
        drawn = paint(layer, poses, (left - reach, first - reach, right + reach, last + reach), sharp=softness == 0)
        yield (slice(first, last), slice(left, right)), blurred(drawn, softness)


def _mixed(before: torch.Tensor, mixed: torch.Tensor, cover: torch.Tensor) -> torch.Tensor:
    """The encoded pixels `mixed`; where nothing covers them stay those `before` (h, w, 3|4)."""
    rgb, alpha = split_alpha(before)
    mixed = torch.where(cover > 0, mixed.clamp(0, 1), rgb)
    return join_alpha(mixed, None if alpha is None else alpha + cover * (1 - alpha))
