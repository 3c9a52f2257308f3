"""Marked regions: is what was there at the start still there, wherever it went?

Each region is looked for in later frames by normalised cross-correlation round where it was last found, refined by flow; then
its colours and its edges are compared with the first frame's, and with those of the frame just before (detail.py, bend.py):
what happens in one frame is told where it happens, however small it is beside what the clip does to the region from end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ... import runtime
from ...image.colour import delta_e_2000, srgb_to_lab
from ...image.flow import along, flow_both_ways, gray
from ...image.layout import to_uint8
from ...image.opencv import cv2
from ...media.frames import Frames
from ...wires.report import Finding
from ...wires.zone import Zone
from ..profile import Profile
from .bend import NEAR, bends_of, stand_out
from .detail import Box, Change, change_of

_SIDE = 160  # working pixels of a region's longer side
_SEARCH = 0.6  # reach of the search, in sizes of the region
_LOST = 0.35  # correlation below which a region is not found
_SAME = 0.75  # correlation below which what is found may be another side of the thing, or something before it


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
    followers = [_Follower(frames.frame(0), box) for _, box in boxes]
    for number in range(1, len(frames)) if followers else ():
        frame = frames.frame(number)
        for follower in followers:
            follower.look(frame, number)
        bar.step()
    return [f.judged(name, profile) for f, (name, _) in zip(followers, boxes, strict=True)]


class _Follower:
    """One region on its way through the clip."""

    def __init__(self, frame: torch.Tensor, box: Box) -> None:
        self.box, (x, y, w, h) = box, box
        self.scale = min(1.0, _SIDE / max(w, h))
        self.size = max(16, round(w * self.scale)), max(16, round(h * self.scale))
        self.start = self._cut(frame, x, y)
        self.at, self.values, self.same, self.lost = (float(x), float(y)), [], [], 0
        self.last = to_uint8(frame[..., :3])
        self.changes: list[Change] = []
        self.worst: tuple[float, np.ndarray, int] = (-1.0, self.start, 0)

    def _cut(self, frame: torch.Tensor, x: float, y: float, grow: float = 0.0) -> np.ndarray:
        w, h = self.box[2:]
        ex, ey = w * grow, h * grow
        left, top = max(0, round(x - ex)), max(0, round(y - ey))
        patch = frame[top:max(top + 1, round(y + h + ey)), left:max(left + 1, round(x + w + ex)), :3]
        rgb = to_uint8(patch)
        if not grow:
            return cv2.resize(rgb, self.size, interpolation=cv2.INTER_AREA)
        sx, sy = self.size[0] / w, self.size[1] / h
        return cv2.resize(rgb, (max(1, round(rgb.shape[1] * sx)), max(1, round(rgb.shape[0] * sy))), interpolation=cv2.INTER_AREA)

    def look(self, frame: torch.Tensor, number: int) -> None:
        before, last = self.at, self.last
        self.last = to_uint8(frame[..., :3])
        self._find(frame, number)
        moved = self.at[0] - before[0], self.at[1] - before[1]
        self.changes.append(change_of(last, self.last, self._box(before), moved))

    def _box(self, at: tuple[float, float]) -> Box:
        """Whole pixels of the region at `at`, inside the picture."""
        height, width = self.last.shape[:2]
        w, h = min(self.box[2], width), min(self.box[3], height)
        return int(np.clip(round(at[0]), 0, width - w)), int(np.clip(round(at[1]), 0, height - h)), w, h

    def _find(self, frame: torch.Tensor, number: int) -> None:
        x, y = self.at
        w, h = self.box[2:]
        wide = self._cut(frame, x, y, _SEARCH)
        template = gray(self.start)
        if wide.shape[0] < template.shape[0] or wide.shape[1] < template.shape[1]:
            self.lost += 1
            self.values.append(float("nan"))
            self.same.append(False)
            return
        match = cv2.matchTemplate(gray(wide), template, cv2.TM_CCOEFF_NORMED)
        match = np.nan_to_num(match, nan=0.0, posinf=0.0, neginf=0.0)
        _, best, _, (dx, dy) = cv2.minMaxLoc(match)
        if template.std() < 2:  # a flat region correlates with anything: stay
            best, dx, dy = 1.0, round((x - max(0.0, x - w * _SEARCH)) * self.size[0] / w), round((y - max(0.0,
                y - h * _SEARCH)) * self.size[1] / h)
            dx, dy = min(dx, match.shape[1] - 1), min(dy, match.shape[0] - 1)
        if best < _LOST:
            self.lost += 1
            self.values.append(float("nan"))
            self.same.append(False)
            return
        left, top = max(0.0, x - w * _SEARCH), max(0.0, y - h * _SEARCH)
        self.at = left + dx * w / self.size[0], top + dy * h / self.size[1]
        found = wide[dy:dy + self.size[1], dx:dx + self.size[0]]
        value = self._difference(found)
        self.values.append(value)
        self.same.append(best >= _SAME)
        if value > self.worst[0]:
            self.worst = value, found, number

    def _difference(self, found: np.ndarray) -> float:
        """CIEDE2000 that three tenths of the region exceed, along the flow, slightly blurred: colour and shape in one number."""
        a, b = self.start, np.ascontiguousarray(found)
        if min(self.size) >= 64:
            b = along(b, flow_both_ways(gray(a), gray(b)).forward)
        labs = [srgb_to_lab(torch.from_numpy(cv2.GaussianBlur(v, (0, 0), 2.0)[::2, ::2].astype(np.float32) / 255)) for v in (a,
            b)]
        return float(torch.quantile(delta_e_2000(*labs).reshape(-1), 0.7))

    def judged(self, name: str, profile: Profile) -> Region:
        """Verdict over all frames: the worse of what differs from frame 0 and what changes in one frame."""
        finding, order = self._over_all(name, profile), ("not tested", "pass", "warn", "fail")
        sudden = self._sudden(name, profile)
        if sudden is not None and order.index(sudden.verdict) > order.index(finding.verdict):
            finding = sudden
        return Region(finding, self.box, self.start, self.worst[1], self.worst[2], tuple(self.values), name, self._box(self.at))

    def _sudden(self, name: str, profile: Profile) -> Finding | None:
        """The change in one frame that stands out most beside the twelve on either side."""
        limits, changes = (profile["watched.colour"], profile["watched.shape"]), self.changes
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
        return Finding("drift.region", verdict, words, round(value, 3), limit.unit, over, [frame - 1, frame], box=self.box,
                       suggestion="Regenerate from a frame that shows it well, or paint it over with a tracked patch.")

    def _over_all(self, name: str, profile: Profile) -> Finding:
        """The value is the median of the worst tenth, so that one blink does not decide.

        It fails only by frames whose structure is still that of the first: where a thing turns, or something passes before it,
        colours differ more than any fault makes them.
        """
        values, limit = np.array(self.values, float), profile["drift.region"]
        seen = np.isfinite(values)
        if not seen.any():
            return Finding("drift.region", "warn" if len(values) else "not tested",
                           f"{name}: not found again after frame 0." if len(values) else
                           f"{name}: the clip has one frame.", box=self.box, frames=[0, len(values)], is_range=True,
                           suggestion="Look whether it leaves the picture; if not, it has changed beyond recognition.")
        value, same = _worst_tenth(values[seen]), values[seen & np.array(self.same)]
        verdict = limit.judge(value)
        if verdict == "fail" and (not len(same) or limit.judge(_worst_tenth(same)) != "fail"):
            verdict = "warn"
        away = f" It is not found in {int((~seen).sum())} of {len(values)} frames." if (~seen).any() else ""
        words = f"{name} keeps its look (ΔE2000 {value:.1f} at worst).{away}" if verdict == "pass" else \
            f"{name} changes its look by ΔE2000 {value:.1f}, most at frame {self.worst[2]}.{away}"
        over = [i + 1 for i, v in enumerate(values) if np.isfinite(v) and v >= limit.warn] if verdict != "pass" else []
        return Finding("drift.region", verdict, words, round(value, 3), limit.unit,
                       limit.fail if verdict == "fail" else limit.warn, over[:64], box=self.box,
                       suggestion="" if verdict == "pass" else "Regenerate from a keyframe that shows it well, or paint it "
                                                               "over with a tracked patch.")


def _worst_tenth(values: np.ndarray) -> float:
    return float(np.median(np.sort(values)[-max(1, len(values) // 10):]))
