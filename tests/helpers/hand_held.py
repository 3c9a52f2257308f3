"""A poster seen by a hand-held camera: exposure-long blur in linear light, lens, rolling shutter, hands, glare; known path.

The poster hangs before a wall half a metre behind it, so the surroundings do not move with it. Frames are grey.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch

SIZE, FOCAL, POSTER, DISTANCE = (1280, 720), 1000.0, (1.0, 0.7), 2.0
CHALLENGES = ("scale", "rotation", "perspective", "blur", "occlusion", "out of view", "glare", "exposure", "unconstrained")


@dataclass(frozen=True)
class Shot:
    """Frames (T, H, W) uint8, true corners (T, 4, 2) in pixel areas, and how much of the poster can be seen on each, 0..1."""

    frames: np.ndarray
    corners: np.ndarray
    shown: np.ndarray


class Grey:
    """A `Shot` as the tracker reads a clip, without a float copy of all of it."""

    is_batch, channels, fps, steady = True, 3, None, True

    def __init__(self, frames):
        self._frames, (self.height, self.width), self.size = frames, frames.shape[1:], frames.shape[:0:-1]

    def __len__(self):
        return len(self._frames)

    def frame(self, number):
        return torch.from_numpy(self._frames[number]).float().div(255)[..., None].expand(-1, -1, 3)


def wander(rng, count, pace):
    """A smooth random path through 0, of about ±1, that needs `pace` frames to change its mind; a function of time."""
    knots = rng.normal(0, 0.6, count // pace + 6)
    knots[:3] = 0

    def at(t):
        i = int(np.floor(t / pace)) + 1
        s, (a, b, c, d) = t / pace - np.floor(t / pace), knots[i - 1:i + 3]
        return b + s * ((c - a) / 2 + s * ((2 * a - 5 * b + 4 * c - d) / 2 + s * (3 * (b - c) + d - a) / 2))

    return at


def camera(challenge, count, seed):
    """Distance, azimuth, elevation, roll, yaw and pitch at a time, by challenge; angles in radians."""
    rng = np.random.default_rng(seed)
    slow = [wander(rng, count, 24) for _ in range(6)]
    shaking = [wander(rng, count, 5) for _ in range(3)]
    parts = {challenge} if challenge != "unconstrained" else {"scale", "rotation", "perspective", "blur"}
    less = 1.0 if challenge != "unconstrained" else 0.6

    def at(t):
        way = 2 * np.pi * t / max(count - 1, 1)
        rise = min(1.0, t / 8)
        d = DISTANCE * (np.exp(less * 0.92 * np.sin(way)) if "scale" in parts else 1 + 0.06 * slow[0](t))
        az = (less * np.radians(65) * np.sin(way * 2) if "perspective" in parts else 0) + 0.10 * slow[1](t)
        el = (less * np.radians(28) * np.sin(way * 3) if "perspective" in parts else 0) + 0.06 * slow[2](t)
        roll = (less * np.pi * (1 - np.cos(way)) / 2 if "rotation" in parts else 0) + 0.04 * slow[3](t)
        wild = less * (0.055 if "blur" in parts else 0.004) * rise * (0.5 + 0.5 * np.sin(way * 3) if "blur" in parts else 1)
        yaw, pitch = 0.03 * slow[4](t) + wild * shaking[0](t), 0.03 * slow[5](t) + wild * shaking[1](t)
        if "out of view" in parts:
            yaw, pitch = yaw + 0.75 * np.sin(way) ** 3, pitch + 0.2 * np.sin(way * 2) ** 3
        return d, az, el, roll + wild * shaking[2](t), yaw, pitch

    return at


def planes(pose, behind):
    """Homographies (3, 3) of the poster's plane in metres, and of the wall's `behind` it, to the frame in pixel areas."""
    d, az, el, roll, yaw, pitch = pose
    eye = d * np.array([np.sin(az) * np.cos(el), np.sin(el), -np.cos(az) * np.cos(el)])
    ahead = -eye / d
    right = np.cross((0, 1, 0), ahead)
    right /= np.linalg.norm(right)
    turn = cv2.Rodrigues(np.array([0, 0, roll]))[0] @ cv2.Rodrigues(np.array([pitch, yaw, 0]))[0]
    view = turn @ np.stack([right, np.cross(ahead, right), ahead])
    lens = np.array([[FOCAL, 0, SIZE[0] / 2], [0, FOCAL, SIZE[1] / 2], [0, 0, 1]])
    return [lens @ np.stack([view[:, 0], view[:, 1], view @ (np.array([0, 0, z]) - eye)], axis=1) for z in (0.0, behind)]


class Film:
    """Draws frames of one poster: `still` grey 0..255, `wall` what is behind it."""

    def __init__(self, still, wall, challenge, count, seed):
        self.challenge, self.count, self.rng = challenge, count, np.random.default_rng(seed + 7)
        self.at = camera(challenge, count, seed)
        ratio = POSTER[0] / POSTER[1]
        high = min(still.shape[0], round(still.shape[1] / ratio))
        still = cv2.resize(still[:high, :round(high * ratio)], (1000, 700), interpolation=cv2.INTER_AREA)
        self.poster = _pyramid(((still / 255) ** 2.2).astype(np.float32))
        wall = cv2.resize(wall, (700, 700), interpolation=cv2.INTER_AREA)
        self.wall = _pyramid((0.8 * (np.tile(np.block([[wall, wall[:, ::-1]], [wall[::-1], wall[::-1, ::-1]]]), (2, 3)) / 255)
                              ** 2.2).astype(np.float32))
        self.lens = -0.02 if challenge == "unconstrained" else 0.0
        self.readout = 0.5 if challenge in ("blur", "unconstrained") else 0.0
        self.hand = cv2.GaussianBlur(self.rng.normal(0, 1, (240, 240)).astype(np.float32), (0, 0), 6)
        y, x = np.mgrid[:SIZE[1], :SIZE[0]].astype(np.float32) + 0.5
        self.x, self.y = x, y
        u, v = (x - SIZE[0] / 2) / FOCAL, (y - SIZE[1] / 2) / FOCAL
        back = 1 / (1 + self.lens * (u * u + v * v) * (1 - 2 * self.lens * (u * u + v * v)))
        self.straight = [np.float32(SIZE[0] / 2 + u * back * FOCAL - 0.5), np.float32(SIZE[1] / 2 + v * back * FOCAL - 0.5)]

    def corners(self, t):
        """Without lens and rolling shutter."""
        w, h = POSTER
        square = np.array([[-w, -h], [w, -h], [w, h], [-w, h]]) / 2
        return cv2.perspectiveTransform(square[None], planes(self.at(t), 0.5)[0])[0]

    def frame(self, t):
        """Picture, corners and share shown of frame `t`."""
        corners = self.corners(t)
        pace = self.corners(t + 0.5) - self.corners(t - 0.5) if t else np.zeros((4, 2))
        exposure = 0.0 if not t else (0.5 if self.challenge in ("blur", "unconstrained") else 0.2)
        parts = int(np.clip(np.ceil(np.abs(pace).max() * exposure / 2.4), 1, 15))
        times = t + exposure * ((np.arange(parts) + 0.5) / parts - 0.5)
        light = np.mean([self._drawn(when) for when in times], axis=0)
        light = self._glare(light, corners, t) if self.challenge in ("glare", "unconstrained") else light
        light, hidden = self._hand(light, corners, t) if self.challenge in ("occlusion", "unconstrained") else (light, 0.0)
        seen, corners = self._through_lens(light, corners, pace.mean(0))
        level, noise = 1.0, 2.0
        if self.challenge in ("exposure", "unconstrained") and t:
            level = (1.0, 1.6, 0.55, 2.4, 0.8)[int(5 * t / self.count)] * (1 + 0.1 * np.sin(t))
            noise = 7.0 if t % 60 > 30 else 3.0
        picture = 255 * np.clip(seen * level, 0, 1) ** (1 / 2.2)
        picture = (picture + self.rng.normal(0, noise, picture.shape)).clip(0, 255).round().astype(np.uint8)
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1], cv2.IMREAD_GRAYSCALE)
        return picture, corners, _inside(corners) * (1 - hidden)

    def _drawn(self, t):
        front, back = planes(self.at(t), 0.5)
        out = _painted(self.wall, back, (12.0, 8.0))
        w, h = POSTER
        poster, cover = _painted(self.poster, front, POSTER), np.zeros(out.shape, np.float32)
        square = np.array([[-w, -h], [w, -h], [w, h], [-w, h]]) / 2
        at = cv2.perspectiveTransform(square[None], front)[0] - 0.5
        cv2.fillConvexPoly(cover, np.round(at * 16).astype(np.int32), 1, cv2.LINE_8, 4)
        cover = cv2.GaussianBlur(cover, (0, 0), 0.6)
        return out * (1 - cover) + poster * cover

    def _glare(self, light, corners, t):
        middle = corners.mean(0) + 0.4 * np.ptp(corners, axis=0) * (np.sin(t / 17), np.cos(t / 23))
        reach = 0.16 * np.ptp(corners, axis=0).max()
        spot = np.exp(-((self.x - middle[0]) ** 2 + 1.7 * (self.y - middle[1]) ** 2) / (2 * reach**2))
        return light * (1 - 0.3 * spot) + 1.1 * spot

    def _hand(self, light, corners, t):
        phase = (t / self.count * (3 if self.challenge == "occlusion" else 2)) % 1
        if not 0.35 < phase < 0.9:
            return light, 0.0
        size = np.ptp(corners, axis=0).max()
        middle = corners.mean(0) + size * np.array([1.4 * (phase - 0.35) / 0.55 - 0.7, 0.12 * np.sin(t / 3)])
        shape = ((self.x - middle[0]) / (0.22 * size)) ** 2 + ((self.y - middle[1]) / (0.5 * size)) ** 2
        cover = cv2.GaussianBlur((shape < 1).astype(np.float32), (0, 0), 2.5)
        scale = 240 / size
        skin = cv2.remap(self.hand, (self.x - np.float32(middle[0])) * np.float32(scale) + 120,
                         (self.y - np.float32(middle[1])) * np.float32(scale) + 120, cv2.INTER_LINEAR,
                         borderMode=cv2.BORDER_REFLECT)
        mask = np.zeros(light.shape, np.uint8)
        cv2.fillConvexPoly(mask, np.round(corners * 16).clip(-1e6, 1e6).astype(np.int32), 1, cv2.LINE_8, 4)
        hidden = float((mask * cover).sum() / max(mask.sum(), 1))
        return light * (1 - cover) + cover * (0.3 + 0.6 * skin), hidden

    def _through_lens(self, light, corners, pace):
        if not self.lens and not self.readout:
            return light, corners
        late = self.readout * ((self.straight[1] + 0.5) / SIZE[1] - 0.5)
        seen = cv2.remap(light, self.straight[0] - np.float32(pace[0]) * late, self.straight[1] - np.float32(pace[1]) * late,
                         cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        moved = corners
        for _ in range(5):
            moved = corners + pace * self.readout * (moved[:, 1:] / SIZE[1] - 0.5)
        away = (moved - np.divide(SIZE, 2)) / FOCAL
        return seen, np.divide(SIZE, 2) + FOCAL * away * (1 + self.lens * (away**2).sum(1, keepdims=True))


def film(still, wall, challenge, count, seed=0):
    """All frames of one challenge."""
    drawer = Film(still, wall, challenge, count, seed)
    frames, corners, shown = zip(*(drawer.frame(t) for t in range(count)), strict=True)
    return Shot(np.stack(frames), np.stack(corners), np.array(shown))


def _pyramid(picture, levels=4):
    out = [picture]
    for _ in range(levels - 1):
        out.append(cv2.resize(out[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return out


def _painted(pyramid, plane, metres):
    """A plane of `metres` around its middle, drawn with a texture as fine as the frame can show in its middle."""
    high, wide = pyramid[0].shape
    scale = np.array([[metres[0] / wide, 0, -metres[0] / 2], [0, metres[1] / high, -metres[1] / 2], [0, 0, 1]])
    near = cv2.perspectiveTransform(np.array([[[0, 0], [0.01, 0], [0, 0.01]]]), plane)[0]
    finest = np.linalg.norm(near[1:] - near[0], axis=1) / 0.01 * np.array([metres[0] / wide, metres[1] / high])
    level = int(np.clip(np.floor(np.log2(1 / max(np.sqrt(finest.prod()), 1e-3)) + 0.5), 0, len(pyramid) - 1))
    texture = pyramid[level]
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
    h = np.linalg.inv(half) @ plane @ scale @ np.diag([wide / texture.shape[1], high / texture.shape[0], 1.0]) @ half
    return cv2.warpPerspective(texture, h, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def _inside(corners):
    frame = np.array([[0, 0], [SIZE[0], 0], SIZE, [0, SIZE[1]]], np.float32)
    whole = abs(cv2.contourArea(corners.astype(np.float32)))
    return float(cv2.intersectConvexConvex(corners.astype(np.float32), frame)[0] / max(whole, 1.0))
