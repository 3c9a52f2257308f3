"""Charts as bad photographs show them: cards of many makes, held, bent, tilted, lit and covered, before real pictures.

The camera is drawn in linear light: card and backdrop, then shadow, glare, cast, lens, blur, noise, JPEG. Where every patch
lies and what covers it is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from chart_scenes import decode, encode, quad
from raccord.nodes.image.warp import homography, transform, unit_square

SKIN = ((0.45, 0.26, 0.18), (0.62, 0.42, 0.32), (0.25, 0.13, 0.09), (0.16, 0.16, 0.17), (0.85, 0.85, 0.83))


@dataclass(frozen=True)
class Shown:
    """A picture (H, W, 3 float32 encoded, 8-bit steps), the patches' centres (N, 2), and how much of each is covered (N,)."""

    picture: np.ndarray
    kind: str
    centres: np.ndarray
    covered: np.ndarray

    @property
    def pitch(self) -> float:
        """Median distance of neighbouring patches."""
        return float(np.median(np.linalg.norm(np.diff(self.centres, axis=0), axis=1)))


@dataclass(frozen=True)
class Look:
    """How a scene is made; ranges are drawn from evenly."""

    size: tuple[int, int] = (1280, 800)
    chart: tuple[float, float] = (250, 420)
    tilt: tuple[float, float] = (10, 35)
    roll: tuple[float, float] = (-25, 25)
    mirror: bool = False
    gap: float | None = None
    frame: tuple[float, float, float] | None = None
    rounded: float = 0.0
    beside: str = ""  # another target on the same card: passport, grey, sg
    cover_beside: bool = False
    bend: float = 0.0
    barrel: float = 0.0
    hands: int = 0
    glare: float = 0.0
    shadow: float = 0.0
    uneven: float = 0.0
    gains: tuple[tuple[float, float], ...] = ((0.75, 1.25), (0.85, 1.1), (0.7, 1.25))
    exposure: tuple[float, float] = (0.6, 1.1)
    haze: tuple[float, float, float] = (0.0, 0.0, 0.0)
    encoding: str = "srgb"  # linear: as an industrial camera stores it; film: with a contrast curve
    blur: tuple[float, float] = (0.4, 1.0)
    smear: float = 0.0
    noise: tuple[float, float] = (0.004, 0.012)
    jpeg: int = 85
    off: float = 0.0  # share of the card that hangs out of the frame
    vivid: float = 1.0  # chroma as the camera's taste has it
    sharpen: float = 0.0


def rounded_box(target, x, y, w, h, colour, radius):
    """A box with round corners, edges blended."""
    scale, shift = 16, 4
    mask = np.zeros(target.shape[:2], np.uint8)
    r = max(0.0, min(radius, w / 2, h / 2))
    points = []
    for cx, cy, start in ((x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180), (x + w - r, y + r, 270)):
        angles = np.radians(np.linspace(start, start + 90, 7))
        points += [(cx + r * np.cos(a), cy + r * np.sin(a)) for a in angles]
    cv2.fillPoly(mask, [np.round((np.array(points) - 0.5) * scale).astype(np.int32)], 255, cv2.LINE_AA, shift)
    share = mask[..., None].astype(np.float32) / 255
    target += share * (np.asarray(colour, np.float32) - target)


def passport_page(rng):
    """Colours (7, 12) of a second target such as passports have: hues, near-whites, darks; grid positions by row."""
    hue = cv2.cvtColor(np.stack((np.linspace(0, 160, 8), np.full(8, 190.0), np.full(8, 200.0)), -1)[None].astype(np.uint8),
                       cv2.COLOR_HSV2RGB)[0] / 255
    warm = np.array([(0.82 + 0.03 * k, 0.82, 0.82 - 0.035 * k) for k in range(6)])
    cool = np.array([(0.8 - 0.03 * k, 0.81, 0.82 + 0.02 * k) for k in range(6)])
    grey = np.linspace(0.95, 0.15, 8)[:, None].repeat(3, 1) + rng.uniform(-0.01, 0.01, (8, 3))
    return [hue, warm, cool, grey]


def card(plate, look, rng, side):
    """Texture (H, W, 4) of a card, `side` pixels a patch, and the patches' centres (N, 2) in it."""
    gap = plate.gap if look.gap is None else look.gap
    frame = plate.background if look.frame is None else look.frame
    pitch = side * (1 + gap)
    rim = side * max(plate.border, gap)
    w, h = plate.columns * pitch - gap * side, plate.rows * pitch - gap * side
    page_h = h + 2 * rim
    above = {"passport": page_h * 1.06, "grey": page_h * 1.05, "sg": 0}.get(look.beside, 0)
    height, width = int(page_h + above), int(w + 2 * rim)
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = frame
    top = int(above)
    if look.beside == "passport":
        picture[int(page_h):top] = np.asarray(frame) * 0.4  # the hinge
        rows, y = passport_page(rng), rim
        for colours in rows:
            n = len(colours)
            step = w / n
            tall = h / 4.6
            for k, colour in enumerate(colours):
                rounded_box(picture, rim + k * step, y, step * 0.87, tall, colour, look.rounded * step)
            y += h / 4
    elif look.beside == "grey":
        picture[:int(page_h)] = np.float32(0.46)
    if look.cover_beside and above:
        colour = SKIN[int(rng.integers(len(SKIN)))]
        cut = int(page_h * rng.uniform(0.7, 1.0))
        picture[:cut] = encode(np.array(colour)) + rng.normal(0, 0.01, (cut, width, 3))
    centres = []
    for i, patch in enumerate(plate.patches):
        row, column = divmod(i, plate.columns)
        x, y = rim + column * pitch, top + rim + row * pitch
        rounded_box(picture, x, y, side, side, np.clip(patch.rgb, 0, 1), look.rounded * side)
        centres.append((x + side / 2, y + side / 2))
    for mark in plate.marks:
        rounded_box(picture, mark.x * side, top + mark.y * side, mark.width * side, mark.height * side, mark.rgb, 0)
    alpha = np.ones((height, width, 1), np.float32)
    return np.concatenate((picture, alpha), -1), np.array(centres)


def lens(points, size, k):
    """Where points (N, 2) of the ideal picture land under barrel distortion `k`."""
    middle, scale = np.array(size) / 2, max(size) / 2
    ideal = (points - middle) / scale
    seen = ideal.copy()
    for _ in range(20):
        seen = ideal / (1 + k * (seen**2).sum(-1, keepdims=True))
    return seen * scale + middle


def unlens(points, size, k):
    """Inverse of `lens`."""
    middle, scale = np.array(size) / 2, max(size) / 2
    seen = (points - middle) / scale
    return seen * (1 + k * (seen**2).sum(-1, keepdims=True)) * scale + middle


def laid(texture, matrix, size, look):
    """Card on an empty frame (H, W, 4): `matrix` takes texture pixels to the ideal picture."""
    outline = np.array([(x, y) for x in np.linspace(0, texture.shape[1], 9) for y in np.linspace(0, texture.shape[0], 9)])
    there = lens(transform(matrix, outline), size, look.barrel)
    margin = 6 + abs(look.bend) * np.ptp(there, axis=0).max()
    low = np.floor(there.min(0) - margin).astype(int).clip(0, size)
    high = np.ceil(there.max(0) + margin).astype(int).clip(0, size)
    out, fine = np.zeros((size[1], size[0], 4), np.float32), 3
    w, h = high - low
    if min(w, h) < 1:
        return out
    grid = np.stack(np.meshgrid((np.arange(w * fine) + 0.5) / fine + low[0], (np.arange(h * fine) + 0.5) / fine + low[1]), -1)
    back = transform(np.linalg.inv(matrix), unlens(grid.reshape(-1, 2), size, look.barrel)).reshape(grid.shape)
    u = back[..., 0] / texture.shape[1]
    back[..., 1] += look.bend * texture.shape[1] * 4 * u * (1 - u)
    sampled = cv2.remap(texture, (back[..., 0] - 0.5).astype(np.float32), (back[..., 1] - 0.5).astype(np.float32),
                        cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    out[low[1]:high[1], low[0]:high[0]] = cv2.resize(sampled, (int(w), int(h)), interpolation=cv2.INTER_AREA)
    return out


def bent(points, texture, look):
    """Where texture points lie before the homography, with the bend."""
    u = points[:, 0] / texture.shape[1]
    return points - np.stack((0 * u, look.bend * texture.shape[1] * 4 * u * (1 - u)), -1)


def hand(size, at, toward, thick, fingers, rng):
    """Mask (H, W) of a hand that reaches from `at` towards a point, fingers side by side."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    way = (toward - at) / max(np.linalg.norm(toward - at), 1e-6)
    across = np.array((-way[1], way[0]))
    for k in range(fingers):
        shift = across * (k - (fingers - 1) / 2) * thick * 1.02
        tip = toward + shift - way * abs(k - fingers / 2) * thick * rng.uniform(0.1, 0.5)
        cv2.line(mask, tuple(np.round(at + shift).astype(int).tolist()), tuple(np.round(tip).astype(int).tolist()), 255,
                 max(1, int(thick)), cv2.LINE_AA)
    return cv2.GaussianBlur(mask, (0, 0), 0.8).astype(np.float32) / 255


def photograph(light, look, rng):
    """What the camera stores of linear light (H, W, 3)."""
    light = light + np.array(look.haze)
    if look.smear:
        length, angle = look.smear, rng.uniform(0, np.pi)
        kernel = np.zeros((2 * int(length) + 3,) * 2, np.float32)
        middle = len(kernel) // 2
        for t in np.linspace(-length / 2, length / 2, 4 * int(length) + 9):
            kernel[round(middle + t * np.sin(angle)), round(middle + t * np.cos(angle))] += 1
        light = cv2.filter2D(light, -1, kernel / kernel.sum())
    sigma = rng.uniform(*look.blur)
    light = cv2.GaussianBlur(light, (0, 0), sigma) if sigma > 0.1 else light
    stored = light if look.encoding == "linear" else encode(light.clip(0, 1))
    if look.encoding == "film":
        stored = np.clip(stored, 0, 1)
        stored = stored + 0.35 * stored * (1 - stored) * (2 * stored - 1)
    if look.vivid != 1:
        grey = stored.mean(2, keepdims=True)
        stored = grey + look.vivid * (stored - grey)
    if look.sharpen:
        stored = stored + look.sharpen * (stored - cv2.GaussianBlur(stored, (0, 0), 2.0))
    stored = np.clip(stored + rng.normal(0, rng.uniform(*look.noise), stored.shape), 0, 1)
    bytes_ = np.round(stored * 255).astype(np.uint8)
    if look.jpeg:
        bytes_ = cv2.imdecode(cv2.imencode(".jpg", bytes_[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, look.jpeg])[1], 1)[..., ::-1]
    return np.ascontiguousarray(bytes_).astype(np.float32) / 255


def show(seed, plate, look, back):
    """A scene of `plate` in `look` before `back` (any picture, H W 3 float32 encoded)."""
    rng = np.random.default_rng(seed)
    size = look.size
    wide = rng.uniform(*look.chart)
    frame = cv2.resize(back, size, interpolation=cv2.INTER_AREA if back.shape[1] > size[0] else cv2.INTER_CUBIC).clip(0, 1)
    cells = plate.columns * (1 + (plate.gap if look.gap is None else look.gap)) + 1
    texture, centres = card(plate, look, rng, float(np.clip(3.5 * wide / cells, 14, 90)))
    height, width = texture.shape[:2]
    roll, tilt = rng.uniform(*look.roll), rng.uniform(*look.tilt) * rng.choice((-1, 1))
    corners = quad(wide, width / height, np.zeros(2), roll, tilt, focal=1.3 * max(size))
    low, high = corners.min(0), corners.max(0)
    room = np.maximum(np.array(size) - (high - low), 0)
    corner = rng.uniform(0.05, 0.95, 2) * room if not look.off else np.array((-look.off * (high - low)[0], 0.5 * room[1]))
    corners = corners - low + corner
    if look.mirror:
        corners = corners[[1, 0, 3, 2]]
    matrix = homography(unit_square(width, height), corners)
    drawn = laid(texture, matrix, size, look)
    picture = drawn[..., :3] + frame * (1 - drawn[..., 3:])
    truth = lens(transform(matrix, bent(centres, texture, look)), size, look.barrel)
    light, mask = decode(picture).astype(np.float32), np.zeros(size[::-1], np.float32)
    pitch = float(np.median(np.linalg.norm(np.diff(truth, axis=0), axis=1)))
    for _ in range(look.hands):
        toward = truth[int(rng.integers(len(truth)))] + rng.uniform(-0.5, 0.5, 2) * pitch
        angle = rng.uniform(0, 2 * np.pi)
        one = hand(size, toward + 30 * pitch * np.array((np.cos(angle), np.sin(angle))), toward, 0.9 * pitch,
                   int(rng.integers(1, 4)), rng)
        skin = np.array(SKIN[int(rng.integers(len(SKIN)))], np.float32)
        light += one[..., None] * (skin * (1 + 0.1 * rng.normal(size=3)).astype(np.float32) - light)
        mask = np.maximum(mask, one)
    ys, xs = np.mgrid[:size[1], :size[0]].astype(np.float32)
    middle = truth.mean(0)
    if look.shadow:
        angle = rng.uniform(0, 2 * np.pi)
        across = ((xs - middle[0]) * np.cos(angle) + (ys - middle[1]) * np.sin(angle)) / pitch + rng.uniform(-1, 1)
        light *= (1 - look.shadow / (1 + np.exp(-across / rng.uniform(0.05, 0.5))))[..., None]
    if look.uneven:
        angle = rng.uniform(0, 2 * np.pi)
        across = ((xs - middle[0]) * np.cos(angle) + (ys - middle[1]) * np.sin(angle)) / (6 * pitch)
        light *= (1 + look.uneven * np.tanh(across))[..., None]
    light *= np.array([rng.uniform(*g) for g in look.gains], np.float32) * np.float32(rng.uniform(*look.exposure))
    if look.glare:
        for _ in range(int(rng.integers(1, 3))):
            at = truth[int(rng.integers(len(truth)))]
            wide_, tall = rng.uniform(0.4, 1.6, 2) * pitch
            light += np.float32(look.glare) * np.exp(-((xs - at[0]) / wide_) ** 2 - ((ys - at[1]) / tall) ** 2)[..., None]
            mask = np.maximum(mask, 0.0)
    covered = np.array([covering(mask, c, pitch) for c in truth])
    outside = ~((truth > 0.2 * pitch) & (truth < np.array(size) - 0.2 * pitch)).all(1)
    return Shown(photograph(light, look, rng), plate.kind, truth, np.where(outside, 1.0, covered))


def covering(mask, at, pitch):
    """Share of the middle of a patch that is covered."""
    x, y = np.round(at - 0.5).astype(int)
    r = max(1, int(0.22 * pitch))
    part = mask[max(0, y - r):y + r + 1, max(0, x - r):x + r + 1]
    return float(part.mean()) if part.size else 1.0
