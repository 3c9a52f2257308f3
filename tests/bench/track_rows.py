"""The rows of `tracking.py` about Track Surface: known warps, speed, loop, occlusion, cuts, and a long film.

Known warps: stills of comfyui-workflow-templates (drawn textures without it), each warped by a smooth homography with up to about
8 px a frame, a quad of about 300 px before a moving background, 1280×720, gain ± 12 % and offset ± 6 levels a frame. Errors are
RMS over the four corners.
"""

import io
import multiprocessing
import resource
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import moving_sign
import numpy as np
import real_clips
import torch
from films import VideoFromFile
from PIL import Image
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.track.overlay import overlay
from raccord.nodes.tracking.track.points import point_tracks
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.tracking.track.visible import visible_mask
from raccord.nodes.wires.quad import Quad

SIZE, COUNT = (1280, 720), 48
CASES = {"clean, noise 2": ({"noise": 2.0}, 0.03), "noise 8": ({"noise": 8.0}, 0.07),
         "180° blur, noise 2": ({"noise": 2.0, "blur": 180}, 0.05), "H.264 crf 23": ({"noise": 2.0, "crf": 23}, 0.10)}
SIGN = "88,71 150,71 150,123 87,123"


def stills(count=3):
    """Pictures with contrast and detail of the template package, name and grey 0..255; drawn ones without it."""
    root, out = real_clips.folder(), []
    for path in sorted(root.glob("*.webp")) if root else ():
        picture = Image.open(path)
        if getattr(picture, "n_frames", 1) == 1 and min(picture.size) >= 256:
            grey = np.asarray(picture.convert("L").resize((256, 256), Image.Resampling.LANCZOS), np.float32)
            if grey.std() > 35 and cv2.Laplacian(grey, cv2.CV_32F).std() > 12:
                out.append((path.stem, grey))
        if len(out) == 3 * count:
            break
    return out[::3][:count] or [(f"drawn {s}", moving_sign.texture(s)) for s in range(1, count + 1)]


def warped(picture, count=COUNT, crf=None, **how):
    """Clip and true corners of a picture on a moving sign."""
    corners = moving_sign.path(count, (520, 330), 300, pace=1.6)
    moving_sign.texture, kept = (lambda seed=0, side=256: picture if seed == 0 else kept(seed, side)), moving_sign.texture
    try:
        clip = moving_sign.film(corners, SIZE, flicker=True, **how)
    finally:
        moving_sign.texture = kept
    return (clip if crf is None else compressed(clip, crf)), corners


def compressed(clip, crf):
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as out:
        write_h264(out, ((f.numpy() * 255 + 0.5).astype(np.uint8) for f in clip), crf)
    film.seek(0)
    with av.open(film) as back:
        return torch.stack([torch.from_numpy(f.to_ndarray(format="rgb24")).float() / 255 for f in back.decode(video=0)])


def write_h264(out, frames, crf):
    stream = out.add_stream("libx264", rate=24, options={"crf": str(crf), "preset": "medium"})
    stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
    for frame in frames:
        out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
    out.mux(stream.encode())


def errors(track, corners):
    """RMS corner error of every tracked frame but the reference, by number."""
    return {t: float(np.sqrt(((f.corners.array - corners[t]) ** 2).sum(1).mean())) for t, f in enumerate(track.frames)
            if f.state == "tracked" and t != track.reference_frame}


def track(clip, corners):
    """The track from frame 0, and what a frame cost: milliseconds by the clock and of the processor."""
    wall, work = time.perf_counter(), time.process_time()
    done = track_surface(Frames(clip), Quad.from_array(corners[0]), 0, fps=Fraction(24))
    return done, (time.perf_counter() - wall) / len(clip) * 1e3, (time.process_time() - work) / len(clip) * 1e3


def warps(options):
    """Known warps: median corner error of the worst texture against the bar of each case."""
    head = f"{'tracked':>8} {'median':>7} {'p95':>7} {'loop':>6} {'wall ms':>8} {'work ms':>8}"
    print(f"\n{'warps: case':20} {'texture':30} {head}")
    pictures = stills()
    for case, (how, bar) in CASES.items():
        medians = []
        for name, picture in pictures:
            clip, corners = warped(picture, **how)
            done, wall, work = track(clip, corners)
            off, loop = list(errors(done.track, corners).values()), done.track.metrics["loop_closure_px"]
            medians.append(np.median(off))
            print(f"{case:20} {name[:30]:30} {len(off) + 1:4}/{len(clip):3} {medians[-1]:7.3f} {np.percentile(off, 95):7.3f} "
                  f"{-1 if loop is None else loop:6.3f} {wall:8.0f} {work:8.0f}", flush=True)
        print(f"warps: {case}: worst texture {max(medians):.3f} px (bar {bar})", flush=True)


def sift(clip, corners):
    """SIFT(4000) with ratio 0.8 and MAGSAC from the reference to each frame: milliseconds a frame, wall and work, and errors."""
    greys = (clip[..., 0].numpy() * 255 + 0.5).astype(np.uint8)
    mask, finder, matcher = np.zeros(greys[0].shape, np.uint8), cv2.SIFT_create(4000), cv2.BFMatcher()
    cv2.fillConvexPoly(mask, corners[0].round().astype(np.int32), 1)
    keys, described = finder.detectAndCompute(greys[0], mask)
    wall, work, off = time.perf_counter(), time.process_time(), []
    for grey, truth in zip(greys[1:], corners[1:], strict=True):
        at, now = finder.detectAndCompute(grey, None)
        good = [a for a, b in matcher.knnMatch(described, now, k=2) if a.distance < 0.8 * b.distance]
        pairs = np.float32([[*keys[m.queryIdx].pt, *at[m.trainIdx].pt] for m in good])
        h, _ = cv2.findHomography(pairs[:, :2], pairs[:, 2:], cv2.USAC_MAGSAC, 2.0, None, 5000, 0.9999)
        found = cv2.perspectiveTransform(corners[0][None] - 0.5, h)[0] + 0.5
        off.append(float(np.sqrt(((found - truth) ** 2).sum(1).mean())))
    count = len(greys) - 1
    return (time.perf_counter() - wall) / count * 1e3, (time.process_time() - work) / count * 1e3, float(np.median(off))


def speed(options):
    """Speed with refinement, loop closure included, against SIFT and MAGSAC on the same frames."""
    clip, corners = warped(stills()[0][1], noise=2.0)
    track(clip[:3], corners)
    done, wall, work = track(clip, corners)
    sift_wall, sift_work, off = sift(clip, corners)
    print(f"\nspeed at 720p: {wall:.0f} ms a frame ({work:.0f} of work): {1e3 / wall:.1f} frames/s (bar 12, idle); "
          f"SIFT {sift_wall:.0f} ms ({sift_work:.0f}): {sift_wall / wall:.1f} x, {sift_work / work:.1f} x in work (bar 4); "
          f"error {np.median(list(errors(done.track, corners).values())):.3f} px, SIFT {off:.3f} px", flush=True)


def loop(options):
    """Loop closure on the sign of the demo clip, frames 0 to 50."""
    clip = real_clips.clip("video_wan2_2_5B_ti2v-1")
    if clip is None:
        print("\nloop closure: not tested, needs comfyui-workflow-templates")
        return
    done = track_surface(Frames(clip[:51]), Quad.parse(SIGN), 0, fps=Fraction(24))
    states, gap = {f.state for f in done.track.frames}, done.track.metrics["loop_closure_px"]
    print(f"\nloop closure on the sign: {gap:.3f} px (bar 0.3), states {sorted(states)}", flush=True)


def occlusion(options):
    """Something hides 30 % of the quad for 20 frames, then all of it for 8."""
    cloth = np.kron(np.random.default_rng(5).uniform(40, 220, (90, 90)), np.ones((9, 9)))

    def hide(t, frame, corners):
        share = 0.3 if 8 <= t < 28 else (1.1 if 28 <= t < 36 else 0)
        if share:
            low, high = corners.min(0).astype(int) - 8, corners.max(0).astype(int) + 8
            frame = frame.copy()
            part = frame[max(0, low[1]):high[1], max(0, low[0]):int(low[0] + share * (high[0] - low[0]))]
            part[:] = cloth[:part.shape[0], :part.shape[1]]
        return frame

    print()
    for name, picture in stills():
        clip, corners = warped(picture, noise=2.0, hide=hide)
        done, _, _ = track(clip, corners)
        off = errors(done.track, corners)
        after = max((v for t, v in off.items() if t >= 36), default=float("nan"))
        states = "".join(f.state[1] for f in done.track.frames)
        print(f"occlusion, {name[:28]:28}: after it at most {after:.3f} px (bar 0.2) on {sum(t >= 36 for t in off)} of 12, "
              f"tracked and over 0.5 px off: {sum(v > 0.5 for v in off.values())} (bar 0), hidden frames called tracked: "
              f"{states[28:36].count('r')} of 8", flush=True)


def cuts(options):
    """A hidden cut to another place, and one to the mirrored take, at frame 20 of 32."""
    pictures = stills()
    clip, corners = warped(pictures[0][1], 32, noise=2.0)
    other, _ = warped(pictures[-1][1], 32, noise=2.0, seed=30)
    print()
    for name, after in (("another take", other), ("the mirrored take", clip.flip(2))):
        done, _, _ = track(torch.cat([clip[:20], after[20:]]), corners)
        states = [f.state for f in done.track.frames]
        print(f"cut to {name}: first lost {states.index('lost') if 'lost' in states else None} (bar 20), "
              f"tracked before {states[:20].count('tracked')} of 20, after {states[20:].count('tracked')} (bar 0)", flush=True)


def long_film(options):
    """A film of 720p as VIDEO with all that the node gives: memory of the process, and what a frame of a longer one costs."""
    counts, figures = (options.frames // 4, options.frames), []
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            path = Path(folder) / f"{count}.mp4"
            draw_film(path, count)
            ours, theirs = multiprocessing.get_context("spawn").Pipe()
            child = multiprocessing.get_context("spawn").Process(target=_track_film, args=(str(path), theirs))
            child.start()
            figures.append(ours.recv())
            child.join()
    print()
    for count, (work, peak, tracked) in zip(counts, figures, strict=True):
        print(f"film of {count} frames of 720p: {work / count * 1e3:.0f} ms of work a frame, peak {peak:.0f} MiB (bar 2048), "
              f"tracked {tracked}", flush=True)


def draw_film(path, count):
    """A sign that goes there and back, so that the film may have any length."""
    corners, rng = moving_sign.path(60, (520, 330), 300, pace=0.5), np.random.default_rng(4)
    once = (moving_sign.film(corners, SIZE, noise=0) * 255).round().to(torch.uint8).numpy()
    grain = [rng.integers(-5, 6, once[0].shape) for _ in range(3)]
    order = (int(59 - abs(59 - t % 118)) for t in range(count))
    with av.open(str(path), "w") as out:
        write_h264(out, ((once[i] + grain[t % 3]).clip(0, 255).astype(np.uint8) for t, i in enumerate(order)), 20)


def _track_film(path, pipe):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
    corners, film = moving_sign.path(60, (520, 330), 300, pace=0.5), Frames(VideoFromFile(path))
    work = time.process_time()
    done = track_surface(film, Quad.from_array(corners[0]), 0, fps=Fraction(24))
    shown = overlay(film, done), visible_mask(done, whole=False), point_tracks(done)
    tracked = sum(f.state == "tracked" for f in done.track.frames)
    pipe.send((time.process_time() - work, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, tracked * bool(shown)))


ROWS = {"warps": warps, "speed": speed, "loop": loop, "occlusion": occlusion, "cuts": cuts, "long": long_film}
