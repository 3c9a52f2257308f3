"""Rows of the tracking bench: markers found again after wear, and markers taken out of a clip against the clip without them."""

import time
from fractions import Fraction

import cv2
import moving_sign
import numpy as np
import torch
from raccord.nodes.image.warp import homography, transform, warp
from raccord.nodes.media.frames import Frames
from raccord.nodes.shot.example import draw_example
from raccord.nodes.tracking.markers.finder import find_markers
from raccord.nodes.tracking.markers.stamp import stamp_markers
from raccord.nodes.tracking.remove.markers import remove_markers
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad
from stamped_clips import (
    camera_scene,
    eight_bits,
    example_scene,
    h264,
    noisy,
    real_scene,
    stamp_carried,
    stamp_each,
    stamp_opaque,
)
from worn_pictures import WEARS, worn

PATTERNS = ("checker corner", "cross", "dot", "ring", "survey triangle", "apriltag 36h11")


def scenes():
    """Busy surfaces with their corners: the example's sign and brick wall, two drawn textures."""
    shot = draw_example()
    out = [(shot.images[12:13], Quad.from_array(shot.truth["sign"][12])),
           (shot.images[20:21], Quad.parse("40,310 640,330 600,500 60,490"))]
    corners = moving_sign.path(3, (480, 270), 400)
    return out + [(moving_sign.film(corners, (960, 540), seed=s)[:1], Quad.from_array(corners[0])) for s in (0, 1)]


MOVED = ("as stamped, moved", "all, moved")


def markers(options):
    """Markers found after wear: where they were stamped, tilted by up to 12 px a corner; and where none were stamped."""
    known = scenes()
    print(f"\n{'markers: pattern':18} {'wear':18} {'found':>8} {'median px':>10} {'p95':>8} {'worst':>8}  (bar: 95 %, 0.15 px)")
    for pattern in PATTERNS:
        size = 40 if pattern.startswith("apriltag") else 28
        done = [stamp_markers(image, quad, pattern=pattern, count=9, size_px=size, strength=0.8) for image, quad in known]
        for kind in (*WEARS, *MOVED):
            off, count = [], 0
            for seed, one in enumerate(done):
                picture, to, guess = _worn_and_moved(one, kind, np.random.default_rng(seed))
                truth, count = {m.number: transform(to, np.array(m.centre)) for m in one.markers.markers}, count + 9
                found = find_markers(picture, one.markers, guess).markers
                off += [float(np.hypot(*(m.centre - truth[m.number]))) for m in found]
            share, middle, most = f"{sum(o < 1 for o in off)}/{count}", np.median(off), np.percentile(off, 95)
            print(f"{pattern:18} {kind:18} {share:>8} {middle:10.3f} {most:8.3f} {max(off):8.3f}", flush=True)
        wrong = sum(len(find_markers(worn(image, kind), one.markers, quad).markers)
                    for (image, quad), one in zip(known, done, strict=True) for kind in ("JPEG 40", "all"))
        print(f"{pattern:18} {'never stamped':18} {wrong:>5}/72", flush=True)


def _worn_and_moved(done, kind, rng):
    """A stamped picture after wear, how it was moved, and a guess: up to 7 px off, or up to 3 px a corner where it was tilted."""
    start, (kind, moved) = done.markers.corners.array, (kind.removesuffix(", moved"), kind.endswith(", moved"))
    if not moved:
        guess = Quad.from_array(start + rng.uniform(-6, 6, 2) + rng.uniform(-1, 1, (4, 2)))
        return worn(done.image, kind), np.eye(3), guess
    corners = start + rng.uniform(-12, 12, (4, 2))
    to = homography(start, corners)
    return worn(warp(done.image, to, *done.image.shape[1:3]), kind), to, Quad.from_array(corners + rng.uniform(-3, 3, (4, 2)))


KINDS = {"each frame stamped": (stamp_each, False), "first frame's paint carried": (stamp_carried, False),
         "paint hides all": (stamp_opaque, False), "paint hides all, clean picture": (stamp_opaque, True)}
CLIPS = {"subway sign": lambda: real_scene("video_wan2_2_5B_ti2v-1", "88,71 150,71 150,123 87,123", count=12, scale=3),
         "taxi": lambda: real_scene("api_kling_effects-1", "118,248 180,248 180,282 118,282", count=12, scale=3),
         "camera": lambda: camera_scene(12), "example": lambda: example_scene(12)}
AFTERWARDS = {"float": lambda clip: clip, "8 bits": eight_bits, "noise 1": noisy, "H.264 18": h264}


def removal(options):
    """Markers stamped along tracked surfaces, worn, tracked anew and taken out: PSNR where the paint was, against the clip."""
    print(f"\n{'removal: clip':13} {'pattern':15} {'paint':31} {'then':9} {'PSNR':>6} {'worst':>6} {'no paint':>9} {'inpaint':>8}"
          f" {'s a frame':>9}  (bar: 38, 34)")
    for name, scene in CLIPS.items():
        known = scene()
        if known is None:
            continue
        clip, quads = tracked(*known)
        cases = [("each frame stamped", w, p) for p in ("cross", "checker corner") for w in AFTERWARDS]
        for kind, wear, pattern in cases + [(k, "8 bits", "cross") for k in list(KINDS)[1:]]:
            make, clean = KINDS[kind]
            painted, where, stamped = make(clip, quads, pattern=pattern, count=9, size_px=24, strength=0.8)
            painted, bare = AFTERWARDS[wear](painted).clamp(0, 1), AFTERWARDS[wear](clip).clamp(0, 1)
            track, start = track_surface(Frames(painted), quads[0], 0, fps=Fraction(24)).track, time.process_time()
            done = remove_markers(painted, track, stamped, clip[:1] if clean else None)
            seconds = (time.process_time() - start) / len(clip)
            inside = where > 0.01
            each = [psnr(done.images[i], clip[i], inside[i]) for i in range(len(clip))]
            print(f"{name:13} {pattern:15} {kind:31} {wear:9} {psnr(done.images, clip, inside):6.1f} {min(each):6.1f} "
                  f"{psnr(bare, clip, inside):9.1f} {psnr(inpainted(painted, inside), clip, inside):8.1f} {seconds:9.2f}",
                  sorted(set(done.how.values())), flush=True)


def tracked(clip, quad):
    """The frames on which the surface is tracked, and its corners there."""
    frames = track_surface(Frames(clip), quad, 0, fps=Fraction(24)).track.frames
    count = next((i for i, f in enumerate(frames) if f.state != "tracked" or f.corners is None), len(frames))
    return clip[:count], [f.corners for f in frames[:count]]


def psnr(picture, truth, where):
    return -10 * float(np.log10(float((picture - truth)[where].square().mean()) + 1e-9))


def inpainted(painted, where):
    """What OpenCV's inpainting makes of the same holes."""
    holes = [cv2.dilate(w.numpy().astype(np.uint8), np.ones((3, 3), np.uint8)) for w in where]
    done = [cv2.inpaint((f.numpy() * 255).round().astype(np.uint8), h, 4, cv2.INPAINT_TELEA)
            for f, h in zip(painted, holes, strict=True)]
    return torch.from_numpy(np.stack(done)).float() / 255


ROWS = {"markers": markers, "removal": removal}
