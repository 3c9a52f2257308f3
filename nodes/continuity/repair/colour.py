"""A step of light and colour at a join, undone where it is and faded out behind it.

The map from one side's colours to the other's is fitted on pixels that the flow finds on both, paired by their place in time and
never by their looks. What the same fit says of neighbouring frames of one clip, where nothing steps, is taken off: that is the
light of the action, and the slope that any fit between noisy pixels loses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...image.flow import along, flow_both_ways, gray, shrink, working_size
from ...image.opencv import cv2

BIAS = 10.0  # levels of 255 that may be added to all colours
NORM = 0.15  # share of the spread of the picture's colours that the map may change
_RIDGE = 1e-3
_FLASH = 6  # frames within which light that comes back is a flash, not a step
_BACK, _OVER = 0.3, 0.1  # share of the step below which light is coming back, and below which it is back


@dataclass(frozen=True, slots=True)
class Map:
    """Colours c, in levels of 255, become `mean + shift + gain @ (c - mean)`; `spread` is what of them varies (3, 3)."""

    gain: np.ndarray
    shift: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    @property
    def bias(self) -> float:
        """What the map adds to all colours, levels: at black or at mid-grey, where it is less.

        A gain adds nothing at black and a change of contrast nothing at mid-grey; `norm` is what bounds these two.
        """
        return min(float(np.abs(self.at(level) - level).max()) for level in (0.0, 127.5))

    def at(self, level: float) -> np.ndarray:
        """Colour that a grey of `level` becomes."""
        return self.mean + self.shift + self.gain @ (level - self.mean)

    @property
    def norm(self) -> float:
        """Change of the picture's colours round their mean, as a share of their own spread."""
        off = self.gain - np.eye(3)
        return float(np.sqrt(np.trace(off @ self.spread @ off.T) / max(float(np.trace(self.spread)), 1e-9)))

    def without(self, usual: Sequence[Map]) -> Map:
        """The map less what is usual (the median of several, taken at this one's mean)."""
        if not usual:
            return self
        gain = np.median([u.gain - np.eye(3) for u in usual], axis=0)
        shift = np.median([u.shift + (u.gain - np.eye(3)) @ (self.mean - u.mean) for u in usual], axis=0)
        return Map(self.gain - gain, self.shift - shift, self.mean, self.spread)

    def applied(self, frame: torch.Tensor, share: float) -> torch.Tensor:
        """`share` of the map on encoded colours (H, W, 3|4), 0..1; alpha stays."""
        mean, gain, shift = (torch.as_tensor(v, dtype=frame.dtype, device=frame.device) for v in
                             (self.mean / 255, np.eye(3) + share * (self.gain - np.eye(3)), share * self.shift / 255))
        out = frame.clone()
        out[..., :3] = ((frame[..., :3] - mean) @ gain.T + mean + shift).clamp(0, 1)
        return out


def fit_map(frame: torch.Tensor, wanted: torch.Tensor) -> Map | None:
    """Fit the map that gives `frame` the colours of `wanted`, both (H, W, 3|4), on what both show; None if that is too little."""
    size = working_size(frame.shape[1], frame.shape[0])
    source, target = shrink(frame, size), shrink(wanted, size)
    flow = flow_both_ways(gray(target), gray(source))
    b, a = along(source.astype(np.float32), flow.forward), target.astype(np.float32)
    b, a = (cv2.blur(c, (3, 3)) for c in (b, a))  # half a pixel beside an edge says nothing about light
    luma = a.mean(-1)
    use = flow.valid & (a.max(-1) < 250) & (b.max(-1) < 250) & (luma > 6)
    if use.mean() < 0.05:
        return None
    a, b = a[use], b[use]
    off = np.abs(a - b * ((a + 1).sum(-1) / (b + 1).sum(-1)).mean()).max(-1)
    keep = off <= np.quantile(off, 0.8)
    found = _solve(b[keep], a[keep])
    off = np.abs(a - (found.mean + found.shift + (b - found.mean) @ found.gain.T)).max(-1)
    keep = off <= np.quantile(off, 0.8)  # judged beside the map: beside no change the bright pixels of a gain would be lost
    return _solve(b[keep], a[keep])


def _solve(b: np.ndarray, a: np.ndarray) -> Map:
    mean = b.mean(0, dtype=np.float64)
    shift = a.mean(0, dtype=np.float64) - mean
    db, da = b - mean, a - mean - shift
    spread = db.T @ db / len(b)
    ridge = _RIDGE * float(np.trace(spread)) + 1.0
    gain = (da.T @ db / len(b) + ridge * np.eye(3)) @ np.linalg.inv(spread + ridge * np.eye(3))
    return Map(gain, shift, mean, spread)


def find_step(near: Sequence[torch.Tensor], far: Sequence[torch.Tensor], same_time: bool) -> tuple[Map, int] | str:
    """What brings the frames at a join to the other side's colours.

    Args:
        near: First frames of the clip, counted from the join.
        far: Frames beyond it, counted from the join; with `same_time` a keyframe, which shows the same moment as `near[0]`.
        same_time: See `far`.

    Returns:
        The map at the join, and how many frames a flash lasts (0: the step stays); or a sentence that says why there is none.
    """
    step = fit_map(near[0], far[0])
    if step is None:
        return "Too little of the picture is found on both sides to compare colours."
    inner = [fit_map(near[i + 1], near[i]) for i in range(min(len(near) - 1, _FLASH + 1))]
    usual = [] if same_time else [fit_map(far[i], far[i + 1]) for i in range(min(len(far) - 1, 3))]
    outer = [m for m in usual if m is not None]
    first = step.without(outer)
    length = _flash(first, inner, outer)
    if length:
        return first, length
    return step.without([] if same_time else outer + [m for m in inner[:3] if m is not None]), 0


def _flash(step: Map, inner: Sequence[Map | None], outer: Sequence[Map]) -> int:
    """Frames until the light is back where it was before the join, 0 where it stays away."""
    lift = float(step.shift.mean())
    usual = float(np.median([m.shift.mean() for m in outer])) if outer else 0.0
    if abs(lift) < 1.0:
        return 0
    left = [lift]
    for link in inner:
        if link is None:
            break
        left.append(left[-1] + float(link.shift.mean()) - usual)  # the link maps frame k + 1 to k: it adds what k + 1 lacks
    shares = np.abs(left[1:_FLASH + 1]) / abs(lift)
    if not len(shares) or shares.min() > _BACK:
        return 0
    over = np.flatnonzero(shares < _OVER)
    return int(over[0] if len(over) else shares.argmin()) + 1


def flash_shares(step: Map, near: Sequence[torch.Tensor], length: int) -> list[float]:
    """Share of the step that each frame of a flash carries."""
    lift, out = float(step.shift.mean()), [1.0]
    for k in range(length - 1):
        link = fit_map(near[k + 1], near[k])
        out.append(out[-1] + (float(link.shift.mean()) / lift if link else 0.0))
    return [float(np.clip(s, 0, 1.2)) for s in out]


def fading(reach: int) -> list[float]:
    """Shares of a correction over `reach` frames: whole at the join, nothing behind them, level at both ends (a Hermite ramp)."""
    t = np.arange(reach) / reach
    return [float(v) for v in 1 - t * t * (3 - 2 * t)]
