"""Pictures whose answers are known: solid cards, soft pictures from a seed, a mark."""

import colorsys
import io

import cv2
import numpy as np
import torch
from PIL import Image


def rgb(code: str) -> np.ndarray:
    return np.array([int(code[i:i + 2], 16) for i in (1, 3, 5)]) / 255


def card(*shares: tuple[str, float], size: tuple[int, int] = (160, 200)) -> torch.Tensor:
    """Vertical bands of colours, (H, W, 3); a share is of the width."""
    lines, columns = size
    out, left = np.zeros((lines, columns, 3)), 0.0
    for code, share in shares:
        out[:, round(left * columns):round((left + share) * columns)] = rgb(code)
        left += share
    return torch.from_numpy(out).float()


def turned(code: str, degrees: float) -> str:
    """A colour with its hue turned (HSV)."""
    hue, saturation, value = colorsys.rgb_to_hsv(*rgb(code))
    turn = colorsys.hsv_to_rgb((hue + degrees / 360) % 1, saturation, value)
    return "#" + "".join(f"{round(v * 255):02X}" for v in turn)


def scene(seed: int, size: tuple[int, int] = (240, 320)) -> torch.Tensor:
    """A soft picture with some edges, from a seed."""
    make = np.random.default_rng(seed)
    small = make.random((6, 8, 3)).astype(np.float32)
    out = cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = make.integers(0, size[1]), make.integers(0, size[0])
        cv2.circle(out, (int(x), int(y)), int(make.integers(8, 40)), make.random(3).tolist(), -1, cv2.LINE_AA)
    return torch.from_numpy(out.clip(0, 1))


def jpeg(picture: torch.Tensor, quality: int) -> torch.Tensor:
    held = io.BytesIO()
    Image.fromarray((picture.numpy() * 255 + 0.5).astype(np.uint8)).save(held, "JPEG", quality=quality)
    return torch.from_numpy(np.array(Image.open(held).convert("RGB"))).float() / 255


def mark(size: tuple[int, int] = (120, 240)) -> torch.Tensor:
    """A mark with corners and letters, (H, W, 4), transparent around."""
    lines, columns = size
    out = np.zeros((lines, columns, 4), np.uint8)
    cv2.rectangle(out, (4, 4), (columns - 5, lines - 5), (230, 60, 40, 255), -1)
    cv2.circle(out, (lines // 2, lines // 2), lines // 4, (255, 255, 255, 255), -1, cv2.LINE_AA)
    cv2.putText(out, "ACME", (lines - 10, lines // 2 + 20), cv2.FONT_HERSHEY_DUPLEX, 1.4, (255, 255, 255, 255), 4, cv2.LINE_AA)
    return torch.from_numpy(out).float() / 255


def paste(picture: torch.Tensor, logo: torch.Tensor, at: tuple[int, int], width: int, height: int | None = None) -> torch.Tensor:
    """The mark on a picture, its upper-left corner at `at` (x, y)."""
    height = height or round(logo.shape[0] * width / logo.shape[1])
    flat = np.concatenate((logo[..., :3].numpy() * logo[..., 3:].numpy(), logo[..., 3:].numpy()), -1)
    small = cv2.resize(flat, (width, height), interpolation=cv2.INTER_AREA)
    out, (x, y) = picture.clone().numpy(), at
    out[y:y + height, x:x + width] = small[..., :3] + out[y:y + height, x:x + width] * (1 - small[..., 3:])
    return torch.from_numpy(out).clamp(0, 1)
