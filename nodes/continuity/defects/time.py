"""Defects that change which frames lie round a join: repeated, missing, backwards, black. Severity 1 is the usual amount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...image.layout import join_alpha, split_alpha

_SEED = 20240719
_COUNTS = {"duplicate": 1, "freeze": 4, "echo": 3, "dropped": 2, "black frame": 1, "garbage frame": 1, "frozen tail": 8,
           "keyframe offset": 1}
_BLEND = 3  # frames over which a hidden cut is blended
TIME = ("duplicate", "freeze", "echo", "dropped", "speed", "reverse", "hard cut", "black frame", "garbage frame", "frozen tail",
        "drift", "hidden cut", "keyframe offset")


@dataclass(frozen=True, slots=True)
class Injected:
    """Two parts of a clip with a defect between them, and what was done.

    Attributes:
        before: Frames up to the join.
        after: Frames behind it.
        amount: What was done, as words.
        frames: First and last frame that are at fault, counted over both parts.
        count: Frames that were added, taken or replaced; 0 where none were.
        box: Place in pixel areas: x, y, width, height.
    """

    before: torch.Tensor
    after: torch.Tensor
    amount: str
    frames: tuple[int, int]
    count: int = 0
    box: tuple[int, int, int, int] | None = None


def _repeated(before: torch.Tensor, after: torch.Tensor, count: int, defect: str) -> Injected:
    if defect == "echo":
        count = min(count, len(before))
        again, words = before[-count:], f"last {count} frames played again"
    else:
        again, words = before[-1:].expand(count, -1, -1, -1), f"last frame repeated {count} times"
    return Injected(before, torch.cat((again, after)), words, (len(before), len(before) + count - 1), count)


def _replaced(before: torch.Tensor, after: torch.Tensor, count: int, defect: str) -> Injected:
    count = min(count, len(after))
    rgb, alpha = split_alpha(after[:count])
    noise = torch.rand(rgb.shape, generator=torch.Generator().manual_seed(_SEED)).to(rgb)
    bad = join_alpha(torch.zeros_like(rgb) if defect == "black frame" else noise, alpha)
    words = f"{count} black" if defect == "black frame" else f"{count} of noise"
    return Injected(before, torch.cat((bad, after[count:])), words, (len(before), len(before) + count - 1), count)


def _frozen_tail(before: torch.Tensor, after: torch.Tensor, count: int) -> Injected:
    count = min(count, len(after) - 1)
    if count < 1:
        raise ValueError(f"expected at least 2 frames behind the join for a frozen tail, got {len(after)}: set join earlier")
    held = after[-count - 1:len(after) - count].expand(count, -1, -1, -1)
    end = len(before) + len(after)
    return Injected(before, torch.cat((after[:-count], held)), f"last {count} frames stand still", (end - count, end - 1), count)


def _drift(before: torch.Tensor, after: torch.Tensor, severity: float) -> Injected:
    whole = len(before) + len(after)
    gains = torch.linspace(1, 1 + 0.1 * severity, whole, dtype=before.dtype, device=before.device)[:, None, None, None]

    def brightened(part: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
        rgb, alpha = split_alpha(part)
        return join_alpha((rgb * gain).clamp(0, 1), alpha)

    return Injected(brightened(before, gains[:len(before)]), brightened(after, gains[len(before):]),
                    f"{10 * severity:g} % brighter code values from head to tail", (0, whole - 1))


def _keyframe_offset(before: torch.Tensor, after: torch.Tensor, count: int) -> Injected:
    whole = torch.cat((before, after))
    count = min(count, len(whole) - 1)
    head = whole[1:count + 1].flip(0)  # the shot runs towards its first frame, so that nothing else stands out
    return Injected(torch.cat((head, before)), after, f"{count} frames before the first", (0, count - 1), count)


def _other(after: torch.Tensor, other: torch.Tensor | None) -> torch.Tensor:
    return after.flip(0, 2) if other is None else other


def _hidden_cut(before: torch.Tensor, after: torch.Tensor, cut: torch.Tensor) -> Injected:
    count = min(_BLEND, len(after), len(cut))
    share = torch.arange(1, count + 1, dtype=after.dtype, device=after.device)[:, None, None, None] / (count + 1)
    blended = torch.lerp(after[:count], cut[:count].to(after), share)
    join = len(before)
    return Injected(before, torch.cat((blended, cut[count:])), f"another picture, blended in over {count} frames",
                    (join, join + count - 1), count)


def change_frames(before: torch.Tensor, after: torch.Tensor, defect: str, severity: float,
                  other: torch.Tensor | None = None) -> Injected:
    """Put a defect of `TIME` between two parts (B, H, W, 3|4); `other` is the clip that a cut goes to."""
    join, count = len(before), max(1, round(_COUNTS.get(defect, 1) * severity))
    if defect in ("duplicate", "freeze", "echo"):
        return _repeated(before, after, count, defect)
    if defect in ("black frame", "garbage frame"):
        return _replaced(before, after, count, defect)
    if defect == "frozen tail":
        return _frozen_tail(before, after, count)
    if defect == "drift":
        return _drift(before, after, severity)
    if defect == "keyframe offset":
        return _keyframe_offset(before, after, count)
    if defect == "hidden cut":
        return _hidden_cut(before, after, _other(after, other))
    if defect == "hard cut":
        return Injected(before, _other(after, other), "another picture after the join", (join - 1, join))
    if join < 2:
        raise ValueError("expected at least 2 frames before the join, got 1: give a longer clip or a later join")
    if defect == "dropped":
        count = min(count, join - 1)
        return Injected(before[:join - count], after, f"{count} frames missing", (join - count - 1, join - count), count)
    if defect == "speed":
        picks = np.round(np.arange(join - 1, -1, -2.0 * severity)).astype(int)[::-1]
        words = f"first part {2 * severity:g} times as fast"
        return Injected(before[torch.from_numpy(picks.copy())], after, words, (len(picks) - 1, len(picks)))
    return Injected(before, before[:-1].flip(0), "second part plays backwards", (join - 1, join), 0)
