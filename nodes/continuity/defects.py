"""Known defects put into a clip on purpose: a source to test a continuity check with.

A clip is cut at a join into a part A and a part B; the defect sits at the join. Severity 1 is the amount named in `DEFECTS`,
and scales with it. Values are encoded sRGB 0..1, as the defects of real clips are seen on display values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..image.layout import check_image, join_alpha, luma, split_alpha
from ..image.opencv import cv2
from ..wires.check import number, one_of

DEFECTS = ("exposure", "flash", "temperature", "saturation", "contrast", "blur", "grain", "duplicate", "freeze", "echo",
           "dropped",
           "speed", "reverse", "shift", "zoom", "local colour", "local warp", "hard cut")
_SEED = 20240719


@dataclass(frozen=True, slots=True)
class Injected:
    """Two parts of a clip with a defect between them, and what was done: sentence, number of frames, box in pixel areas."""

    before: torch.Tensor
    after: torch.Tensor
    amount: str
    count: int = 0
    box: tuple[int, int, int, int] | None = None


def _on_colour(after: torch.Tensor, change) -> torch.Tensor:
    rgb, alpha = split_alpha(after)
    return join_alpha(change(rgb).clamp(0, 1), alpha)


def _saturated(rgb: torch.Tensor, factor: float) -> torch.Tensor:
    grey = luma(rgb)[..., None]
    return grey + (rgb - grey) * factor


def _warped(after: torch.Tensor, matrix: np.ndarray) -> torch.Tensor:
    height, width = after.shape[1:3]
    frames = [cv2.warpAffine(f.cpu().numpy(), matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
              for f in after]
    return torch.from_numpy(np.stack(frames)).clamp(0, 1).to(after)


def _blurred(after: torch.Tensor, sigma: float) -> torch.Tensor:
    return torch.from_numpy(np.stack([cv2.GaussianBlur(f.cpu().numpy(), (0, 0), sigma) for f in after])).to(after)


def _flash(after: torch.Tensor, severity: float) -> torch.Tensor:
    out = after.clone()
    for i, gain in enumerate((0.08, 0.05, 0.02)[:len(after)]):
        out[i] = _on_colour(after[i], lambda rgb, gain=gain: rgb * (1 + gain * severity))
    return out


def _square(after: torch.Tensor, side: int = 48) -> tuple[slice, slice, tuple[int, int, int, int]]:
    height, width = after.shape[1:3]
    side = min(side, height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return slice(top, top + side), slice(left, left + side), (left, top, side, side)


def _local_colour(after: torch.Tensor, severity: float) -> tuple[torch.Tensor, tuple]:
    rows, columns, box = _square(after)
    gains = torch.tensor((1 + 0.1 * severity, 1.0, 1 - 0.1 * severity), dtype=after.dtype, device=after.device)
    out = after.clone()
    out[:, rows, columns] = _on_colour(after[:, rows, columns], lambda rgb: _saturated((rgb * gains).clamp(0, 1),
        1 + 0.2 * severity))
    return out, box


def _local_warp(after: torch.Tensor, pixels: float) -> tuple[torch.Tensor, tuple]:
    rows, columns, box = _square(after)
    height, width = after.shape[1:3]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    reach = np.zeros((height, width), np.float32)
    reach[rows, columns] = np.outer(np.hanning(box[3] + 2)[1:-1], np.hanning(box[2] + 2)[1:-1])
    frames = [cv2.remap(f.cpu().numpy(), x - pixels * reach, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
              for f in after]
    return torch.from_numpy(np.stack(frames)).clamp(0, 1).to(after), box


def _in_time(before: torch.Tensor, after: torch.Tensor, defect: str, severity: float) -> Injected:
    count = max(1, round({"duplicate": 1, "freeze": 4, "echo": 3, "dropped": 2}.get(defect, 1) * severity))
    if defect in ("duplicate", "freeze"):
        held = before[-1:].expand(count, -1, -1, -1)
        return Injected(before, torch.cat((held, after)), f"last frame repeated {count} times", count)
    if defect == "echo":
        count = min(count, len(before))
        return Injected(before, torch.cat((before[-count:], after)), f"last {count} frames played again", count)
    if defect == "dropped":
        count = min(count, len(before) - 1)
        return Injected(before[:len(before) - count], after, f"{count} frames missing", count)
    if defect == "speed":
        picks = np.round(np.arange(len(before) - 1, -1, -2.0 * severity)).astype(int)[::-1]
        return Injected(before[torch.from_numpy(picks.copy())], after, f"first part {2 * severity:g} times as fast", len(picks))
    if len(before) < 2:
        raise ValueError("expected at least 2 frames before the join, got 1: give a longer clip")
    return Injected(before, before[:-1].flip(0), "second part plays backwards", len(before) - 1)


def split_and_inject(images: torch.Tensor, join: int, defect: str, severity: float = 1.0,
                     other: torch.Tensor | None = None) -> Injected:
    """Cut `images` at `join` and put one defect between the parts.

    Args:
        images: (B, H, W, 3|4), encoded sRGB 0..1, not changed.
        join: First frame of the second part, 1 to B - 1.
        defect: One of `DEFECTS`, or `none`.
        severity: 1 is the amount that the contract names; above 0.
        other: Clip to cut to, for `hard cut`; without one the second part is mirrored and played backwards.

    Raises:
        ValueError: An unknown defect, or a join outside the clip.
    """
    check_image(images)
    if not 1 <= join < len(images):
        raise ValueError(f"expected a join between 1 and {len(images) - 1}, got {join}: give a clip of at least 2 frames")
    one_of(defect, (*DEFECTS, "none"), "defect")
    number(severity, "severity", 0, 1000)
    before, after, s = images[:join], images[join:], severity
    if defect in ("duplicate", "freeze", "echo", "dropped", "speed", "reverse"):
        return _in_time(before, after, defect, s)
    height, width = images.shape[1:3]
    gains = torch.tensor((1 + 0.03 * s, 1.0, 1 - 0.03 * s), dtype=images.dtype, device=images.device)
    if defect == "hard cut":
        cut = after.flip(0, 2) if other is None else other
        return Injected(before, cut, "another picture after the join")
    if defect in ("local colour", "local warp"):
        changed, box = _local_colour(after, s) if defect == "local colour" else _local_warp(after, 2.0 * s)
        return Injected(before, changed, f"{box[2]} px square changed", box=box)
    noise = torch.Generator().manual_seed(_SEED)
    zoom = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 0, 1 + 0.02 * s)
    makers = {
        "none": lambda: (after, "nothing"),
        "exposure": lambda: (_on_colour(after, lambda c: c * (1 + 0.02 * s)), f"{2 * s:g} % brighter code values"),
        "flash": lambda: (_flash(after, s), f"flash of {8 * s:g}, {5 * s:g}, {2 * s:g} %"),
        "temperature": lambda: (_on_colour(after, lambda c: c * gains), f"red +{3 * s:g} %, blue -{3 * s:g} %"),
        "saturation": lambda: (_on_colour(after, lambda c: _saturated(c, 1 + 0.15 * s)), f"saturation +{15 * s:g} %"),
        "contrast": lambda: (_on_colour(after, lambda c: (c - 128 / 255) * (1 + 0.1 * s) + 128 / 255), f"contrast +{10 * s:g} %"),
        "blur": lambda: (_blurred(after, max(s, 1e-3)), f"blur of {s:g} px"),
        "grain": lambda: (_on_colour(after, lambda c: c + torch.randn(c.shape, generator=noise).to(c) * 3 * s / 255),
                          f"grain of {3 * s:g}/255"),
        "shift": lambda: (_warped(after, np.array([[1, 0, 2.0 * s], [0, 1, 0]])), f"{2 * s:g} px to the right"),
        "zoom": lambda: (_warped(after, zoom), f"{2 * s:g} % larger"),
    }
    changed, amount = makers[defect]()
    return Injected(before, changed, amount)


def truth_of(injected: Injected, defect: str, severity: float) -> dict:
    """What was done, as plain values: `join` is the first frame behind the join in the joined clip."""
    return {"defect": defect, "severity": severity, "amount": injected.amount, "join": len(injected.before),
            "count": injected.count, "box": injected.box}
