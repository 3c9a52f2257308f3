"""Stamped markers taken out of a tracked clip; each frame keeps its light and its grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .. import runtime
from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.layout import check_image, luma
from ..image.opencv import cv2
from ..image.warp import homography, transform, unit_square, warp
from ..wires.check import wired
from ..wires.markers import Marker, Markers
from ..wires.track import Track
from .flatten import flat_size
from .stamp import draw_markers, ink
from .under import Under, Views, strength, under_marker

MOST_VIEWS = 48
_AROUND = 0.45  # of a marker: its ground, on each side
_LIKE, _FAINT = 0.3, 0.25
_SOFT_RIM = 5


@dataclass(frozen=True, slots=True)
class Removed:
    """Frames without markers, where something was changed on a frame, and how each marker's texture is known, by number."""

    images: torch.Tensor
    changed: tuple[int, ...]
    how: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Look:
    """A marker on a frame: its box (left, top, right, low), paint, other markers beside it; how strongly it shows, signed."""

    box: tuple[int, int, int, int]
    cover: torch.Tensor
    tone: torch.Tensor
    beside: torch.Tensor
    shows: float
    like: float


def remove_markers(images: torch.Tensor, track: Track, markers: Markers, clean_image: torch.Tensor | None = None) -> Removed:
    """Take stamped markers out.

    Paint of Stamp Markers is thin: what is under it is calculated back, which gives each frame its own texture, light and grain;
    where that is louder than the grain beside the marker, the middle of many frames takes its place. Under paint that covers
    (a generator may have painted the markers anew), the texture is taken from frames that show the place without the marker,
    from `clean_image`, or filled in from around, in this order.

    Args:
        images: (T, H, W, 3|4) encoded sRGB; alpha passes.
        track: The plane that carries the markers.
        markers: What was stamped on it.
        clean_image: (1, h, w, 3|4), the picture from before the stamping, or None.

    Returns:
        A new batch; pixels that no marker touches are those of `images`, bit for bit. A refused track gives `images` itself.

    Raises:
        ValueError: Counts or sizes that do not belong together.
    """
    images = check_image(images, "images")
    wired(track, Track, "track").check_clip(len(images), images.shape[2], images.shape[1])
    wired(markers, Markers, "markers")
    clean = None if clean_image is None else check_image(clean_image, "clean_image")[:1, ..., :3]
    if track.refused or not markers.markers:
        return Removed(images, (), {})
    planes = [None if f.corners is None else homography(unit_square(), f.corners.array) for f in track.frames]
    tracked = [i for i, f in enumerate(track.frames) if f.state == "tracked"]
    chosen = [tracked[i] for i in np.unique(np.linspace(0, len(tracked) - 1, min(len(tracked), MOST_VIEWS)).astype(int))] \
        if tracked else []
    bar = runtime.Progress(len(images) + len(chosen) * len(markers.markers))
    out, changed, how = images.clone(), set(), {}
    known = {}
    for marker in markers.markers:
        found = _under(images, planes, chosen, markers, marker, track, clean, bar)
        if found is not None:
            known[marker.number], how[marker.number] = found, found[0].how
    for i, plane in enumerate(planes):
        bar.step()
        for marker in markers.markers:
            if plane is None or marker.number not in known:
                continue
            under, typical = known[marker.number]
            look = _look(images[i], plane, markers, marker)
            if look is None or look.like < _LIKE or abs(look.shows) < _FAINT * typical:
                continue
            _paint_out(out[i], images[i], look, plane, markers, marker, under)
            changed.add(i)
    return Removed(out if changed else images, tuple(sorted(changed)), how)


def _spot(markers: Markers, marker: Marker, around: float = _AROUND) -> np.ndarray:
    """Corners on the plane of a marker with its ground."""
    return np.array(marker.uv) + (unit_square() - 0.5) * np.array(markers.size_uv) * (1 + 2 * around)


def _look(frame: torch.Tensor, plane: np.ndarray, markers: Markers, marker: Marker) -> _Look | None:
    corners = transform(plane, _spot(markers, marker))
    if not np.isfinite(corners).all():
        return None
    low = np.clip(np.floor(corners.min(0)), 0, frame.shape[1::-1]).astype(int)
    high = np.clip(np.ceil(corners.max(0)), low, frame.shape[1::-1]).astype(int)
    if (high - low < 4).any():
        return None
    shape, at = (int(high[1] - low[1]), int(high[0] - low[0])), np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]]) @ plane
    cover, tone = draw_markers(markers.pattern, at, [marker.uv], markers.size_uv, shape, marker.number)
    if not bool((cover > 0.5).any()):
        return None
    beside = torch.zeros(shape)
    for other in markers.markers:
        if other is not marker and np.abs(np.subtract(other.uv, marker.uv) / markers.size_uv).max() < 1.5 + _AROUND:
            beside = torch.maximum(
                beside, draw_markers(markers.pattern, at, [other.uv], markers.size_uv, shape, other.number)[0])
    part = luma(frame[low[1]:high[1], low[0]:high[0], :3]).float().cpu()
    shows, like = strength(part.numpy(), (2 * tone - cover).numpy(), beside.numpy() < 0.01)
    return _Look((int(low[0]), int(low[1]), int(high[0]), int(high[1])), cover, tone, beside, shows, like)


def _washed(part: torch.Tensor, look: _Look, amount: float) -> torch.Tensor:
    """Linear light (h, w, 3) under the paint, if the paint is as it was stamped."""
    factor, offset = ink(look.cover, look.tone, torch.full(look.cover.shape, look.shows > 0), amount)
    return ((part - offset[..., None]) / factor[..., None]).clamp(0, 1)


def _under(images: torch.Tensor, planes: list, chosen: list[int], markers: Markers, marker: Marker, track: Track,
           clean: torch.Tensor | None, bar: runtime.Progress) -> tuple[Under, float] | None:
    """Texture under a marker, and how strongly it typically shows; None where no frame shows it."""
    looks = {}
    for i in chosen:
        bar.step()
        look = _look(images[i], planes[i], markers, marker)
        if look is not None:
            looks[i] = look
    shown = [abs(k.shows) for k in looks.values() if k.like >= _LIKE]
    if not shown:
        return None
    typical = float(np.median(shown))
    size, spot = _flat_shape(track, markers), _spot(markers, marker)
    flat = homography(spot, unit_square(*size))
    washed, bare = [], []
    for i, look in looks.items():
        left, top, right, low = look.box
        part = srgb_to_linear(images[i, top:low, left:right, :3].float().cpu())
        gone = look.like < _LIKE or abs(look.shows) < _FAINT * typical
        part = part if gone else _washed(part, look, markers.strength)
        view = _flattened(part, flat @ np.linalg.inv(planes[i]), look.box, size)
        if view is not None and not (gone and look.beside.max() > 0.5):
            (bare if gone else washed).append(view)
    shape = size[1], size[0]
    cover, tone = draw_markers(markers.pattern, flat, [marker.uv], markers.size_uv, shape, marker.number)
    ground = np.ones(size[::-1], bool) & (cover.numpy() < 0.01)
    for other in markers.markers:
        if other is not marker:
            beside = draw_markers(markers.pattern, flat, [other.uv], markers.size_uv, shape, other.number)[0]
            ground &= beside.numpy() < 0.01
    before = None if clean is None else _of_clean(clean, markers, flat, size)
    stacks = [np.stack(part) if part else np.zeros((0, *size[::-1], 3), np.float32) for part in (washed, bare)]
    return under_marker(Views(stacks[0], stacks[1], before, (2 * tone - cover).numpy(), ground), typical), typical


def _flat_shape(track: Track, markers: Markers) -> tuple[int, int]:
    """Width and height of a marker with its ground in the flat plane."""
    width, height = (np.array(flat_size(track)) * markers.size_uv * (1 + 2 * _AROUND)).round()
    return int(np.clip(width, 16, 512)), int(np.clip(height, 16, 512))


def _flattened(part: torch.Tensor, to_flat: np.ndarray, box: tuple[int, int, int, int],
               size: tuple[int, int]) -> np.ndarray | None:
    """A part of a frame in the flat plane (h, w, 3); None where the frame does not hold all of it."""
    covered = torch.cat((part, torch.ones_like(part[..., :1])), dim=-1)[None]
    from_box = to_flat @ np.array([[1, 0, box[0]], [0, 1, box[1]], [0, 0, 1.0]])
    drawn = warp(covered, from_box, size[1], size[0], samples=1)[0].numpy()
    return drawn[..., :3] if drawn[..., 3].mean() > 0.98 else None


def _of_clean(clean: torch.Tensor, markers: Markers, flat: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    scale = np.divide((clean.shape[2], clean.shape[1]), markers.frame_size)
    plane = homography(unit_square(), markers.corners.array * scale)
    return warp(srgb_to_linear(clean.float().cpu()), flat @ np.linalg.inv(plane), size[1], size[0], samples=1)[0].numpy()


def _paint_out(target: torch.Tensor, frame: torch.Tensor, look: _Look, plane: np.ndarray, markers: Markers, marker: Marker,
               under: Under) -> None:
    """Put the texture under one marker into a frame."""
    left, top, right, low = look.box
    part = (slice(top, low), slice(left, right))
    current = srgb_to_linear(frame[part][..., :3].float().cpu())
    size = under.texture.shape[1::-1]
    to_box = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]) @ plane @ homography(unit_square(*size), _spot(markers, marker))
    texture = warp(torch.from_numpy(under.texture.astype(np.float32))[None], to_box, low - top, right - left, samples=2)[0]
    ground = ((look.cover < 0.01) & (look.beside < 0.01) & (texture.sum(-1) > 0))[..., None]
    gain = (current * ground).sum((0, 1)) / (texture * ground).sum((0, 1)).clamp_min(1e-6)
    texture = linear_to_srgb((texture * gain.clamp(0.25, 4)).clamp(0, 1))
    amount = (look.cover > 0.001).float()[..., None]
    if under.carried:
        own = linear_to_srgb(_washed(current, look, markers.strength))
        grain = float((linear_to_srgb(current) - texture)[ground.expand_as(texture)].std()) if bool(ground.any()) else 0.0
        louder = float((own - texture)[(look.cover > 0.01)[..., None].expand_as(texture)].std())
        share = min(1.0, 1.25 * grain / max(louder, 1e-6))
        new = texture + (own - texture) * share
    else:
        wide = cv2.dilate((look.cover > 0.05).float().numpy(), np.ones((_SOFT_RIM, _SOFT_RIM), np.uint8))
        amount, new = torch.from_numpy(cv2.GaussianBlur(wide, (0, 0), 0.7))[..., None] * (look.beside < 0.01)[..., None], texture
    rgb = target[part][..., :3]
    target[part][..., :3] = torch.where(amount > 0, rgb + (new.to(rgb) - rgb) * amount.to(rgb), rgb)
