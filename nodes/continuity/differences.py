"""Maps of where two frames differ, at working size, in levels."""

from __future__ import annotations

import numpy as np

from ..image.flow import along, flow_both_ways
from ..image.opencv import cv2
from .anchor import Anchor
from .pair import Proxy
from .seam import Seam


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


def light_difference(seam: Seam) -> np.ndarray:
    """Change of light and colour at the join over areas (h, w), levels: detail and what moved are averaged away."""
    before, after = seam.window.before[-1], seam.window.after[0]
    flow = flow_both_ways(before.luma, after.luma)
    step = (along(after.rgb.astype(np.float32), flow.forward) - before.rgb) * flow.valid[..., None]
    sigma = before.luma.shape[1] / 24
    share = cv2.GaussianBlur(flow.valid.astype(np.float32), (0, 0), sigma)
    return np.abs(cv2.GaussianBlur(step, (0, 0), sigma) / np.maximum(share, 0.05)[..., None]).max(-1)


def anchor_difference(anchor: Anchor) -> np.ndarray:
    """Difference of keyframe and frame as they lie, levels (h, w): a shifted picture differs too."""
    off = np.abs(anchor.key_rgb.astype(np.float32) - anchor.frame_rgb).max(-1)
    return cv2.GaussianBlur(np.maximum(off - 2, 0), (0, 0), 2.0)
