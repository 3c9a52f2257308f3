"""Markers painted onto a surface, so that a generated clip has something to track there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.layout import check_image, from_uint8, join_alpha, luma, split_alpha
from ..image.opencv import cv2
from ..image.warp import homography, transform, unit_square, warp
from ..wires.check import number, one_of
from ..wires.markers import Marker, Markers
from ..wires.quad import Quad

PATTERNS = ("cross", "dot", "checker corner")
SMALLEST_KEPT = 24.0
LIGHT_GROUND = 0.32
_TILE = 128
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


def pattern_tile(pattern: str) -> np.ndarray:
    """A marker as uint8 (128, 128, 2): coverage, and tone (0 takes the ink, 255 the counter-ink).

    Raises:
        ValueError: The pattern is not known.
    """
    one_of(pattern, PATTERNS, "pattern")
    cover, tone = np.zeros((_TILE, _TILE), np.uint8), np.zeros((_TILE, _TILE), np.uint8)
    middle, wide = _TILE // 2, round(0.13 * _TILE)
    if pattern == "cross":
        cover[middle - wide : middle + wide, 4:-4] = 255
        cover[4:-4, middle - wide : middle + wide] = 255
    else:
        scale = 1 << 4
        centre = int((middle - 0.5) * scale), int((middle - 0.5) * scale)
        cv2.circle(cover, centre, int((_TILE / 2 - 3) * scale), 255, -1, cv2.LINE_AA, 4)
        if pattern == "checker corner":
            tone[:middle, middle:] = tone[middle:, :middle] = 255
    return np.stack([cover, tone], axis=-1)


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
    if count < 4:
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
    tile = from_uint8(pattern_tile(pattern))[None]
    inset = (0.75 * size_px / width, 0.75 * size_px / height)
    places = layout(count, *inset)
    plane = homography(unit_square(), quad.array)
    cover, tone = _draw(tile, plane, places, (size_px / width, size_px / height), (image.shape[1], image.shape[2]))
    if not bool((cover > 0.01).any()):
        raise ValueError("expected a surface inside the picture, got corners outside of it: move them in")
    rgb, alpha = split_alpha(image)
    centres = transform(plane, np.array(places))
    painted = join_alpha(_paint(rgb, cover.to(rgb), tone.to(rgb), centres, size_px, strength), alpha)
    markers = tuple(
        Marker(i, uv, (float(x), float(y))) for i, (uv, (x, y)) in enumerate(zip(places, centres, strict=True))
    )
    size = (image.shape[2], image.shape[1])
    return Stamped(
        painted,
        cover.to(image.device).expand(len(image), -1, -1).clone(),
        Markers(pattern, size, quad, size_px, strength, markers),
    )


def _draw(
    tile: torch.Tensor,
    plane: np.ndarray,
    places: list[tuple[float, float]],
    size_uv: tuple[float, float],
    shape: tuple[int, int],
) -> tuple[torch.Tensor, torch.Tensor]:
    """Coverage and tone (H, W) of all markers, drawn through the plane's own perspective."""
    cover, tone = torch.zeros(shape), torch.zeros(shape)
    for u, v in places:
        spot = np.array([u, v]) + (unit_square() - 0.5) * size_uv
        corners = transform(plane, spot)
        low = np.clip(np.floor(corners.min(0)) - 1, 0, (shape[1] - 1, shape[0] - 1)).astype(int)
        high = np.clip(np.ceil(corners.max(0)) + 1, low + 1, (shape[1], shape[0])).astype(int)
        drawn = warp(
            torch.cat([tile[..., :1], tile[..., :1] * tile[..., 1:]], dim=-1),
            homography(unit_square(_TILE, _TILE), corners - low),
            int(high[1] - low[1]),
            int(high[0] - low[0]),
            samples=8,
        )[0]
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        cover[part] = torch.maximum(cover[part], drawn[..., 0])
        tone[part] = torch.maximum(tone[part], drawn[..., 1])
    return cover.clamp(0, 1), tone.clamp(0, 1)


def _paint(rgb: torch.Tensor, cover: torch.Tensor, tone: torch.Tensor, centres: np.ndarray, size_px: float,
           strength: float) -> torch.Tensor:
    """Mix ink into the picture in linear light: the surface's own low frequencies times a factor, so that shading stays."""
    out, share = rgb.clone(), cover[..., None]
    main, other = (cover - tone).clamp_min(0)[..., None], torch.minimum(tone, cover)[..., None]
    for frame in out:
        blurred = cv2.GaussianBlur(frame.detach().cpu().numpy(), (0, 0), max(1.0, size_px * 0.6))
        shade = torch.from_numpy(blurred).to(frame)
        light_ground = _grounds(luma(shade), centres, size_px)[..., None]
        shade = srgb_to_linear(shade)
        dark, bright = shade * (1 - 0.93 * strength), shade + (0.9 - shade).clamp_min(0) * 0.8 * strength
        ink, counter = torch.where(light_ground, dark, bright), torch.where(light_ground, bright, dark)
        mixed = linear_to_srgb(srgb_to_linear(frame) * (1 - share) + ink * main + counter * other).clamp(0, 1)
        frame[:] = torch.where(share > 0, mixed, frame)
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
