"""Does the clip begin, or end, on its keyframe? Index first, then geometry, then light and colour, then sharpness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...image.flow import FlowPair, along, flow_both_ways
from ...image.layout import resize
from ...image.opencv import cv2
from ...wires.report import Finding
from ..join.pair import Proxy, cell_grid, make_proxy
from ..profile import Profile
from .anchor_light import judge_detail, judge_light
from .register import Lie, register

OFFSETS = 5  # places searched for the keyframe: generators drop or add frames at the ends
_ANOTHER = 0.4  # share without a counterpart from which a frame is another picture


@dataclass(frozen=True, slots=True)
class Anchor:
    """A keyframe beside the frame it belongs to.

    Attributes:
        which: `first` or `last`.
        findings: Verdicts of `anchor.<which>.*`.
        frame: 0-based frame that was judged.
        key_rgb: Keyframe at working size (h, w, 3), uint8.
        frame_rgb: Frame at working size, uint8.
        measured: Numbers for the report: shift in working pixels, turn in degrees, zoom, light and contrast in percent.
    """

    which: str
    findings: tuple[Finding, ...]
    frame: int
    key_rgb: np.ndarray
    frame_rgb: np.ndarray
    measured: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A frame beside the keyframe: flow from it to there, the whole's part of that, and what still differs, levels."""

    flow: FlowPair
    lie: Lie
    off: float


def _fit(frame: np.ndarray, key: np.ndarray) -> _Fit:
    flow = flow_both_ways(frame, key)
    lie = register(frame, key, flow)
    return _Fit(flow, lie, _difference(along(key.astype(np.float32), lie.flow), frame))


def _difference(a: np.ndarray, b: np.ndarray) -> float:
    """Mean difference of two lumas, levels, fine detail and light left out."""
    a, b = (cv2.resize(p, (128, 128), interpolation=cv2.INTER_AREA).astype(np.float32) for p in (a, b))
    return float(np.abs((b - b.mean()) / (b.std() + 1) * (a.std() + 1) - (a - a.mean())).mean())


def _placed(key: np.ndarray, near: Sequence[np.ndarray]) -> tuple[int, _Fit]:
    """Which frame the keyframe is, and how it lies there.

    Another than the first only where it fits clearly better as it lies, and the first does not fit better once it is moved.
    """
    off, first = [_difference(key, c) for c in near], _fit(near[0], key)
    best = int(np.argmin(off))
    if off[best] < 0.6 * off[0] and off[0] - off[best] > 1.0:
        other = _fit(near[best], key)
        if other.off <= 1.3 * first.off + 0.3:
            return best, other
    return 0, first


def judge_anchor(which: str, keyframe: torch.Tensor, near: Sequence[Proxy], size: tuple[int, int], length: int,
                 profile: Profile) -> Anchor:
    """Compare a keyframe with the clip's end.

    Args:
        which: `first` or `last`.
        keyframe: (h, w, 3|4), encoded sRGB 0..1; resized to the clip's frames where its size is another.
        near: The clip's first frames in order, or its last ones from the end backwards.
        size: Width and height of the clip's frames.
        length: Frames of the clip.
        profile: Limits; its dead band is left out of what is judged of levels.
    """
    working = near[0].luma.shape[::-1]
    resized = tuple(keyframe.shape[1::-1]) != size
    key = make_proxy(resize(keyframe[None, ..., :3], size[1], size[0])[0], working)
    offset, fit = _placed(key.luma, [p.luma for p in near])
    number, frame, flow, lie = offset if which == "first" else length - 1 - offset, near[offset], fit.flow, fit.lie
    onto = along(key.rgb.astype(np.float32), flow.forward)
    light, measured = judge_light(which, number, frame.rgb.astype(np.float32), onto, flow.valid, profile)
    findings = [_geometry(which, offset, number, flow, lie, frame, profile, size), *light,
                judge_detail(which, number, frame.sharpness - key.sharpness, resized, profile)]
    measured |= {"offset": offset, "shift_x_px": lie.shift[0], "shift_y_px": lie.shift[1], "turn_degrees": lie.turn,
                 "zoom": lie.zoom}
    return Anchor(which, tuple(findings), number, key.rgb, frame.rgb, measured)


def _geometry(which: str, offset: int, number: int, flow: FlowPair, lie: Lie, frame: Proxy, profile: Profile,
              size: tuple[int, int]) -> Finding:
    check, limit, name = f"anchor.{which}.geometry", profile["anchor.geometry"], f"the {which} keyframe"
    if offset:
        return _misplaced(check, which, offset, number)
    lost = 1 - float(flow.valid.mean())
    if lost > _ANOTHER:
        words = f"Frame {number} is another picture than {name}: {lost:.0%} of it has no counterpart."
        return Finding(check, "fail", words, round(lost, 3), "share", _ANOTHER, [number],
                       suggestion="Check that the right keyframe is wired; if it is, regenerate the clip from it.")
    whole = float(np.sqrt((lie.flow**2).sum(-1).mean()))
    local, box = _local(flow, lie, frame, size)
    value = max(whole, local)
    verdict = limit.judge(value)
    if verdict == "pass":
        return Finding(check, "pass", f"Frame {number} lies on {name} within {max(value, 0.1):.1f} px.", round(value, 3),
                       limit.unit, limit.warn, [number])
    if whole >= local:
        words, box, advice = f"Frame {number} lies {_lies(lie)} {name}.", None, "Shift or scale the clip back onto the keyframe"
    else:
        words = f"Parts of frame {number} lie {local:.1f} px (at 480 px width) off {name}, most in the marked box."
        advice = "Regenerate with a stronger hold on the keyframe"
    return Finding(check, verdict, words, round(value, 3), limit.unit, limit.fail if verdict == "fail" else limit.warn, [number],
                   box=box, suggestion=f"{advice}, or put the keyframe itself in place of this frame.")


def _misplaced(check: str, which: str, offset: int, number: int) -> Finding:
    plural, end = "s" * (offset > 1), "before it" if which == "first" else "behind it"
    drop = {"clip": "clip", "at": 0 if which == "first" else number + 1, "count": offset}
    words = f"The {which} keyframe is frame {number}: {offset} frame{plural} lie{'s' * (offset == 1)} {end}."
    return Finding(check, "fail", words, offset, "frames", 0, [number], drop=drop,
                   suggestion=f"Drop {offset} frame{plural} from the {'head' if which == 'first' else 'tail'} of the clip.")


def _lies(lie: Lie) -> str:
    """How the frame lies on the keyframe, in words."""
    (x, y), parts = lie.shift, []
    if abs(x) >= 0.1:
        parts.append(f"{abs(x):.1f} px to the {'right' if x > 0 else 'left'}")
    if abs(y) >= 0.1:
        parts.append(f"{abs(y):.1f} px {'lower' if y > 0 else 'higher'}")
    moved = " and ".join(parts) + (" (at 480 px width)" if parts else "")
    grown = f"{abs(lie.zoom - 1):.1%} {'larger' if lie.zoom > 1 else 'smaller'}" if abs(lie.zoom - 1) >= 0.001 else ""
    turned = f"turned by {abs(lie.turn):.1f} degrees" if abs(lie.turn) >= 0.05 else ""
    return ", ".join(part for part in (moved, grown, turned) if part) + " beside"


def _local(flow: FlowPair, lie: Lie, frame: Proxy, size: tuple[int, int]) -> tuple[float, list[float]]:
    """How far parts lie off beyond the whole, nine tenths of the believed cells below it, and the box of the worst cell."""
    rows, columns = cell_grid(*frame.luma.shape)
    beside = np.linalg.norm(flow.forward - lie.flow, axis=-1).astype(np.float32)
    speed = cv2.resize(beside, (columns, rows), interpolation=cv2.INTER_AREA)
    texture = np.abs(cv2.Laplacian(frame.luma, cv2.CV_32F))
    weight = cv2.resize(texture, (columns, rows), interpolation=cv2.INTER_AREA)
    believed = weight >= min(2.0, float(np.quantile(weight, 0.5)))
    row, column = np.unravel_index(int((speed * believed).argmax()), speed.shape)
    w, h = size[0] / columns, size[1] / rows
    return (float(np.quantile(speed[believed], 0.9)),
            [round(float(column) * w, 1), round(float(row) * h, 1), round(w, 1), round(h, 1)])
