"""A jump at a join: how far the picture lies from where its motion would have brought it, and frames warped back by that.

The jump is the flow over the join less the mean of the motion on both sides. Its part that the whole picture shares (shift, turn,
zoom, shear) is fitted and taken back everywhere; what single parts have beyond that is taken back where the flow is consistent.
Both fade out over the frames of the ramp, level at both ends, so that speed goes on too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...image.flow import FlowPair, along, flow_both_ways, gray, shrink, working_size
from ...image.opencv import cv2

_LARGEST = 24.0  # pixels at working size: beyond it the flow is another picture's
_SMOOTH = 6.0  # pixels at working size that a local jump is smoothed over
_NEAR = 0.05  # pixels by which two explanations of a jump must differ
_HELD = 0.3  # share of the largest change near by below which a frame repeats the one before


@dataclass(frozen=True, slots=True)
class Jump:
    """How a join moves what it should not.

    Attributes:
        whole: Affine part (2, 3) of the jump in shares of the width: displacement of (x, y, 1), both from the middle.
        local: What is left of it on the clip's first frame (h, w, 2), pixels at working size, 0 where it is not known.
        step: Motion over the join over the usual motion; 3 where two frames are missing.
        leaps: Whether a longer step of the usual motion explains the jump as well as a move of the whole picture does.
        back: Flow from the clip's first frame to the frame beyond the join, and where it is consistent.
    """

    whole: np.ndarray
    local: np.ndarray
    step: float
    leaps: bool
    back: FlowPair


def find_jump(near: Sequence[torch.Tensor], far: Sequence[torch.Tensor], same_time: bool) -> Jump | str:
    """Measure the jump between `far[0]` and `near[0]`, both counted from the join; a sentence where it cannot be told."""
    size = working_size(near[0].shape[1], near[0].shape[0])
    inner, outer = ([gray(shrink(f, size)) for f in side] for side in (near, far))
    join = flow_both_ways(inner[0], outer[0])
    usual, valid = [], join.valid
    if not same_time:
        inside, beyond = _motion(inner), _motion(outer)
        usual = [*([-inside] if inside is not None else []), *([along(beyond, join.forward)] if beyond is not None else [])]
    expected = np.mean(usual, axis=0) if usual else np.zeros_like(join.forward)
    jump = -(join.forward - expected)  # from where a point should be to where it is
    weight = valid * _texture(inner[0])
    if float(valid.mean()) < 0.25 or float(weight.sum()) < 1:
        return "Too little of the picture is found on both sides to tell how it jumps."
    whole, shared = _fit(jump, weight)
    local = np.clip(_smooth(jump - shared, weight), -_LARGEST, _LARGEST).astype(np.float32)
    if float(np.abs(shared).max()) > _LARGEST:
        return f"The picture lies more than {_LARGEST:.0f} px (at 480 px width) off: that is no jump but another place."
    along_it, power = (float((weight[..., None] * v * expected).sum()) for v in (join.forward, expected))
    step = along_it / power if power > 0.05 * weight.sum() else 1.0
    # the usual motion's own errors grow with the step; and in a pan both say the same
    leaps = _left(join.forward - step * expected, weight) < 1.5 * _left(jump - shared, weight) + _NEAR
    return Jump(whole, local, step, leaps, join)


def _left(field: np.ndarray, weight: np.ndarray) -> float:
    """What a model leaves of a jump, pixels: no pixel counts for more than four, for some have no counterpart at all."""
    return float((np.minimum(np.linalg.norm(field, axis=-1), 4.0) * weight).sum() / weight.sum())


def _motion(lumas: Sequence[np.ndarray]) -> np.ndarray | None:
    """Flow from the frame at the join to the next one of its clip that is no repeat of it."""
    changes = [float(cv2.absdiff(lumas[0], other).mean()) for other in lumas[1:5]]
    if not changes:
        return None
    at = next(i for i, c in enumerate(changes) if c >= _HELD * max(changes))
    return flow_both_ways(lumas[0], lumas[at + 1]).forward


def _texture(luma: np.ndarray) -> np.ndarray:
    x, y = (cv2.Sobel(luma, cv2.CV_32F, *order, scale=0.125) for order in ((1, 0), (0, 1)))
    strength = cv2.GaussianBlur(x * x + y * y, (0, 0), 3.0)
    return strength / (strength + 4.0)


def _places(height: int, width: int) -> np.ndarray:
    """Pixel centres from the middle in shares of the width, with a one behind them (h, w, 3)."""
    x, y = np.meshgrid((np.arange(width) + 0.5 - width / 2) / width, (np.arange(height) + 0.5 - height / 2) / width)
    return np.stack([x, y, np.ones_like(x)], -1)


def _fit(jump: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Affine part of a field by iterated weights 1 / (1 + (residual / 0.5 px)²): its numbers in widths, and the field."""
    width = jump.shape[1]
    places = _places(*weight.shape)
    rows, wanted, base = (v[::3, ::3].reshape(-1, n).astype(float) for v, n in ((places, 3), (jump / width, 2),
                                                                                  (weight[..., None], 1)))
    scale, found = base, np.zeros((3, 2))
    for _ in range(10):
        weighted = rows * scale
        found = np.linalg.solve(weighted.T @ rows + 1e-6 * base.sum() * np.diag((1, 1, 0)) + 1e-9 * np.eye(3),
                                weighted.T @ wanted)
        off = np.linalg.norm(wanted - rows @ found, axis=1, keepdims=True) * width
        scale = base / (1 + (off / 0.5) ** 2)
    return found.T, (places @ found * width).astype(np.float32)


def _smooth(field: np.ndarray, weight: np.ndarray) -> np.ndarray:
    share = cv2.GaussianBlur(weight.astype(np.float32), (0, 0), _SMOOTH)
    return cv2.GaussianBlur((field * weight[..., None]).astype(np.float32), (0, 0), _SMOOTH) / (share + 0.05)[..., None]


def warped(frame: torch.Tensor, displacement: np.ndarray) -> torch.Tensor:
    """Frame (H, W, C) taken at x + displacement(x), (H, W, 2) in its own pixels; Lanczos, mirrored at the border."""
    array = np.ascontiguousarray(frame.detach().cpu().numpy(), np.float32)
    height, width = array.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    out = cv2.remap(array, x + displacement[..., 0], y + displacement[..., 1], cv2.INTER_LANCZOS4,
                    borderMode=cv2.BORDER_REFLECT)
    return torch.from_numpy(out.reshape(array.shape)).clamp(0, 1).to(frame)


def whole_back(jump: Jump, frame: torch.Tensor, share: float) -> torch.Tensor:
    """Frame with `share` of the whole picture's jump taken back."""
    height, width = frame.shape[:2]
    field = (_places(height, width) @ jump.whole.T * width * share).astype(np.float32)
    return warped(frame, field)


def blended(jump: Jump, near: Sequence[torch.Tensor], far: torch.Tensor, shares: Sequence[float]) -> Mapping[int, torch.Tensor]:
    """First frames of the clip with their local jump taken back and the look of the frame beyond the join carried along.

    Each frame is followed back to the first one and over the join; only where that is consistent there and back something is
    taken back or blended.
    """
    height, width = near[0].shape[:2]
    size = working_size(width, height)
    first, beyond = gray(shrink(near[0], size)), np.ascontiguousarray(far[..., :3].detach().cpu().numpy(), np.float32)
    out: dict[int, torch.Tensor] = {}
    for k, share in enumerate(shares):
        here = gray(shrink(near[k], size))
        link = flow_both_ways(here, first)
        sure = (link.valid & (along(jump.back.valid.astype(np.float32), link.forward) > 0.9)).astype(np.float32)
        sure = cv2.GaussianBlur(cv2.erode(sure, np.ones((5, 5), np.uint8)), (0, 0), 3.0)
        local = _enlarged(along(jump.local, link.forward) * (share * sure)[..., None], width, height)
        moved = warped(near[k], local)
        over = _enlarged(link.forward + along(jump.back.forward, link.forward), width, height)
        look = along(beyond, over + local)
        mix = cv2.resize(share * sure, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
        picture = moved.clone()
        picture[..., :3] = moved[..., :3] + (torch.from_numpy(look).to(moved) - moved[..., :3]) * torch.from_numpy(mix).to(moved)
        out[k] = picture
    return out


def _enlarged(field: np.ndarray, width: int, height: int) -> np.ndarray:
    factor = np.array((width / field.shape[1], height / field.shape[0]), np.float32)
    return cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR) * factor
