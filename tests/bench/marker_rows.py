"""Rows of the tracking bench: markers found again after wear, and markers taken out of a clip against the clip without them."""

from fractions import Fraction

import moving_sign
import numpy as np
import torch
from raccord.nodes.shot.example import draw_example
from raccord.nodes.tracking.find_markers import find_markers
from raccord.nodes.tracking.remove import remove_markers
from raccord.nodes.tracking.stamp import stamp_markers
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame
from stamped_clips import stamp_along
from worn_pictures import WEARS, worn

PATTERNS = ("checker corner", "cross", "dot", "ring", "survey triangle", "apriltag 36h11")


def scenes():
    """Busy surfaces with their corners: the example's sign and brick wall, two drawn textures."""
    shot = draw_example()
    out = [(shot.images[12:13], Quad.from_array(shot.truth["sign"][12])),
           (shot.images[20:21], Quad.parse("40,310 640,330 600,500 60,490"))]
    corners = moving_sign.path(3, (480, 270), 400)
    return out + [(moving_sign.film(corners, (960, 540), seed=s)[:1], Quad.from_array(corners[0])) for s in (0, 1)]


def markers(options):
    """Markers found after blur, JPEG 40, noise, a cast, resize to 0.7 and back, and all of these; the guess is up to 7 px off."""
    known = scenes()
    print(f"\n{'markers: pattern':18} {'wear':12} {'found':>8} {'median px':>10} {'p95 px':>8}  (bar: 95 %, 0.15 px)")
    for pattern in PATTERNS:
        for kind in WEARS:
            off, count, size = [], 0, 40 if pattern.startswith("apriltag") else 28
            for seed, (image, quad) in enumerate(known):
                done = stamp_markers(image, quad, pattern=pattern, count=9, size_px=size, strength=0.8)
                rng = np.random.default_rng(seed)
                guess = Quad.from_array(quad.array + rng.uniform(-6, 6, 2) + rng.uniform(-1, 1, (4, 2)))
                truth, count = {m.number: m.centre for m in done.markers.markers}, count + 9
                found = find_markers(worn(done.image, kind), done.markers, guess).markers
                off += [float(np.hypot(*np.subtract(m.centre, truth[m.number]))) for m in found]
            share = f"{sum(o < 1 for o in off)}/{count}"
            print(f"{pattern:18} {kind:12} {share:>8} {np.median(off):10.3f} {np.percentile(off, 95):8.3f}", flush=True)


def removal(options):
    """Markers stamped along the example's sign by its exact corners and taken out again: PSNR where the paint was."""
    shot, numbers = draw_example(), range(0, 48, 8)
    images, quads = shot.images[list(numbers)], [Quad.from_array(shot.truth["sign"][n]) for n in numbers]
    door = [Quad.parse("781,134 930,131 931,487 782,489")] * 4
    print(f"\n{'removal: surface':18} {'pattern':16} {'clip':28} {'PSNR dB':>8} {'worst':>7}  (bar: 38, 34)")
    for name, clip, corners in (("sign", images, quads), ("door", shot.images[12:13].expand(4, -1, -1, -1), door)):
        for pattern in ("cross", "checker corner"):
            for kind in ("thin paint", "thin paint, noise 1", "opaque paint", "opaque paint, clean picture"):
                painted, where, stamped = stamp_along(clip, corners, 0, pattern=pattern, count=9, size_px=24, strength=0.8,
                                                      opaque="opaque" in kind)
                if "noise" in kind:
                    painted = painted + torch.randn(painted.shape, generator=torch.Generator().manual_seed(0)) / 255
                track = Track((960, 540), Fraction(24), tuple(TrackFrame(q, "tracked", 1.0) for q in corners))
                done = remove_markers(painted.clamp(0, 1), track, stamped, clip[:1] if "clean" in kind else None)
                off = [(done.images[i] - clip[i])[where[i] > 0.01].square() for i in range(len(clip))]
                whole, worst = float(torch.cat(off).mean()), max(float(o.mean()) for o in off)
                print(f"{name:18} {pattern:16} {kind:28} {-10 * np.log10(whole + 1e-9):8.2f} {-10 * np.log10(worst + 1e-9):7.2f}",
                      sorted(set(done.how.values())), flush=True)


ROWS = {"markers": markers, "removal": removal}
