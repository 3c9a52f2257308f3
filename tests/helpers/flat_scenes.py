"""A whole picture as one wall before a moving camera: every place on it has a known path."""

import cv2
import numpy as np
import torch
from raccord.nodes.image.warp import homography, transform, unit_square

SIZE = 640, 360
_SHOWN = 1.25  # the wall is so much larger than the frame


def camera(count, pace=1.0):
    """Homographies (count, 3, 3) from the wall to the frame: it drifts, turns, tilts and comes nearer."""
    out, (width, height) = [], SIZE
    wall = unit_square(width * _SHOWN, height * _SHOWN)
    for t in np.arange(count) * pace:
        square = unit_square(*SIZE) - np.divide(SIZE, 2)
        turned = square @ np.array([[np.cos(t / 90), np.sin(t / 90)], [-np.sin(t / 90), np.cos(t / 90)]])
        tilt = 0.012 * height * np.sin(t / 4 + np.arange(8).reshape(4, 2)) * min(t, 1)
        middle = np.divide(SIZE, 2) + (2.1 * t, 1.2 * t + 2 * np.sin(t / 3))
        out.append(homography(wall, (turned * (1.22 + 0.006 * t)) + tilt + middle))
    return np.stack(out)


def film(picture, maps, *, noise=2.0, blur=0.0, seed=0):
    """Frames (T, H, W, 3), 0..1, of a grey picture (h, w) 0..255 seen through `maps`, blurred by σ `blur`, with noise."""
    rng, wall = np.random.default_rng(seed), (round(SIZE[0] * _SHOWN), round(SIZE[1] * _SHOWN))
    picture = cv2.resize(picture, wall, interpolation=cv2.INTER_AREA).astype(np.float32)
    grow, half = np.diag((2.0, 2.0, 1.0)), np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    frames = []
    for h in maps:
        drawn = cv2.warpPerspective(picture, np.linalg.inv(half) @ grow @ h @ half, (2 * SIZE[0], 2 * SIZE[1]),
                                    flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        drawn = cv2.resize(drawn, SIZE, interpolation=cv2.INTER_AREA)
        drawn = cv2.GaussianBlur(drawn, (0, 0), blur) if blur else drawn
        frames.append(drawn + rng.normal(0, noise, drawn.shape))
    grey = np.stack(frames).clip(0, 255).round().astype(np.float32) / 255
    return torch.from_numpy(grey)[..., None].expand(-1, -1, -1, 3).contiguous()


def path_of(corners, maps):
    """Where `corners` (4, 2) of the first frame are on every frame: (T, 4, 2)."""
    on_wall = transform(np.linalg.inv(maps[0]), np.asarray(corners, float))
    return np.stack([transform(h, on_wall) for h in maps])


def rank_correlation(one, other):
    """Spearman's, of values that are all different."""
    return float(np.corrcoef(*(np.argsort(np.argsort(values)) for values in (one, other)))[0, 1])
