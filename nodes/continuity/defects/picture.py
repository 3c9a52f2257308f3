"""Defects that change the pictures behind a join: their light, their detail, where things lie. Severity 1 is the usual amount."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ...image.layout import join_alpha, luma, split_alpha
from ...image.opencv import cv2

Box = tuple[int, int, int, int]
_SEED = 20240719
_PATCH = 48  # pixels of the square of the two local defects, unless a place is given
_EDGE = cv2.BORDER_REFLECT  # of BORDER_REFLECT_101 cubic warps of OpenCV 5 do not return where a side is one pixel


def _on_colour(frames: torch.Tensor, change: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    rgb, alpha = split_alpha(frames)
    return join_alpha(change(rgb).clamp(0, 1), alpha)


def _on_each(frames: torch.Tensor, change: Callable[[np.ndarray], np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack([change(frame.cpu().numpy()) for frame in frames])).clamp(0, 1).to(frames)


def _gains(frames: torch.Tensor, red: float, blue: float) -> torch.Tensor:
    return torch.tensor((1 + red, 1.0, 1 + blue), dtype=frames.dtype, device=frames.device)


def _saturated(rgb: torch.Tensor, factor: float) -> torch.Tensor:
    grey = luma(rgb)[..., None]
    return grey + (rgb - grey) * factor


def _exposure(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    return _on_colour(frames, lambda c: c * (1 + 0.02 * s)), f"{2 * s:g} % brighter code values"


def _flash(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    gains = torch.ones(len(frames), 1, 1, 1, dtype=frames.dtype, device=frames.device)
    for i, gain in enumerate((0.08, 0.05, 0.02)[:len(frames)]):
        gains[i] += gain * s
    return torch.where(gains > 1, _on_colour(frames, lambda c: c * gains), frames), f"flash of {8 * s:g}, {5 * s:g}, {2 * s:g} %"


def _temperature(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    gains = _gains(frames, 0.03 * s, -0.03 * s)
    return _on_colour(frames, lambda c: c * gains), f"red +{3 * s:g} %, blue -{3 * s:g} %"


def _saturation(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    return _on_colour(frames, lambda c: _saturated(c, 1 + 0.15 * s)), f"saturation +{15 * s:g} %"


def _contrast(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    return _on_colour(frames, lambda c: (c - 128 / 255) * (1 + 0.1 * s) + 128 / 255), f"contrast +{10 * s:g} %"


def _light_gradient(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    gains = torch.linspace(1 - 0.1 * s, 1 + 0.1 * s, frames.shape[2], dtype=frames.dtype, device=frames.device).clamp(min=0)
    return _on_colour(frames, lambda c: c * gains[:, None]), f"{10 * s:g} % darker at the left edge, brighter at the right"


def _local_colour(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    gains = _gains(frames, 0.1 * s, -0.1 * s)
    changed = _on_colour(frames, lambda c: _saturated((c * gains).clamp(0, 1), 1 + 0.2 * s))
    return changed, f"red +{10 * s:g} %, blue -{10 * s:g} %, saturation +{20 * s:g} % in a part"


def _blur(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    return _on_each(frames, lambda f: cv2.GaussianBlur(f, (0, 0), max(s, 1e-3))), f"blur of {s:g} px"


def _grain(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    make = torch.Generator().manual_seed(_SEED)
    return _on_colour(frames, lambda c: c + torch.randn(c.shape, generator=make).to(c) * 3 * s / 255), f"grain of {3 * s:g}/255"


def _warped(frames: torch.Tensor, matrix: np.ndarray) -> torch.Tensor:
    size = frames.shape[2], frames.shape[1]
    return _on_each(frames, lambda f: cv2.warpAffine(f, matrix, size, flags=cv2.INTER_CUBIC, borderMode=_EDGE))


def _shift(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    return _warped(frames, np.array([[1, 0, 2.0 * s], [0, 1, 0]])), f"{2 * s:g} px to the right"


def _zoom(frames: torch.Tensor, s: float) -> tuple[torch.Tensor, str]:
    height, width = frames.shape[1:3]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 0, 1 + 0.02 * s)
    return _warped(frames, matrix), f"{2 * s:g} % larger"


def _local_warp(frames: torch.Tensor, s: float, box: Box) -> tuple[torch.Tensor, str]:
    x, y = np.meshgrid(np.arange(frames.shape[2], dtype=np.float32), np.arange(frames.shape[1], dtype=np.float32))
    left, top, width, height = box
    bent = x.copy()
    bent[top:top + height, left:left + width] -= 2 * s * np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    warped = _on_each(frames, lambda f: cv2.remap(f, bent, y, cv2.INTER_CUBIC, borderMode=_EDGE))
    return warped, f"bent to the right, {2 * s:g} px at most"


_CHANGES: dict[str, Callable[[torch.Tensor, float], tuple[torch.Tensor, str]]] = {
    "exposure": _exposure, "flash": _flash, "temperature": _temperature, "saturation": _saturation, "contrast": _contrast,
    "blur": _blur, "grain": _grain, "shift": _shift, "zoom": _zoom, "local colour": _local_colour,
    "light gradient": _light_gradient}
_LOCAL = ("local colour", "local warp")


def _middle(height: int, width: int) -> Box:
    side = min(_PATCH, height, width)
    return (width - side) // 2, (height - side) // 2, side, side


def change_pictures(frames: torch.Tensor, defect: str, severity: float,
                    box: Box | None = None) -> tuple[torch.Tensor, str, Box | None]:
    """Put a defect of the picture into every frame.

    Args:
        frames: (B, H, W, 3|4), encoded sRGB 0..1, not changed.
        defect: One of `_CHANGES`, or `local warp`.
        severity: How many times the usual amount.
        box: Where it lies, x, y, width, height; without one the local defects lie in the middle, the others everywhere.

    Returns:
        The frames, what was done, and where it lies.
    """
    box = box or (_middle(*frames.shape[1:3]) if defect in _LOCAL else None)
    changed, amount = _local_warp(frames, severity, box) if defect == "local warp" and box else _CHANGES[defect](frames, severity)
    if box is None:
        return changed, amount, None
    left, top, width, height = box
    rows, columns = slice(top, top + height), slice(left, left + width)
    out = frames.clone()
    out[:, rows, columns] = changed[:, rows, columns]
    return out, amount, box
