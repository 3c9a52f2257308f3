"""Marked regions: is what was there at the start still there, wherever it went?

Each region is looked for in later frames (follow.py); then its colours and its edges are compared with the first frame's, and
with those of the frame just before (detail.py, bend.py): what happens in one frame is told where it happens, however small it is
beside what the clip does to the region from end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ... import runtime
from ...image.opencv import cv2
from ...media.frames import Frames
from ...wires.report import Finding
from ...wires.zone import Zone
from ..profile import Profile
from .bend import NEAR, bends_of, stand_out
from .detail import Box
from .follow import Follower


@dataclass(frozen=True, slots=True)
class Region:
    """A judged region: its box x, y, width, height on frame 0, its look there and where it differed most, uint8 RGB.

    `values` are its differences from frame 0 on every later frame, `end` its box on the last frame.
    """

    finding: Finding
    box: Box
    start: np.ndarray
    worst: np.ndarray
    worst_frame: int
    values: tuple[float, ...]
    name: str
    end: Box


def boxes_of(zones: Sequence[Zone], mask: torch.Tensor | None, width: int, height: int) -> list[tuple[str, Box]]:
    """Named boxes in pixels: the zones, and each connected part of the mask's first frame."""
    out: list[tuple[str, Box]] = [(z.name, z.box(width, height)) for z in zones]
    if mask is None:
        return out
    count, _, stats, _ = cv2.connectedComponentsWithStats((mask[0].cpu().numpy() > 0.5).astype(np.uint8))
    parts = sorted((stats[i] for i in range(1, count) if stats[i][cv2.CC_STAT_AREA] >= 16),
                   key=lambda s: -s[cv2.CC_STAT_AREA])[:8]
    for i, (x, y, w, h) in enumerate((map(int, part[:4]) for part in parts), 1):
        out.append((f"mask {i}" if len(parts) > 1 else "mask", (x, y, w, h)))
    return out


def judge_regions(frames: Frames, zones: Sequence[Zone], mask: torch.Tensor | None, profile: Profile,
                  bar: runtime.Progress) -> list[Region]:
    """Follow every marked region through the clip, frame by frame."""
    boxes = boxes_of(zones, mask, *frames.size)
    followers = [Follower(frames.frame(0), box) for _, box in boxes]
    for number in range(1, len(frames)) if followers else ():
        frame = frames.frame(number)
        for follower in followers:
            follower.look(frame, number)
        bar.step()
    return [_judged(f, name, profile) for f, (name, _) in zip(followers, boxes, strict=True)]


def _judged(region: Follower, name: str, profile: Profile) -> Region:
    """Verdict over all frames: the worse of what differs from frame 0 and what changes in one frame."""
    finding, order = _over_all(region, name, profile), ("not tested", "pass", "warn", "fail")
    sudden = _sudden(region, name, profile)
    if sudden is not None and order.index(sudden.verdict) > order.index(finding.verdict):
        finding = sudden
    return Region(finding, region.box, region.start, region.worst[1], region.worst[2], tuple(region.values), name,
                  region.box_at(region.at))


def _sudden(region: Follower, name: str, profile: Profile) -> Finding | None:
    """The change in one frame that stands out most beside the twelve on either side."""
    limits, changes = (profile["watched.colour"], profile["watched.shape"]), region.changes
    found, bends = [], bends_of(changes)
    for at in range(len(changes) if len(changes) >= NEAR else 0):
        standings = stand_out(changes, bends, at, limits[0], anywhere=True)
        for limit, standing, how in zip(limits, standings, ("in colour", "in shape"), strict=True):
            found.append((limit.judge(standing.value, standing.z), standing.z / limit.z, at + 1, how, standing.value, limit))
    verdict, _, frame, how, value, limit = max(found, key=lambda f: (("pass", "warn", "fail").index(f[0]), f[1]),
                                               default=("pass", 0, 0, "", 0.0, None))
    if verdict == "pass" or limit is None:
        return None
    words = (f"{name} changes {how} by {value:.1f} {limit.unit} between frames {frame - 1} and {frame}, beside what "
             "surrounds it.")
    over = limit.fail if verdict == "fail" else limit.warn
    return Finding("drift.region", verdict, words, round(value, 3), limit.unit, over, [frame - 1, frame], box=region.box,
                   suggestion="Regenerate from a frame that shows it well, or paint it over with a tracked patch.")


def _over_all(region: Follower, name: str, profile: Profile) -> Finding:
    """The value is the median of the worst tenth, so that one blink does not decide.

    It fails only by frames whose structure is still that of the first: where a thing turns, or something passes before it,
    colours differ more than any fault makes them.
    """
    values, limit = np.array(region.values, float), profile["drift.region"]
    seen = np.isfinite(values)
    if not seen.any():
        return Finding("drift.region", "warn" if len(values) else "not tested",
                       f"{name}: not found again after frame 0." if len(values) else
                       f"{name}: the clip has one frame.", box=region.box, frames=[0, len(values)], is_range=True,
                       suggestion="Look whether it leaves the picture; if not, it has changed beyond recognition.")
    value, same = _worst_tenth(values[seen]), values[seen & np.array(region.same)]
    verdict = limit.judge(value)
    if verdict == "fail" and (not len(same) or limit.judge(_worst_tenth(same)) != "fail"):
        verdict = "warn"
    away = f" It is not found in {int((~seen).sum())} of {len(values)} frames." if (~seen).any() else ""
    words = f"{name} keeps its look (ΔE2000 {value:.1f} at worst).{away}" if verdict == "pass" else \
        f"{name} changes its look by ΔE2000 {value:.1f}, most at frame {region.worst[2]}.{away}"
    over = [i + 1 for i, v in enumerate(values) if np.isfinite(v) and v >= limit.warn] if verdict != "pass" else []
    return Finding("drift.region", verdict, words, round(value, 3), limit.unit,
                   limit.fail if verdict == "fail" else limit.warn, over[:64], box=region.box,
                   suggestion="" if verdict == "pass" else "Regenerate from a keyframe that shows it well, or paint it "
                                                           "over with a tracked patch.")


def _worst_tenth(values: np.ndarray) -> float:
    return float(np.median(np.sort(values)[-max(1, len(values) // 10):]))
