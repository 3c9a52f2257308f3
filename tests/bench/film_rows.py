"""Rows of `delivery.py` about films: colour over generations, colour as tagged, speed, memory."""

import os
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from delivery_material import EXACT, HEIGHT, WIDTH, Peak, clip, decoded, ffmpeg, output, picture, work
from raccord.nodes.host import api
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.shot.example import draw_example
from raccord.nodes.shot.load import load_clip

GENERATIONS = 10
RATE = Fraction(24)
PATCHES = ((200, 30, 30), (200, 150, 120), (32, 32, 32), (128, 128, 128), (192, 192, 192), (235, 235, 235))


def encoder(spec):
    """The settings of a FilmSpec as ffmpeg's arguments; threads as ffmpeg has them by itself."""
    return ["-c:v", "libx264", "-preset", spec.preset, "-crf", spec.crf, "-bf", spec.b_frames, "-g", spec.gop, "-keyint_min",
            spec.gop, "-sc_threshold", 0, "-maxrate", f"{spec.peak_kbps}k", "-bufsize", f"{spec.peak_kbps}k", "-x264-params",
            "open-gop=0:rc-lookahead=10:b-adapt=0", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
            "-color_range", "tv", "-movflags", "+faststart"]


def raw(size, rate=24):
    return ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[1]}x{size[0]}", "-r", rate]


TO_YUV = f"scale=out_color_matrix=bt709:in_range=pc:out_range=tv:{EXACT},format=yuv420p"


def fields():
    """Frames to send round: a smooth field of colours and the first frame of the example shot."""
    coarse = np.random.default_rng(0).integers(20, 236, (3, 5, 5)).astype(np.float32)
    smooth = torch.nn.functional.interpolate(torch.from_numpy(coarse)[None], (512, 512), mode="bicubic", align_corners=True)
    shot = draw_example().images[0, :, :, :3].numpy()
    even = shot[:shot.shape[0] // 2 * 2, :shot.shape[1] // 2 * 2]
    return {"smooth": smooth[0].permute(1, 2, 0).clamp(0, 255).add(0.5).byte().numpy(),
            "shot": (even * 255 + 0.5).astype(np.uint8)}


def our_turn(frame, folder, spec):
    """Written by us and read by Load Clip."""
    with FilmWriter(folder / "input" / "a.mp4", spec) as writer:
        writer.write(frame[None])
    images = load_clip("a.mp4", 0, 0, "from file", "refuse", 0.0).images
    return (images[0].numpy() * 255 + 0.5).astype(np.uint8)


def core_turn(frame, folder, spec):
    """Written by us and read by core's Load Video."""
    from comfy_api.v0_0_2 import InputImpl

    with FilmWriter(folder / "input" / "b.mp4", spec) as writer:
        writer.write(frame[None])
    images = InputImpl.VideoFromFile(str(folder / "input" / "b.mp4")).get_components().images
    return (images[0].numpy() * 255 + 0.5).astype(np.uint8)


def their_turn(frame, folder, spec):
    """Written and read by ffmpeg's exact conversion."""
    ffmpeg(*raw(frame.shape[:2]), "-i", "-", "-vf", TO_YUV, *encoder(spec), folder / "c.mp4", data=frame.tobytes())
    return decoded(folder / "c.mp4", 1, frame.shape[:2])[0]


def drift_row(_):
    """Mean shift a channel after ten generations, beyond what the codec itself loses; bar 0.10."""
    from raccord.nodes import runtime

    api.provide()
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        (folder / "input").mkdir()
        runtime.input_directory = lambda: folder / "input"
        for name, start in fields().items():
            for crf in (14, 1):
                spec = FilmSpec(start.shape[1], start.shape[0], RATE, peak_kbps=200_000, crf=crf)
                shifts = {}
                for who, turn in (("ours", our_turn), ("ffmpeg", their_turn), ("core's Load Video", core_turn)):
                    frame = start
                    for _ in range(GENERATIONS):
                        frame = turn(frame, folder, spec)
                    shifts[who] = (frame.astype(float) - start).mean((0, 1))
                beyond = np.abs(shifts["ours"] - shifts["ffmpeg"]).max()
                words = "; ".join(f"{who} {', '.join(f'{v:+.3f}' for v in shift)}" for who, shift in shifts.items())
                print(f"drift, {name}, crf {crf}: {beyond:.3f} beyond ffmpeg ({words})", flush=True)


def patches_row(_):
    """Flat patches of our film, as ffmpeg decodes them by the film's tags; bar 1.5 code values."""
    size, worst = (128, 128 * len(PATCHES)), {}
    frame = np.zeros((*size, 3), np.uint8)
    for i, colour in enumerate(PATCHES):
        frame[:, 128 * i:128 * (i + 1)] = colour
    with tempfile.TemporaryDirectory() as folder:
        with FilmWriter(Path(folder) / "a.mp4", FilmSpec(size[1], size[0], RATE)) as writer:
            writer.write(np.repeat(frame[None], 24, 0))
        back = decoded(Path(folder) / "a.mp4", 24, size).astype(float)
    for i, colour in enumerate(PATCHES):
        worst[colour] = np.abs(back[:, 16:-16, 128 * i + 16:128 * i + 112] - colour).max()
    print(f"patches, largest error: {max(worst.values()):.1f} ({', '.join(f'{c} {v:.1f}' for c, v in worst.items())})")


def speed_row(options):
    """H.264 of 1080p from RGB frames: ours and ffmpeg's, in turn; the medians of three; bar 0.85 of ffmpeg's frames/s."""
    count, spec = options.speed_frames, FilmSpec(WIDTH, HEIGHT, RATE)
    with tempfile.TemporaryDirectory(dir=options.folder) as passing:
        folder = Path(passing)
        np.stack([(picture(n) * 255 + 0.5).astype(np.uint8) for n in range(count)]).tofile(folder / "frames.rgb")
        frames = np.memmap(folder / "frames.rgb", np.uint8, "r", shape=(count, HEIGHT, WIDTH, 3))
        ours, theirs = [], []
        for _ in range(3):
            for results, run in ((ours, _write_ours), (theirs, _write_theirs)):
                begin, worked = time.perf_counter(), work()
                run(frames, folder, spec)
                results.append((time.perf_counter() - begin, work() - worked))
    (wall, cpu), (their_wall, their_cpu) = (np.median(r, axis=0) for r in (ours, theirs))
    print(f"speed, {count} frames: {count / wall:.1f} frames/s, ffmpeg {count / their_wall:.1f}: {their_wall / wall:.2f} times; "
          f"work {1000 * cpu / count:.0f} and {1000 * their_cpu / count:.0f} ms a frame; load {os.getloadavg()[0]:.1f}")


def _write_ours(frames, folder, spec):
    with FilmWriter(folder / "ours.mp4", spec) as writer:
        for start in range(0, len(frames), 8):
            writer.write(np.asarray(frames[start:start + 8]))


def _write_theirs(_, folder, spec):
    ffmpeg(*raw((HEIGHT, WIDTH)), "-i", folder / "frames.rgb", "-vf", TO_YUV, *encoder(spec), folder / "theirs.mp4")


def memory_row(options):
    """YouTube, Reels and EXR of 240 frames of 1080p: memory added while the nodes run; bar 500 MB."""
    api.provide()
    from comfy_api.v0_0_2 import InputImpl
    from raccord.nodes.delivery.nodes import RaccordChannelExport, RaccordVFXExport

    for kind in options.memory.split(","):
        with tempfile.TemporaryDirectory(dir=options.folder) as passing, output(passing) as folder:
            if kind == "video":
                with FilmWriter(folder / "source.mp4", FilmSpec(WIDTH, HEIGHT, RATE, preset="ultrafast")) as writer:
                    for number in range(options.memory_frames):
                        writer.write((picture(number)[None] * 255).astype(np.uint8))
                source = InputImpl.VideoFromFile(str(folder / "source.mp4"))
            else:
                source = clip(options.memory_frames)
            _import_all()
            with Peak() as peak:
                RaccordChannelExport.execute(source, "youtube_16x9, vertical_9x16")
                films = peak.most - peak.begin
                RaccordVFXExport.execute(source)
            print(f"memory, {kind}, {options.memory_frames} frames: films +{films:.0f} MiB, all +{peak.added:.0f} MiB",
                  flush=True)


def _import_all():
    """What the libraries themselves take is no work of the nodes."""
    from raccord.nodes.delivery import answers, export, vfx  # noqa: F401


def add_arguments(parser):
    parser.add_argument("--speed-frames", type=int, default=72)
    parser.add_argument("--memory-frames", type=int, default=240)
    parser.add_argument("--memory", default="video,batch", help="video, batch (6 GB) or both")
    parser.add_argument("--folder", help="where passing files go")


ROWS = {"drift": drift_row, "patches": patches_row, "film_speed": speed_row, "memory": memory_row}
