"""A flat sign with known corners before a moving background: photograph-like texture, exact homographies, area-filtered."""

import cv2
import numpy as np
import torch
from raccord.nodes.image.warp import homography, unit_square

SIDE = 256


def texture(seed=0, side=SIDE):
    """1/f noise, edges and letters: what a painted wall has, as float 0..255 (side, side)."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.normal(size=(side, side)))
    reach = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    cloud = np.fft.irfft2(spectrum / np.maximum(reach, 4 / side) ** 1.1, s=(side, side))
    picture = (128 + 26 * cloud / cloud.std()).astype(np.float32)
    for _ in range(14):
        x, y = rng.integers(10, side - 60, 2)
        w, h = rng.integers(12, 50, 2)
        picture[y:y + h, x:x + w] += rng.uniform(-60, 60)
    picture = picture.clip(0, 255).astype(np.uint8)
    for i, word in enumerate(("RACCORD", "07", "gare")):
        cv2.putText(picture, word, (20, 60 + 80 * i), cv2.FONT_HERSHEY_DUPLEX, 1.4, int(rng.choice((20, 235))), 3, cv2.LINE_AA)
    return cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.7)


def path(count, centre, side, pace=1.0):
    """Corners (count, 4, 2) of a square that drifts, turns, tilts and grows smoothly."""
    t = np.arange(count)[:, None, None] * pace
    square = (unit_square() - 0.5) * side
    turn, grow = 0.03 * np.sin(t / 5), 1 + 0.05 * np.sin(t / 7)
    turned = square[None] * np.cos(turn) + np.stack([-square[:, 1], square[:, 0]], 1)[None] * np.sin(turn)
    tilt = 0.025 * side * np.sin(t / 6 + np.arange(8).reshape(4, 2))
    drift = np.concatenate([2.2 * t, 1.1 * t + 3 * np.sin(t / 4)], axis=2)
    return np.asarray(centre, float) + turned * grow + tilt + drift


def film(corners, size, *, seed=0, noise=1.0, flicker=False, blur=0, hide=None):
    """Frames (T, H, W, 3) float 0..1 with the sign at `corners`.

    `blur` is a shutter in degrees; `hide(t, frame, corners)` may put something in front before noise and flicker.
    """
    rng = np.random.default_rng(seed + 1)
    sign, behind = texture(seed), cv2.resize(texture(seed + 50), (size[0] + 160, size[1] + 160), interpolation=cv2.INTER_CUBIC)
    frames = []
    for t in range(len(corners)):
        parts = [_drawn(sign, behind, between(corners, t + s), size, t + s) for s in shutter(blur)]
        frame = np.mean(parts, axis=0)
        frame = frame if hide is None else hide(t, frame, corners[t])
        if flicker and t:
            frame = frame * rng.uniform(0.88, 1.12) + rng.uniform(-6, 6)
        frames.append(frame + rng.normal(0, noise, frame.shape))
    grey = np.stack(frames).clip(0, 255).round().astype(np.float32) / 255
    return torch.from_numpy(grey)[..., None].expand(-1, -1, -1, 3).contiguous()


def shutter(blur):
    """Times within the exposure of a frame, in frames around its middle."""
    return (0.0,) if not blur else np.linspace(-0.5, 0.5, 9) * blur / 360


def between(corners, at):
    """Corners at a fractional frame, on a smooth curve through the whole ones."""
    low = int(np.clip(np.floor(at), 0, len(corners) - 2))
    s, p, q = at - low, corners[low], corners[low + 1]
    before = corners[low - 1] if low else 2 * p - q
    after = corners[low + 2] if low + 2 < len(corners) else 2 * q - p
    return p + s * ((q - before) / 2 + s * ((2 * before - 5 * p + 4 * q - after) / 2 + s * (3 * (p - q) + after - before) / 2))


def _drawn(sign, behind, corners, size, t, samples=3):
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    h = np.linalg.inv(half) @ homography(unit_square(SIDE, SIDE), corners * samples) @ half
    big = size[0] * samples, size[1] * samples
    front = cv2.warpPerspective(sign, h, big, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros(big[::-1], np.float32)
    cv2.fillConvexPoly(cover, np.round((corners * samples - 0.5) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    front, cover = (cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (front * cover, cover))
    at = size[0] / 2 + 60 + 50 * np.sin(t / 9), size[1] / 2 + 60 + 40 * np.cos(t / 7)
    return cv2.getRectSubPix(behind, size, at) * (1 - cover) + front
