"""Corner error and speed of the tracker against known warps of real pictures, as a table.

    python tests/bench/track_accuracy.py [--frames 48] [--own]

The pictures are stills of comfyui-workflow-templates (extra `demo`); without them, or with --own, textures that are drawn here.
Each is warped by a smooth homography with up to about 8 px a frame, a quad of about 300 px before a moving background, 1280×720,
gain ± 12 % and offset ± 6 levels a frame. Errors are RMS over the corners, median and 95th percentile over the frames.
"""

import argparse
import importlib.metadata
import io
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import moving_sign
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.flow import fit_plane, there_and_back
from raccord.nodes.tracking.surface import track_surface
from raccord.nodes.wires.quad import Quad

SIZE = 1280, 720
CASES = {"clean, noise 2": {"noise": 2.0}, "noise 8": {"noise": 8.0}, "180° blur, noise 2": {"noise": 2.0, "blur": 180},
         "H.264 crf 23": {"noise": 2.0, "crf": 23}}


def stills(count=3):
    try:
        files = importlib.metadata.distribution("comfyui-workflow-templates").locate_file("comfyui_workflow_templates/templates")
    except importlib.metadata.PackageNotFoundError:
        return []
    out = []
    for path in sorted(Path(str(files)).glob("*.webp")):
        picture = Image.open(path)
        if getattr(picture, "n_frames", 1) == 1 and min(picture.size) >= 256:
            grey = np.asarray(picture.convert("L").resize((256, 256), Image.Resampling.LANCZOS), np.float32)
            if grey.std() > 35 and cv2.Laplacian(grey, cv2.CV_32F).std() > 12:
                out.append((path.stem, grey))
        if len(out) == 3 * count:
            break
    return out[::3][:count]


def compressed(clip, crf):
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=24, options={"crf": str(crf), "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for frame in clip:
            out.mux(stream.encode(av.VideoFrame.from_ndarray((frame.numpy() * 255 + 0.5).astype(np.uint8), "rgb24")))
        out.mux(stream.encode())
    film.seek(0)
    with av.open(film) as back:
        return torch.stack([torch.from_numpy(f.to_ndarray(format="rgb24")).float() / 255 for f in back.decode(video=0)])


def chain(clip, corners):
    """What there was before: LK from frame to frame with MAGSAC, nothing more."""
    greys = (clip[..., 0].numpy() * 255 + 0.5).astype(np.uint8)
    mask = np.zeros(greys[0].shape, np.uint8)
    cv2.fillConvexPoly(mask, corners[0].round().astype(np.int32), 1)
    first = cv2.goodFeaturesToTrack(greys[0], 600, 0.005, 5, mask=mask, blockSize=5).reshape(-1, 2)
    h, errors = np.eye(3), []
    for before, now, truth in zip(greys[:-1], greys[1:], corners[1:], strict=True):
        at = cv2.perspectiveTransform(first[None].astype(float), h)[0]
        there, good = there_and_back(before, now, at, levels=4, limit=0.7)
        found = fit_plane(first[good].astype(float), there[good].astype(float), "homography", 2.0)
        h = h if found is None else found[0]
        errors.append(rms(cv2.perspectiveTransform(corners[0][None] - 0.5, h)[0] + 0.5, truth))
    return errors


def rms(found, truth):
    return float(np.sqrt(((found - truth) ** 2).sum(1).mean()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--own", action="store_true", help="drawn textures even where the package is installed")
    options = parser.parse_args()
    pictures = [] if options.own else stills()
    pictures = pictures or [(f"drawn {s}", moving_sign.texture(s)) for s in (1, 2, 3)]
    print(f"{'case':20} {'texture':34} {'tracked':>8} {'median':>7} {'p95':>7} {'loop':>6} {'ms/frame':>9}   LK: median, ms")
    for case, how in CASES.items():
        for name, picture in pictures:
            row(case, dict(how), name, picture, options.frames)


def row(case, how, name, picture, count):
    crf = how.pop("crf", None)
    corners = moving_sign.path(count, (520, 330), 300, pace=1.6)
    moving_sign.texture, kept = (lambda seed=0, side=256: picture if seed == 0 else kept(seed, side)), moving_sign.texture
    try:
        clip = moving_sign.film(corners, SIZE, flicker=True, **how)
    finally:
        moving_sign.texture = kept
    clip = clip if crf is None else compressed(clip, crf)
    frames, quad = Frames(clip), Quad.from_array(corners[0])
    started = time.perf_counter()
    tracked = track_surface(frames, quad, 0, fps=Fraction(24))
    took = time.perf_counter() - started
    seen = [(f, c) for f, c in zip(tracked.track.frames[1:], corners[1:], strict=True) if f.state == "tracked"]
    errors = [rms(f.corners.array, c) for f, c in seen if f.corners]
    started = time.perf_counter()
    plain = chain(clip, corners)
    chained = time.perf_counter() - started
    loop = tracked.track.metrics["loop_closure_px"]
    print(f"{case:20} {name[:34]:34} {len(errors) + 1:4}/{count:3} {np.median(errors):7.3f} {np.percentile(errors, 95):7.3f} "
          f"{-1 if loop is None else loop:6.3f} {took / count * 1e3:9.0f} {np.median(plain):9.3f} {chained / count * 1e3:8.0f}",
          flush=True)


if __name__ == "__main__":
    main()
