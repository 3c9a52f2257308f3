"""What may happen to a picture between its stamping and its tracking: blur, JPEG, noise, a cast, another size and back."""

import cv2
import numpy as np
import torch


def jpeg(picture, quality=40):
    coded = cv2.imencode(".jpg", (picture * 255 + 0.5).astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1].astype(np.float32) / 255


def resized(picture, scale=0.7):
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)


def noisy(picture, sigma=8.0, seed=3):
    return picture + np.random.default_rng(seed).normal(0, sigma / 255, picture.shape).astype(np.float32)


WEARS = {"as stamped": lambda p: p, "blur": lambda p: cv2.GaussianBlur(p, (0, 0), 1.5), "JPEG 40": jpeg, "noise": noisy,
         "cast": lambda p: p * np.array([1.1, 0.95, 0.8], np.float32) + np.array([0.02, 0, -0.02], np.float32), "resize": resized}
WEARS["all"] = lambda p: jpeg(np.clip(resized(WEARS["cast"](noisy(WEARS["blur"](p), 4.0))), 0, 1))


def worn(image, kind):
    """A batch (1, H, W, 3) after one of `WEARS`."""
    return torch.from_numpy(np.ascontiguousarray(np.clip(WEARS[kind](image[0].numpy()), 0, 1), np.float32))[None]
