"""A marked region on its way through the clip: where it is found again, and how far it looks from what it was.

It is looked for by normalised cross-correlation round where it was last found, and refined by flow.
"""

from __future__ import annotations

import numpy as np
import torch

from ...image.colour import delta_e_2000, srgb_to_lab
from ...image.flow import along, flow_both_ways, gray
from ...image.layout import to_uint8
from ...image.opencv import cv2
from .detail import Box, Change, change_of

_SIDE = 160  # working pixels of a region's longer side
_SEARCH = 0.6  # reach of the search, in sizes of the region
_LOST = 0.35  # correlation below which a region is not found
_SAME = 0.75  # correlation below which what is found may be another side of the thing, or something before it


class Follower:
    """One region, frame after frame.

    `values` are its differences from frame 0, NaN where it is not found; `same`, whether its structure is still that of frame 0;
    `changes`, what happened from each frame to the next; `worst`, the largest difference, how it looked there, and the frame.
    """

    def __init__(self, frame: torch.Tensor, box: Box) -> None:
        self.box, (x, y, w, h) = box, box
        self.scale = min(1.0, _SIDE / max(w, h))
        self.size = max(16, round(w * self.scale)), max(16, round(h * self.scale))
        self.start = self._cut(frame, x, y)
        self.at = float(x), float(y)
        self.values: list[float] = []
        self.same: list[bool] = []
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
        """Find the region in the next frame."""
        before, last = self.at, self.last
        self.last = to_uint8(frame[..., :3])
        self._find(frame, number)
        moved = self.at[0] - before[0], self.at[1] - before[1]
        self.changes.append(change_of(last, self.last, self.box_at(before), moved))

    def box_at(self, at: tuple[float, float]) -> Box:
        """Whole pixels of the region at `at`, inside the picture."""
        height, width = self.last.shape[:2]
        w, h = min(self.box[2], width), min(self.box[3], height)
        return int(np.clip(round(at[0]), 0, width - w)), int(np.clip(round(at[1]), 0, height - h)), w, h

    def _find(self, frame: torch.Tensor, number: int) -> None:
        x, y = self.at
        w, h = self.box[2:]
        left, top = max(0.0, x - w * _SEARCH), max(0.0, y - h * _SEARCH)
        wide = self._cut(frame, x, y, _SEARCH)
        template = gray(self.start)
        if wide.shape[0] < template.shape[0] or wide.shape[1] < template.shape[1]:
            self._miss()
            return
        match = cv2.matchTemplate(gray(wide), template, cv2.TM_CCOEFF_NORMED)
        match = np.nan_to_num(match, nan=0.0, posinf=0.0, neginf=0.0)
        _, best, _, (dx, dy) = cv2.minMaxLoc(match)
        if template.std() < 2:  # a flat region correlates with anything: stay
            best = 1.0
            dx = min(round((x - left) * self.size[0] / w), match.shape[1] - 1)
            dy = min(round((y - top) * self.size[1] / h), match.shape[0] - 1)
        if best < _LOST:
            self._miss()
            return
        self.at = left + dx * w / self.size[0], top + dy * h / self.size[1]
        found = wide[dy:dy + self.size[1], dx:dx + self.size[0]]
        value = self._difference(found)
        self.values.append(value)
        self.same.append(best >= _SAME)
        if value > self.worst[0]:
            self.worst = value, found, number

    def _miss(self) -> None:
        self.values.append(float("nan"))
        self.same.append(False)

    def _difference(self, found: np.ndarray) -> float:
        """CIEDE2000 that three tenths of the region exceed, along the flow, slightly blurred: colour and shape in one number."""
        a, b = self.start, np.ascontiguousarray(found)
        if min(self.size) >= 64:
            b = along(b, flow_both_ways(gray(a), gray(b)).forward)
        soft = [cv2.GaussianBlur(v, (0, 0), 2.0)[::2, ::2].astype(np.float32) / 255 for v in (a, b)]
        labs = [srgb_to_lab(torch.from_numpy(v)) for v in soft]
        return float(torch.quantile(delta_e_2000(*labs).reshape(-1), 0.7))
