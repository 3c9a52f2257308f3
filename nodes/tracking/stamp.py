"""Markers painted onto a surface, so that a generated clip has something to track there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.layout import check_image, from_uint8, join_alpha, luma, split_alpha
from ..image.opencv import cv2
from ..image.warp import homography, transform, unit_square, warp
from ..wires.check import number
from ..wires.markers import Marker, Markers
from ..wires.quad import Quad
from .marker_looks import looks
from .patterns import TAG, TAGS, TILE, pattern_tile

LIGHT_GROUND = 0.5  # encoded luma above which dark ink stands out more than bright ink
DARKEST, BRIGHTEST, OPAQUE = 0.07, 0.9, 0.8  # of full strength: light through dark ink; bright ink, its share of the mix
_LEANS = (0.0, 0.11, -0.07, 0.16)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A picture with markers: `image` (B, H, W, C), `mask` (B, H, W) where they are, `markers`."""

    image: torch.Tensor
    mask: torch.Tensor
    markers: Markers


def layout(count: int, inset_u: float, inset_v: float) -> list[tuple[float, float]]:
    """Centres (u, v) 0..1 of `count` markers around a plane's rim, its middle left free for a graphic.

    The four corners come first (TL, TR, BR, BL), then markers along the edges. Each edge leans its markers another way, and one
    marker stands a little inside, so that no turn and no mirror takes the layout onto itself.
    """
    corners = np.array([[inset_u, inset_v], [1 - inset_u, inset_v], [1 - inset_u, 1 - inset_v], [inset_u, 1 - inset_v]])
    places = [(float(u), float(v)) for u, v in corners[:count]]
    rest = max(0, count - 4)
    for edge in range(4):
        share = rest // 4 + (edge < rest % 4)
        a, b = corners[edge], corners[(edge + 1) % 4]
        for k in range(share):
            at = (k + 1) / (share + 1) + _LEANS[edge] / (share + 1)
            u, v = a + (b - a) * at
            places.append((float(u), float(v)))
    if rest:
        u, v = places[4]
        places[4] = u, v + min(0.6 * inset_v, 0.1)
    return places


def stamp_markers(
    image: torch.Tensor, quad: Quad, *, pattern: str, count: int, size_px: float, strength: float
) -> Stamped:
    """Paint markers around the rim of a plane.

    Args:
        image: (B, H, W, 3|4) encoded sRGB; alpha passes.
        quad: The plane, pixel areas.
        pattern: One of `PATTERNS`.
        count: How many, 4 or more.
        size_px: Width of a marker in pixels of the picture, where the plane is seen from the front.
        strength: 0..1, share of the possible contrast against the surface; its shading is kept.

    Returns:
        A new batch, where the markers are, and the markers.

    Raises:
        ValueError: The plane is too small for markers of that size, or lies outside the picture.
    """
    image = check_image(image, "image").float()
    if not 4 <= count <= TAGS:
        raise ValueError(f"expected count of 4 or more markers, got {count}: set it to 4 or more")
    number(size_px, "size_px", 1, 4096)
    number(strength, "strength", 0, 1)
    top, right, low, left = quad.edge_lengths
    width, height = (top + low) / 2, (left + right) / 2
    if min(width, height) < 2.2 * size_px:
        raise ValueError(
            f"expected a surface at least {2.2 * size_px:.0f} px wide and high for markers of {size_px:g} px, "
            f"got {width:.0f} x {height:.0f}: choose smaller markers or a larger surface"
        )
    inset = (0.75 * size_px / width, 0.75 * size_px / height)
    places = layout(count, *inset)
    plane = homography(unit_square(), quad.array)
    cover, tone = draw_markers(pattern, plane, places, (size_px / width, size_px / height), (image.shape[1], image.shape[2]))
    if not bool((cover > 0.01).any()):
        raise ValueError("expected a surface inside the picture, got corners outside of it: move them in")
    rgb, alpha = split_alpha(image)
    centres = transform(plane, np.array(places))
    painted = join_alpha(_paint(rgb, cover.to(rgb), tone.to(rgb), centres, size_px, strength, always_dark=pattern == TAG), alpha)
    markers = tuple(
        Marker(i, uv, (float(x), float(y))) for i, (uv, (x, y)) in enumerate(zip(places, centres, strict=True))
    )
    made = Markers(pattern, (image.shape[2], image.shape[1]), quad, size_px, strength, markers)
    return Stamped(
        painted,
        cover.to(image.device).expand(len(image), -1, -1).clone(),
        replace(made, looks=looks(image[0], painted[0], made)),
    )


def draw_markers(
    pattern: str,
    plane: np.ndarray,
    places: list[tuple[float, float]],
    size_uv: tuple[float, float],
    shape: tuple[int, int],
    first: int = 0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Coverage and tone (H, W), 0..1, of markers drawn through their plane's perspective.

    Args:
        pattern: One of `PATTERNS`.
        plane: 3 × 3, from the unit square to pixel areas.
        places: Centres (u, v) on the plane.
        size_uv: Width and height of a marker on the plane.
        shape: Lines and pixels of the picture.
        first: Number of the first place, for tags.
    """
    cover, tone, tile = torch.zeros(shape), torch.zeros(shape), torch.zeros(0)
    for which, (u, v) in enumerate(places, first):
        if pattern == TAG or not len(tile):
            tile = from_uint8(pattern_tile(pattern, which))[None]
            tile = torch.cat([tile[..., :1], tile[..., :1] * tile[..., 1:]], dim=-1)
        corners = transform(plane, np.array([u, v]) + (unit_square() - 0.5) * size_uv)
        if not np.isfinite(corners).all():
            continue
        low = np.clip(np.floor(corners.min(0)) - 1, 0, (shape[1], shape[0])).astype(int)
        high = np.clip(np.ceil(corners.max(0)) + 1, low, (shape[1], shape[0])).astype(int)
        if (high <= low).any():
            continue
        drawn = warp(tile, homography(unit_square(TILE, TILE), corners - low), int(high[1] - low[1]), int(high[0] - low[0]),
                     samples=8)[0]
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        cover[part] = torch.maximum(cover[part], drawn[..., 0])
        tone[part] = torch.maximum(tone[part], drawn[..., 1])
    return cover.clamp(0, 1), tone.clamp(0, 1)


def ink(cover: torch.Tensor, tone: torch.Tensor, dark_first: torch.Tensor, strength: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Factor and offset (H, W) in linear light that the paint puts on a picture: `painted = clean * factor + offset`.

    It is thin paint: what is under it shows through, so that shading and grain of the surface stay, and so that it can be
    taken off again. `dark_first` (H, W) is true where the ink is the dark one and the counter-ink the bright one.
    """
    main, other = (cover - tone).clamp_min(0), torch.minimum(tone, cover)
    dark, bright = torch.where(dark_first, main, other), torch.where(dark_first, other, main)
    return 1 - dark * (1 - DARKEST) * strength - bright * OPAQUE * strength, bright * OPAQUE * BRIGHTEST * strength


def _paint(rgb: torch.Tensor, cover: torch.Tensor, tone: torch.Tensor, centres: np.ndarray, size_px: float,
           strength: float, *, always_dark: bool) -> torch.Tensor:
    """Lay ink over the pictures in linear light: dark on a light ground, bright on a dark one."""
    out = rgb.clone()
    for frame in out:
        blurred = cv2.GaussianBlur(frame.detach().cpu().numpy(), (0, 0), max(1.0, size_px * 0.6))
        light_ground = _grounds(luma(torch.from_numpy(blurred).to(frame)), centres, size_px) | always_dark
        factor, offset = ink(cover, tone, light_ground, strength)
        mixed = linear_to_srgb(srgb_to_linear(frame) * factor[..., None] + offset[..., None]).clamp(0, 1)
        frame[:] = torch.where(cover[..., None] > 0, mixed, frame)
    return out


def _grounds(level: torch.Tensor, centres: np.ndarray, size_px: float) -> torch.Tensor:
    """Where the ink is dark (H, W): around each marker that lies on a light ground."""
    light = torch.zeros(level.shape, dtype=torch.bool, device=level.device)
    height, width = level.shape
    for x, y in centres:
        at = min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)
        reach = int(size_px) + 2
        part = slice(max(0, at[0] - reach), at[0] + reach), slice(max(0, at[1] - reach), at[1] + reach)
        light[part] = bool(level[at] > LIGHT_GROUND)
    return light
