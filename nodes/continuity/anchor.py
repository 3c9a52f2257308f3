"""Does the clip begin, or end, on its keyframe? Index first, then geometry, then light and colour, then sharpness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..image.colour import delta_e_2000, srgb_to_lab
from ..image.flow import FlowPair, along, flow_both_ways, gray, shrink, working_size
from ..image.layout import resize
from ..image.opencv import cv2
from ..wires.report import Finding
from .pair import cell_grid, fine_detail
from .profile import Profile

OFFSETS = 5  # places searched for the keyframe: generators drop or add frames at the ends


@dataclass(frozen=True, slots=True)
class Anchor:
    """A keyframe beside the frame it belongs to.

    Attributes:
        which: `first` or `last`.
        findings: Verdicts of `anchor.<which>.*`.
        frame: 0-based frame that was judged.
        key_rgb: Keyframe at working size (h, w, 3), uint8.
        frame_rgb: Frame at working size, uint8.
        moved: Displacement at each working pixel (h, w), pixels.
        changed: Difference of levels at each working pixel (h, w), the keyframe brought onto the frame, dead band taken out.
    """

    which: str
    findings: tuple[Finding, ...]
    frame: int
    key_rgb: np.ndarray
    frame_rgb: np.ndarray
    moved: np.ndarray
    changed: np.ndarray


def _soft(values: np.ndarray, band: float) -> np.ndarray:
    return np.sign(values) * np.maximum(np.abs(values) - band, 0)


def _best_offset(key: np.ndarray, candidates: Sequence[np.ndarray]) -> tuple[int, list[float]]:
    small = [cv2.resize(gray(c), (128, 128), interpolation=cv2.INTER_AREA).astype(np.float32) for c in (key, *candidates)]
    centred = [s - s.mean() for s in small]
    off = [float(np.abs(c - centred[0]).mean()) for c in centred[1:]]
    best = int(np.argmin(off))
    surely = off[best] < 0.6 * off[0] and off[0] - off[best] > 1.0
    return (best if surely else 0), off


def judge_anchor(which: str, keyframe: torch.Tensor, frames: Sequence[torch.Tensor], length: int, profile: Profile) -> Anchor:
    """Compare a keyframe with the clip's end.

    Args:
        which: `first` or `last`.
        keyframe: (h, w, 3|4), encoded sRGB 0..1; resized to the clip's frames where its size is another.
        frames: The clip's first frames in order, or its last ones from the end backwards; (H, W, 3|4) each.
        length: Frames of the clip.
        profile: Limits; its dead band is taken off every difference of levels.
    """
    height, width = frames[0].shape[:2]
    size = working_size(width, height)
    key = resize(keyframe[None, ..., :3], height, width)[0]
    key_rgb, candidates = shrink(key, size), [shrink(f, size) for f in frames]
    offset, _ = _best_offset(key_rgb, candidates)
    number = offset if which == "first" else length - 1 - offset
    frame_rgb, frame = candidates[offset], frames[offset]
    flow = flow_both_ways(gray(frame_rgb), gray(key_rgb))
    moved = np.linalg.norm(flow.forward, axis=-1)
    onto = along(key_rgb.astype(np.float32), flow.forward)
    changed = np.abs(_soft(frame_rgb - onto, profile.dead_band)).max(-1) * flow.valid
    findings = [_geometry(which, offset, number, flow, frame_rgb, profile, (width, height))]
    findings += _light(which, number, frame_rgb, onto, flow.valid, profile)
    findings.append(_detail(which, number, frame, key, keyframe.shape[:2] != frame.shape[:2], profile))
    return Anchor(which, tuple(findings), number, key_rgb, frame_rgb, moved, changed)


def _name(which: str) -> str:
    return f"the {which} keyframe"


def _geometry(which: str, offset: int, number: int, flow: FlowPair, rgb: np.ndarray, profile: Profile,
              size: tuple[int, int]) -> Finding:
    check, limit = f"anchor.{which}.geometry", profile["anchor.geometry"]
    texture = cv2.Laplacian(gray(rgb), cv2.CV_32F)
    rows, columns = cell_grid(*rgb.shape[:2])
    speed = cv2.resize(np.linalg.norm(flow.forward, axis=-1).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    weight = cv2.resize(np.abs(texture), (columns, rows), interpolation=cv2.INTER_AREA)
    believed = weight >= min(2.0, float(np.quantile(weight, 0.5)))
    value, lost = float(np.quantile(speed[believed], 0.9)), 1 - float(flow.valid.mean())
    verdict = limit.judge(value)
    row, column = np.unravel_index(int((speed * believed).argmax()), speed.shape)
    w, h = size[0] / columns, size[1] / rows
    box = [round(float(column) * w, 1), round(float(row) * h, 1), round(w, 1), round(h, 1)]
    if offset:
        end = "before it" if which == "first" else "behind it"
        drop = {"clip": "clip", "at": 0 if which == "first" else number + 1, "count": offset}
        frames = f"{offset} frame{'s' * (offset > 1)} lie{'s' * (offset == 1)}"
        words = f"{_name(which).capitalize()} is frame {number}: {frames} {end}."
        return Finding(check, "fail", words, offset, "frames", 0, [number],
                       suggestion=f"Drop {offset} frame{'s' * (offset > 1)} "
                                  f"{'from the head' if which == 'first' else 'from the tail'} of the clip.", drop=drop)
    if lost > 0.4:
        words = f"Frame {number} is another picture than {_name(which)}: {lost:.0%} of it has no counterpart."
        return Finding(check, "fail", words, round(lost, 3), "share", 0.4, [number],
                       suggestion="Check that the right keyframe is wired; if it is, regenerate the clip from it.")
    if verdict == "pass":
        return Finding(check, "pass", f"Frame {number} lies on {_name(which)} within {max(value, 0.1):.1f} px.", round(value, 3),
                       limit.unit, limit.warn, [number])
    words = f"Parts of frame {number} lie {value:.1f} px (at 480 px width) off {_name(which)}, most in the marked box."
    return Finding(check, verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn, [number], box=box,
                   suggestion="Regenerate with a stronger hold on the keyframe, or put the keyframe itself in place of this "
                              "frame.")


def _light(which: str, number: int, rgb: np.ndarray, onto: np.ndarray, valid: np.ndarray, profile: Profile) -> list[Finding]:
    if valid.mean() < 0.1:
        words = f"Too little of {_name(which)} is found in frame {number} to compare light and colour."
        return [Finding(f"anchor.{which}.{c}", "not tested", words, frames=[number]) for c in ("exposure", "colour")]
    trusted = valid & (rgb.max(-1) < 252) & (onto.max(-1) < 252)
    trusted = trusted if trusted.mean() > 0.05 else valid
    a, b = onto[trusted], rgb[trusted].astype(np.float32)
    weights = np.array((0.2126, 0.7152, 0.0722), np.float32)
    change = float(_soft(np.array(((b - a) @ weights).mean()), profile.dead_band)) / max(float((a @ weights).mean()), 1.0) * 100
    exposure, words = profile["anchor.exposure"], "brighter" if change > 0 else "darker"
    verdict = exposure.judge(abs(change))
    good = f"Frame {number} is as bright as {_name(which)}."
    light = Finding(f"anchor.{which}.exposure", verdict, good if verdict == "pass"
                    else f"Frame {number} is {abs(change):.1f} % {words} than {_name(which)} (code values).",
                    round(change, 3), "%", exposure.fail if verdict == "fail" else exposure.warn, [number],
                    suggestion="" if verdict == "pass" else "Grade the clip's end onto the keyframe, or regenerate; a step at a "
                                                            "latent boundary points to the VAE.")
    return [light, _tint(which, number, a, b, profile)]


def _tint(which: str, number: int, key: np.ndarray, frame: np.ndarray, profile: Profile) -> Finding:
    """Median CIEDE2000 of the brighter half, the dead band taken off: in the dark no tint is seen, nor a wrong one."""
    bright = key.mean(-1)
    lit = bright >= max(16.0, float(np.median(bright)))
    key, frame = (key[lit], frame[lit]) if lit.sum() > 100 else (key, frame)
    every = max(1, len(key) // 20000)
    a, b = key[::every], frame[::every]
    wanted = a + _soft(b - a, profile.dead_band)
    lab_a, lab_b = (srgb_to_lab(torch.from_numpy(v / 255).clamp(0, 1).float()) for v in (a, wanted))
    value = float(delta_e_2000(lab_a, lab_b).median())
    limit = profile["anchor.colour"]
    verdict = limit.judge(value)
    shift = (b - a).mean(0)
    names = ", ".join(f"{n} {v:+.1f}" for n, v in zip(("red", "green", "blue"), shift, strict=True))
    words = f"Colours of frame {number} match {_name(which)} (median ΔE2000 {value:.1f})." if verdict == "pass" else \
        f"Colours of frame {number} are ΔE2000 {value:.1f} off {_name(which)} ({names} of 255)."
    return Finding(f"anchor.{which}.colour", verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn, [number],
                   suggestion="" if verdict == "pass" else "Match the clip to the keyframe (Match to Reference), fading the "
                                                           "correction from this end.")


def _detail(which: str, number: int, frame: torch.Tensor, key: torch.Tensor, resized: bool, profile: Profile) -> Finding:
    value = float(np.exp(fine_detail(frame)[0] - fine_detail(key)[0]))
    limit, check = profile["anchor.sharpness"], f"anchor.{which}.sharpness"
    if resized:
        return Finding(check, "not tested", "The keyframe has another size than the clip, so fine detail cannot be compared.",
                       round(value, 3), limit.unit, frames=[number])
    verdict = limit.judge(value)
    words = (f"Frame {number} is as sharp as {_name(which)}." if verdict == "pass"
             else f"Frame {number} holds {value:.0%} of the fine detail of {_name(which)}.")
    return Finding(check, verdict, words, round(value, 3), limit.unit, limit.fail if verdict == "fail" else limit.warn, [number],
                   suggestion="" if verdict == "pass" else "Put the keyframe itself in place of this frame, or regenerate at a "
                                                           "higher resolution.")
