"""Texture for a hole in a picture, put together from patches of its surroundings: coarse to fine, the patches agreeing."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ...image.opencv import cv2

_SIDE = 7
_ROUNDS = 4
_MOST_SOURCES = 6000


def fill(picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Fill a hole by patches that best agree with what is around it (after Wexler, Shechtman, Irani, 2007).

    Args:
        picture: (h, w, 3) float32 0..1, encoded; what stands in the hole is not looked at.
        hole: (h, w) bool.

    Returns:
        A new picture, the same outside of the hole. Where no whole patch of surroundings is there, the rim is spread inwards.
    """
    if not hole.any() or hole.all():
        return picture.copy()
    soft = cv2.inpaint((picture.clip(0, 1) * 255 + 0.5).astype(np.uint8), hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    start = np.where(hole[..., None], soft.astype(np.float32) / 255, picture).astype(np.float32)
    levels = int(np.clip(np.log2(max(8.0, min(picture.shape[:2]) / 16)) - 2, 0, 2))
    guess = None
    for level in range(levels, -1, -1):
        size = max(picture.shape[1] >> level, 1), max(picture.shape[0] >> level, 1)
        small = cv2.resize(start, size, interpolation=cv2.INTER_AREA) if level else start
        open_ = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.01
        if guess is not None:
            small = np.where(open_[..., None], cv2.resize(guess, size, interpolation=cv2.INTER_LINEAR), small)
        guess = _agreed(small.astype(np.float32), open_)
    return np.where(hole[..., None], guess, picture).astype(np.float32) if guess is not None else start


def _agreed(picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Rounds of: find for each patch that touches the hole its nearest whole one, let all of them vote on each pixel."""
    height, width = hole.shape
    if min(height, width) < 2 * _SIDE:
        return picture
    touches = F.max_pool2d(torch.from_numpy(hole)[None, None].float(), _SIDE, 1)[0, 0].numpy() > 0
    sources, wanted = np.argwhere(~touches), np.argwhere(touches)
    if len(sources) < 16:
        return picture
    sources = sources[:: -(-len(sources) // _MOST_SOURCES)]
    for turn in range(_ROUNDS):
        patches = F.unfold(torch.from_numpy(picture).permute(2, 0, 1)[None], _SIDE)[0].T
        whole, asked = (patches[torch.from_numpy(at[:, 0] * (width - _SIDE + 1) + at[:, 1])] for at in (sources, wanted))
        best = torch.cat([((whole**2).sum(1)[None] - 2 * part @ whole.T).min(1).indices for part in asked.split(512)])
        apart = ((asked - whole[best]) ** 2).mean(1)
        sharp = float(apart.median()) * (1.0 if turn < _ROUNDS - 1 else 0.3) + 1e-6
        votes = torch.exp(-apart / (2 * sharp)).clamp_min(1e-6)
        total = torch.zeros((4, height * width))
        counted = torch.cat([whole[best].reshape(-1, 3, _SIDE**2), torch.ones((len(best), 1, _SIDE**2))], 1)
        weighted = counted * votes[:, None, None]
        offsets = (np.arange(_SIDE)[:, None] * width + np.arange(_SIDE)).ravel()
        at = torch.from_numpy((wanted[:, 0] * width + wanted[:, 1])[:, None] + offsets).reshape(-1)
        total.index_add_(1, at, weighted.permute(1, 0, 2).reshape(4, -1))
        voted = (total[:3] / total[3:].clamp_min(1e-9)).reshape(3, height, width).permute(1, 2, 0).numpy()
        picture = np.where(hole[..., None], voted, picture).astype(np.float32)
    return picture
