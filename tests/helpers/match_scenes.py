"""Pictures for matching: fine texture on blobs and boxes."""

import cv2
import numpy as np
import torch
from chart_scenes import backdrop


def scene(seed=0, width=400, height=220):
    """Blobs, boxes and a fine texture, nothing clipped even after a cast."""
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 2)[..., None]
    return torch.from_numpy((backdrop(width, height, rng) * 0.6 + 0.15 + 0.12 * grain).clip(0.08, 0.9).astype(np.float32))[None]
