"""Clips whose exact composite is known: a graphic painted on the example shot's sign before the camera, and the clip without.

The wall is drawn three times as fine as the frame, so that the truth does not share the insert's sampling.
"""

import time
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.image.warp import transform, unit_square, warp
from raccord.nodes.media.frames import Frames
from raccord.nodes.shot import example
from raccord.nodes.shot.scenery import SIGN, draw_wall
from raccord.nodes.tracking.insert.grain import measure_grain
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.insert.masks import Masks
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

SIZE = example.WIDTH, example.HEIGHT
_FINE = 3


@dataclass(frozen=True)
class Case:
    """A clip as it was shot, the same with the graphic in it (no grain), the graphic, and the exact track.

    `exposed` (T, 4, 2) are the corners' mean over each exposure: that is where a frame shows them. The track has them where they
    are in its middle, up to 0.12 px away at three times the pace, because the hand sways within the exposure.
    """

    clip: torch.Tensor
    exact: torch.Tensor
    graphic: torch.Tensor
    track: Track
    exposed: np.ndarray


def poster(width=1170, height=750, *, whole=False):
    """A drawn picture (1, h, w, 4): broad colours, letters' worth of edges, a gradient."""
    y, x = torch.meshgrid(torch.linspace(0, 1, height), torch.linspace(0, 1, width), indexing="ij")
    base = torch.stack((0.75 - 0.3 * y, 0.35 + 0.3 * x, 0.3 + 0.2 * y), dim=-1)
    disc = ((x - 0.3) ** 2 * (width / height) ** 2 + (y - 0.5) ** 2) < 0.09
    base[disc] = torch.tensor((0.92, 0.88, 0.8))
    bars = (x > 0.6) & (x < 0.92) & (((y * 7) % 1) < 0.4) & (y > 0.15) & (y < 0.85)
    base[bars] = torch.tensor((0.1, 0.16, 0.3))
    alpha = torch.full((height, width, 1), float(whole))
    alpha[height // 10:-height // 10, width // 10:-width // 10] = 1  # its edges lie on the sign, or on the sign's own edge
    return torch.cat((base, alpha), dim=-1)[None]


def lens_blur(picture, sigma):
    if not sigma:
        return picture
    at = torch.arange(-8.0, 9.0)
    kernel = torch.exp(-(at**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, -1)
    planes = F.pad(picture.movedim(-1, 1), (8, 8, 8, 8), mode="replicate")
    return F.conv2d(F.conv2d(planes, kernel, groups=3), kernel.transpose(-1, -2), groups=3).movedim(1, -1)


def case(frames=24, *, noise=0.0, lens=0.5, shutter=0, drift=0.0, pace=1.0, whole=False):
    """Draw one case.

    `noise` of 255ths, `lens` in pixels, `shutter` in degrees, `drift` of linear light over the clip, `pace` of the camera,
    `whole` where the graphic ends exactly where the sign ends.
    """
    wall = F.interpolate(srgb_to_linear(draw_wall()).movedim(-1, 1), scale_factor=_FINE, mode="bicubic").clamp_min(0)
    wall, graphic = wall.movedim(1, -1), poster(SIGN[2] * _FINE, SIGN[3] * _FINE, whole=whole)
    painted = wall.clone()
    x, y, w, h = (_FINE * v for v in SIGN)
    rgb, alpha = srgb_to_linear(graphic[..., :3]), graphic[..., 3:]
    painted[:, y:y + h, x:x + w] = painted[:, y:y + h, x:x + w] * (1 - alpha) + rgb * alpha
    fine = np.diag([1 / _FINE, 1 / _FINE, 1.0])
    sign, exposed = unit_square(*SIGN[2:]) + SIGN[:2], []
    random, clip, exact, corners = torch.Generator().manual_seed(7), [], [], []
    times = [0.0] if not shutter else [((k + 0.5) / 12 - 0.5) * shutter / 360 for k in range(12)]
    for t in range(frames):
        gain = 1 + drift * (t / max(frames - 1, 1) - 0.5)  # the graphic is graded for the middle of the clip
        seen = []
        for scene in (wall, painted):
            shown = sum(warp(scene, example.camera((t + s) * pace) @ fine, SIZE[1], SIZE[0], samples=4) for s in times)
            seen.append(linear_to_srgb(lens_blur(shown / len(times) * gain, lens)).clamp(0, 1))
        grain = torch.randn(seen[0].shape, generator=random) * noise / 255
        clip.append(((seen[0] + grain).clamp(0, 1) * 255).round() / 255)
        exact.append(seen[1])
        corners.append(transform(example.camera(t * pace), sign))
        exposed.append(np.mean([transform(example.camera((t + s) * pace), sign) for s in times], axis=0))
    track = Track(SIZE, Fraction(24), tuple(TrackFrame(Quad.from_array(c), "tracked", 1.0) for c in corners))
    return Case(torch.cat(clip), torch.cat(exact), graphic, track, np.stack(exposed))


def psnr(done, exact, matte):
    """Of the pixels that the graphic covers, encoded values, in dB."""
    covered = matte > 0
    return float(-10 * torch.log10((done - exact)[covered].square().mean()))


ROWS = {"plain": {}, "to the sign's edge": {"whole": True}, "light drift 30 %": {"drift": 0.3}, "noise 3/255": {"noise": 3.0},
        "lens 1 px, noise 1": {"lens": 1.0, "noise": 1.0},
        "shutter 180°, 3 × pace": {"shutter": 180, "pace": 3.0},
        "all: noise 3, 180°, drift": {"noise": 3.0, "shutter": 180, "drift": 0.3, "pace": 2.0}}


def insert(_options=None, frames=12):
    """Insert Graphic: PSNR against the exact composite with the exact and with the measured track, jitter of its corners."""
    print(f"\n{'insert: case':28} {'exact track':>12} {'tracked':>8} {'jitter px':>10} {'softness':>9} {'grain 255':>10} "
          f"{'ms/frame':>9}")
    for name, how in ROWS.items():
        row(name, how, frames)
    grain_rows(frames)


def row(name, how, frames):
    scene, shutter = case(frames, **how), how.get("shutter", 0)
    wanted = {"fit": "fill", "light": 1.0, "softness": -1.0, "shutter": shutter, "clean_border": True}
    started = time.process_time()
    done = insert_graphic(scene.clip, scene.track, scene.graphic, **wanted)
    took = (time.process_time() - started) / frames
    track = track_surface(Frames(scene.clip), scene.track.frames[0].corners, 0, fps=Fraction(24)).track
    pinned = insert_graphic(scene.clip, track, scene.graphic, **wanted)
    known = [i for i, f in enumerate(track.frames) if f.corners]
    off = np.array([track.frames[i].corners.array - scene.exposed[i] for i in known])
    jitter = float(np.sqrt((np.diff(off, axis=0) ** 2).sum(-1).mean()))
    grain = measure_grain(scene.clip, scene.track, Masks(None, frames, SIZE[1], SIZE[0], "visible"))
    sigma = "none" if grain is None else f"{255 * np.median(grain.factors.norm(dim=-1)):.2f}"
    print(f"{name:28} {psnr(done.images, scene.exact, done.matte):9.2f} dB {psnr(pinned.images, scene.exact, pinned.matte):8.2f} "
          f"{jitter:10.4f} {done.softness:9.2f} {sigma:>10} {1e3 * took:9.0f}", flush=True)


def grain_rows(frames):
    """With the grain drawn: against the composite that has the clip's own noise, and against the one that has none."""
    scene, bare = case(frames, noise=2.0), case(frames)
    noisy = (scene.exact + scene.clip - bare.clip).clamp(0, 1)
    for grain in (0.0, 0.5, 1.0):
        done = insert_graphic(scene.clip, scene.track, scene.graphic, fit="fill", light=1.0, softness=-1.0, clean_border=True,
                              grain=grain)
        print(f"noise 2/255, grain {grain:g}: {psnr(done.images, noisy, done.matte):.2f} dB against the clip's own noise, "
              f"{psnr(done.images, scene.exact, done.matte):.2f} dB against none", flush=True)
