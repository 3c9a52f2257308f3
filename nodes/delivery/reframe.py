"""Pictures of a clip in another shape and size: cut or padded as a `Framing` says, shrunk in linear light."""

from __future__ import annotations

import numpy as np
import torch

from ..image.colour import linear_to_srgb, srgb_to_linear
from ..image.layout import from_uint8, resize, to_uint8
from ..image.opencv import cv2
from .framing import Framing


def scaled(frames: torch.Tensor, height: int, width: int) -> np.ndarray:
    """Scale (n, H, W, 3) encoded sRGB, float 0..1 or uint8 codes, giving uint8.

    It shrinks in linear light and grows on the values as encoded, where light would ring dark.
    """
    if height * width < frames.shape[1] * frames.shape[2]:
        frames = from_uint8(frames.numpy()) if frames.dtype == torch.uint8 else frames
        return to_uint8(linear_to_srgb(resize(srgb_to_linear(frames), height, width)))
    pictures = to_uint8(frames)
    if pictures.shape[1:3] == (height, width):
        return pictures
    return np.stack([cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC) for picture in pictures])


def reframe(frames: torch.Tensor, start: int, framing: Framing) -> np.ndarray:
    """Cut and scale a block of frames whose first is number `start`.

    Args:
        frames: (n, H, W, 3|4), encoded sRGB, float 0..1 or uint8 codes.
        start: Number of the block's first frame.
        framing: Of `plan_framing`.

    Returns:
        (n, height, width, 3) uint8 of the framing's size.
    """
    width, height = framing.size
    rgb = frames[..., :3]
    if framing.fit != "crop":
        return _padded(rgb, framing)
    if len(framing.corners) == 1:
        x, y = (round(c) for c in framing.corners[0])
        w, h = (min(round(b), side - at) for b, side, at in zip(framing.box, (rgb.shape[2], rgb.shape[1]), (x, y), strict=True))
        return scaled(rgb[:, y:y + h, x:x + w], height, width)
    frames = from_uint8(rgb.numpy()) if rgb.dtype == torch.uint8 else rgb
    return np.stack([_moved(frame, framing, framing.corner(start + i)) for i, frame in enumerate(frames)])


def _moved(frame: torch.Tensor, framing: Framing, corner: tuple[float, float]) -> np.ndarray:
    """A cut between pixels of one frame (H, W, 3) float: in linear light where it shrinks, as encoded where it grows."""
    (width, height), (bw, bh) = framing.size, framing.box
    if width * height >= bw * bh:
        return to_uint8(torch.from_numpy(_shifted(frame.numpy(), framing, corner, (width, height))))
    whole = max(1, round(bw)), max(1, round(bh))
    cut = torch.from_numpy(_shifted(srgb_to_linear(frame).numpy(), framing, corner, whole))
    return to_uint8(linear_to_srgb(resize(cut[None], height, width)))[0]


def _shifted(frame: np.ndarray, framing: Framing, corner: tuple[float, float], size: tuple[int, int]) -> np.ndarray:
    """The part of a frame that is shown, at `size` (width, height), to a 32nd of a pixel."""
    sx, sy = framing.box[0] / size[0], framing.box[1] / size[1]
    back = np.array([[sx, 0, corner[0] + sx / 2 - 0.5], [0, sy, corner[1] + sy / 2 - 0.5]])  # OpenCV counts from pixel centres
    return cv2.warpAffine(frame, back, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)


def _padded(rgb: torch.Tensor, framing: Framing) -> np.ndarray:
    width, height = framing.size
    w, h = (min(side, max(2, round(b * framing.scale))) for b, side in zip(framing.box, framing.size, strict=True))
    whole = scaled(rgb, h, w)
    out = np.zeros((len(rgb), height, width, 3), np.uint8)
    if framing.fit == "pad blurred":
        for i, picture in enumerate(whole):
            cover = max(width / w, height / h)
            big = cv2.resize(picture, (max(width, round(w * cover)), max(height, round(h * cover))))
            top, left = (big.shape[0] - height) // 2, (big.shape[1] - width) // 2
            blurred = cv2.GaussianBlur(big[top:top + height, left:left + width], (0, 0), max(width, height) / 40)
            out[i] = (blurred * 0.55 + 0.5).astype(np.uint8)
    top, left = (height - h) // 2, (width - w) // 2
    out[:, top:top + h, left:left + w] = whole
    return out
