"""Pictures that look like charts and are none: façades, keyboards, palettes, tiles, cubes, icons, codes, contact sheets."""

from __future__ import annotations

import cv2
import numpy as np
from chart_scenes import decode, quad
from harsh_charts import Look, laid, photograph, rounded_box
from raccord.nodes.image.warp import homography, unit_square


def grid(colours, *, gap=0.15, frame=(0.06, 0.06, 0.06), side=40.0, rounded=0.0, tall=1.0):
    """Texture (H, W, 4) of a grid of colours (R, C, 3)."""
    rows, columns = colours.shape[:2]
    pitch_x, pitch_y, rim = side * (1 + gap), side * (tall + gap), side * max(gap, 0.2)
    picture = np.empty((int(rows * pitch_y + 2 * rim), int(columns * pitch_x + 2 * rim), 3), np.float32)
    picture[:] = frame
    for r in range(rows):
        for c in range(columns):
            rounded_box(picture, rim + c * pitch_x, rim + r * pitch_y, side, side * tall, colours[r, c], rounded * side)
    return np.concatenate((picture, np.ones_like(picture[..., :1])), -1)


def vivid(rng, rows, columns):
    """Random strong colours (R, C, 3)."""
    hsv = np.stack((rng.integers(0, 180, (rows, columns)), rng.integers(90, 255, (rows, columns)),
                    rng.integers(90, 255, (rows, columns))), -1).astype(np.uint8)
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32) / 255


def facade(rng):
    rows, columns = rng.integers(4, 12, 2)
    colours = np.full((rows, columns, 3), (0.35, 0.42, 0.5), np.float32) * rng.uniform(0.3, 1.6, (rows, columns, 1))
    colours = np.where(rng.random((rows, columns, 1)) < 0.2, (0.95, 0.8, 0.5), colours)
    return grid(colours.clip(0, 1), gap=0.5, frame=tuple(rng.uniform(0.3, 0.7, 3)), tall=rng.uniform(0.8, 1.6))


def keyboard(rng):
    colours = np.full((5, 14, 3), rng.uniform(0.05, 0.9), np.float32) + rng.normal(0, 0.02, (5, 14, 1))
    out = grid(colours.clip(0, 1), gap=0.12, rounded=0.15, frame=(0.15, 0.15, 0.16))
    for _ in range(200):
        x, y = rng.integers(0, (out.shape[1], out.shape[0]))
        out[y:y + 6, x:x + 2, :3] = 0.6
    return out


def swatches(rng):
    frame = tuple(rng.choice((0.05, 0.95)) * np.ones(3))
    return grid(vivid(rng, *rng.integers(3, 8, 2)), gap=rng.uniform(0.02, 0.3), frame=frame)


def palette(rng):
    """Paint pans: hue along, lightness down."""
    rows, columns = int(rng.integers(3, 6)), int(rng.integers(6, 10))
    hue, light = np.meshgrid(np.linspace(0, 165, columns), np.linspace(250, 90, rows))
    hsv = np.stack((hue, np.full_like(hue, 200), light), -1).astype(np.uint8)
    return grid(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32) / 255, gap=0.2, rounded=0.3, frame=(0.9, 0.9, 0.88))


def tiles(rng):
    base = rng.uniform(0.2, 0.9, 3)
    return grid((base + rng.normal(0, 0.05, (8, 10, 3))).clip(0, 1).astype(np.float32), gap=0.06, frame=(0.75, 0.74, 0.7))


def cube(rng):
    colours = np.array(((0.9, 0.9, 0.9), (0.85, 0.1, 0.1), (0.1, 0.2, 0.7), (0.95, 0.5, 0.05), (0.1, 0.6, 0.2), (0.95, 0.9, 0.1)))
    return grid(colours[rng.integers(0, 6, (3, 3))].astype(np.float32), gap=0.1, rounded=0.1)


def cubes(rng):
    """Many cubes beside each other: a 6 × 6 grid of the six colours."""
    colours = np.array(((0.9, 0.9, 0.9), (0.85, 0.1, 0.1), (0.1, 0.2, 0.7), (0.95, 0.5, 0.05), (0.1, 0.6, 0.2), (0.95, 0.9, 0.1)))
    return grid(colours[rng.integers(0, 6, (6, 6))].astype(np.float32), gap=0.1, rounded=0.1)


def icons(rng):
    out = grid(vivid(rng, 5, 4), gap=0.5, rounded=0.25, frame=tuple(rng.uniform(0, 1, 3)))
    for _ in range(25):
        cv2.circle(out, tuple(map(int, rng.integers(0, (out.shape[1], out.shape[0])))), 8, (1, 1, 1, 1), -1, cv2.LINE_AA)
    return out


def code(rng):
    return grid(np.repeat((rng.random((21, 21, 1)) < 0.5).astype(np.float32), 3, 2), gap=0.0, side=16, frame=(1, 1, 1))


def ramp(rng):
    """A step wedge of greys, 4 × 6."""
    return grid(np.repeat(np.linspace(0.05, 0.95, 24).reshape(4, 6, 1), 3, 2).astype(np.float32))


def sheet(rng, stills):
    """A contact sheet of pictures."""
    out = grid(np.zeros((4, 6, 3), np.float32), gap=0.1, side=60)
    for r in range(4):
        for c in range(6):
            x, y = int(12 + c * 66), int(12 + r * 66)
            still = stills[int(rng.integers(len(stills)))]
            out[y:y + 60, x:x + 60, :3] = cv2.resize(still, (60, 60), interpolation=cv2.INTER_AREA)
    return out


def shuffled(rng, plate):
    """A chart's own colours in another order: another maker's chart."""
    colours = rng.permutation(np.clip([p.rgb for p in plate.patches], 0, 1)).reshape(plate.rows, plate.columns, 3)
    return grid(colours.astype(np.float32))


DECOYS = {"facade": facade, "keyboard": keyboard, "swatches": swatches, "palette": palette, "tiles": tiles, "cube": cube,
          "cubes": cubes, "icons": icons, "code": code, "ramp": ramp}


def decoy(seed, texture, back, size=(1280, 800)):
    """A picture (H, W, 3) of a texture in perspective before `back`."""
    rng, look = np.random.default_rng(seed + 1000), Look(size=size)
    height, width = texture.shape[:2]
    corners = quad(rng.uniform(300, 700), width / height, np.array(size) / 2, rng.uniform(-20, 20), rng.uniform(0, 40))
    drawn = laid(texture, homography(unit_square(width, height), corners), size, look)
    frame = cv2.resize(back, size, interpolation=cv2.INTER_CUBIC).clip(0, 1)
    light = decode(drawn[..., :3] + frame * (1 - drawn[..., 3:])) * rng.uniform(0.6, 1.1, 3)
    return photograph(light.astype(np.float32), look, rng)
