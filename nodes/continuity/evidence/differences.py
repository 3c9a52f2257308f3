"""Maps of where two frames differ, at working size, in levels."""

from __future__ import annotations

import numpy as np

from ...image.flow import along, flow_both_ways, gray
from ...image.opencv import cv2
from ..join.judge import Seam
from ..join.pair import Proxy

FULL_HEAT = 40.0  # levels of difference that are shown brightest
_LIGHT_HEAT = 8.0  # the same for steps of light, which are weaker and wider
_LIGHT, _MOTION = {"seam.exposure", "seam.colour"}, {"seam.position", "seam.velocity", "seam.direction", "seam.dropped"}


def shown_difference(seam: Seam) -> tuple[np.ndarray, float, str]:
    """The difference that shows what is wrong at a join: a map (h, w), the levels that are shown brightest, and its label."""
    bad = {f.check for f in seam.findings if f.verdict in ("warn", "fail")}
    if bad & _MOTION and len(seam.window.before) > 1:
        return motion_difference(seam), FULL_HEAT, "Off the motion before the join"
    if bad & _LIGHT:
        return light_difference(seam), _LIGHT_HEAT, f"Change of light, up to {_LIGHT_HEAT:.0f}"
    return seam_difference(seam), FULL_HEAT, f"Difference, up to {FULL_HEAT:.0f}"


def warped_difference(before: Proxy, after: Proxy) -> np.ndarray:
    """Difference along the flow (h, w); where no counterpart is found, the plain one."""
    flow = flow_both_ways(before.luma, after.luma)
    off = np.abs(along(after.rgb.astype(np.float32), flow.forward) - before.rgb).max(-1)
    plain = np.abs(after.rgb.astype(np.float32) - before.rgb).max(-1)
    return cv2.GaussianBlur(np.where(flow.valid, off, np.minimum(plain, 255)), (0, 0), 2.0)


def seam_difference(seam: Seam) -> np.ndarray:
    """Difference of the frames at the join along the flow (h, w), levels, beyond what the pairs beside it show there."""
    before, after = seam.window.before, seam.window.after
    here = warped_difference(before[-1], after[0])
    others = [warped_difference(*pair) for pair in ([before[-2:]] if len(before) > 1
                                                    else []) + ([after[:2]] if len(after) > 1 else [])]
    if not others:
        return here
    reach = np.ones((max(3, here.shape[1] // 24),) * 2, np.uint8)  # what moves has moved on by the next frame
    return np.maximum(here - cv2.dilate(np.max(others, axis=0), reach), 0)


def motion_difference(seam: Seam) -> np.ndarray:
    """Difference of the first frame behind the join from where the motion before it leads to (h, w), levels."""
    earlier, before, after = seam.window.before[-2], seam.window.before[-1], seam.window.after[0]
    flow = flow_both_ways(earlier.luma, before.luma)
    off = np.abs(along(after.rgb.astype(np.float32), flow.forward) - before.rgb).max(-1)
    return cv2.GaussianBlur(np.where(flow.valid, off, 0).astype(np.float32), (0, 0), 2.0)


def light_difference(seam: Seam) -> np.ndarray:
    """Change of light and colour at the join over areas (h, w), levels: detail and what moved are averaged away."""
    before, after = seam.window.before[-1], seam.window.after[0]
    flow = flow_both_ways(before.luma, after.luma)
    step = (along(after.rgb.astype(np.float32), flow.forward) - before.rgb) * flow.valid[..., None]
    sigma = before.luma.shape[1] / 24
    share = cv2.GaussianBlur(flow.valid.astype(np.float32), (0, 0), sigma)
    return np.abs(cv2.GaussianBlur(step, (0, 0), sigma) / np.maximum(share, 0.05)[..., None]).max(-1)


def looks_difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Difference of two looks of one thing (h, w, 3), uint8, along the flow between them where they are large enough."""
    if min(one.shape[:2]) >= 64:
        other = along(other, flow_both_ways(gray(one), gray(np.ascontiguousarray(other))).forward)
    return cv2.GaussianBlur(np.abs(one.astype(np.float32) - other).max(-1), (0, 0), 1.0)


def anchor_difference(key: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """Difference of a keyframe and a frame (h, w, 3) as they lie, levels (h, w): a shifted picture differs too."""
    off = np.abs(key.astype(np.float32) - frame).max(-1)
    return cv2.GaussianBlur(np.maximum(off - 2, 0), (0, 0), 2.0)
