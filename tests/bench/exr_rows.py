"""Rows of `delivery.py` about EXR frames: data to the bit, what other readers see, frames a second, mezzanines."""

import json
import os
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenImageIO
import torch
from delivery_material import EXACT, clip, ffmpeg, output, picture, work
from raccord.nodes.delivery.vfx import VfxOrder, export_package
from raccord.nodes.media.cryptomatte import name_id
from raccord.nodes.media.mezzanine import MEZZANINES, MezzanineSpec, MezzanineWriter
from raccord.nodes.media.tracks_stmap import stmap
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.track import Track, TrackFrame

SIZE, COUNT = (270, 480), 3
MASKS = ("hero", "jacket", "été")
PATCHES = ((200, 30, 30), (200, 150, 120), (32, 32, 32), (128, 128, 128), (235, 235, 235), (255, 0, 0), (0, 0, 255))


def parts_of(path):
    """What OpenImageIO reads: by part its channels (H, W) and its attributes."""
    found, opened, number = {}, OpenImageIO.ImageInput.open(str(path)), 0
    while opened.seek_subimage(number, 0):
        spec = opened.spec()
        pixels = opened.read_image(number, 0, 0, spec.nchannels, OpenImageIO.UNKNOWN)
        pixels = pixels.reshape(spec.height, spec.width, spec.nchannels)
        attributes = {a.name: a.value for a in spec.extra_attribs}
        found[attributes.get("oiio:subimagename", "rgba")] = ({n: pixels[..., i] for i, n in enumerate(spec.channelnames)},
                                                              attributes)
        number += 1
    opened.close()
    return found


def layers():
    """Depth to 1e4, ids to 5000, motion, two masks that overlap, one name that is not ASCII."""
    rng = np.random.default_rng(1)
    shape = (COUNT, *SIZE, 3)
    soft = torch.from_numpy(rng.random(shape, dtype=np.float32))
    return {"depth": torch.from_numpy((rng.random(shape) * 1e4).astype(np.float32)),
            "id": torch.from_numpy(rng.integers(0, 5000, shape).astype(np.float32)),
            "motion": torch.from_numpy(rng.normal(0, 40, shape).astype(np.float32)),
            **{f"mask:{name}": (soft - 0.2 * i).clamp(0, 1) for i, name in enumerate(MASKS)}}


def track():
    frames = tuple(TrackFrame(Quad.rectangle(40.3 + t, 30.7, 200.1, 120.9), "tracked", 1.0) for t in range(COUNT))
    return Track((SIZE[1], SIZE[0]), Fraction(24000, 1001), frames)


def exact_row(options):
    """Largest error of every channel that is data, read by OpenImageIO; bar 0."""
    shot, given, moved = Shot("show", "SH010", take=3, fps=Fraction(24000, 1001), handles=8), layers(), track()
    batch = torch.from_numpy(np.stack([picture(n, SIZE) for n in range(COUNT)]))
    with tempfile.TemporaryDirectory(dir=options.folder) as passing, output(passing) as folder:
        done = export_package(batch, VfxOrder(shot, layers=given, track=moved))
        files = [folder / f for f in done.files if f.endswith(".exr")]
        worst, crypto = {}, 0.0
        for number, path in enumerate(files):
            parts = parts_of(path)
            data = parts["data"][0]
            wanted = {"depth.Z": given["depth"][number, ..., 0], "id.id": given["id"][number, ..., 0]}
            wanted |= {f"motion.{c}": given["motion"][number, ..., i] for i, c in enumerate("uv")}
            wanted |= {f"mask_{name}.A": given[f"mask:{name}"][number, ..., 0] for name in MASKS}
            place = stmap(moved.frames[number].corners.array, SIZE[1], SIZE[0])
            wanted |= {f"st.{c}": torch.from_numpy(place[..., i]) for i, c in ((0, "u"), (1, "v"), (3, "A"))}
            assert set(data) == set(wanted), (set(data), set(wanted))
            for name, values in wanted.items():
                worst[name] = max(worst.get(name, 0.0), float(np.abs(data[name] - values.numpy()).max()))
            crypto = max(crypto, cryptomatte_error(parts["cryptomatte"], given, number))
        print(f"data, {len(files)} frames, largest error: {max(worst.values())} ({', '.join(worst)}); Cryptomatte {crypto}")
        _, told = parts_of(files[0])["rgba"]
        keys = ("framesPerSecond", "smpte:TimeCode", "chromaticities", "colorInteropID", "compression", "raccord/light",
                "raccord/handles")
        print("header: " + "; ".join(f"{k} {told.get(k)}" for k in keys))


def cryptomatte_error(part, given, number):
    """Each mask picked by the id of its name, as a compositor's tool does it."""
    channels, told = part
    (manifest,) = (json.loads(v) for k, v in told.items() if k.endswith("/manifest"))
    worst = 0.0
    for name in MASKS:
        assert int(manifest[name], 16) == name_id(name)
        wanted, picked = np.array([int(manifest[name], 16)], np.uint32).view(np.float32)[0], np.zeros(SIZE, np.float32)
        for pair in sorted({n.rpartition(".")[0] for n in channels}):
            for which, share in ("RG", "BA"):
                picked += np.where(channels[f"{pair}.{which}"] == wanted, channels[f"{pair}.{share}"], 0)
        worst = max(worst, float(np.abs(picked - given[f"mask:{name}"][number, ..., 0].numpy()).max()))
    return worst


def exr_speed_row(options):
    """EXR of 1080p, RGBA half, ZIP: frames/s of the whole export, and the work of a frame; bar 15 on two idle cores."""
    count = options.speed_frames
    batch = clip(count)
    codes = (batch * 255 + 0.5).byte().float() / 255  # as a generated clip of 8 bit has it
    for name, source in (("grain in float", batch), ("8-bit values", codes)):
        results = []
        for _ in range(3):
            with tempfile.TemporaryDirectory(dir=options.folder) as passing, output(passing):
                begin, worked = time.perf_counter(), work()
                export_package(source, VfxOrder(Shot()))
                results.append((time.perf_counter() - begin, work() - worked))
        wall, cpu = np.min(results, axis=0)
        cores = os.cpu_count()
        print(f"EXR, {name}, {count} frames, {cores} cores: {count / wall:.1f} frames/s, work {1000 * cpu / count:.0f} ms a "
              f"frame ({cores * count / cpu:.1f} frames/s if nothing else ran); load {os.getloadavg()[0]:.1f}", flush=True)


def mezzanine_row(options):
    """Mezzanines as ffmpeg decodes them: largest error of patches, bias and mean error of a grainy frame, in 8-bit values."""
    flat = np.zeros((128, 128 * len(PATCHES), 3), np.uint8)
    for i, colour in enumerate(PATCHES):
        flat[:, 128 * i:128 * (i + 1)] = colour
    for kind in MEZZANINES:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            path = Path(folder) / "a.mov"
            back = _round(path, kind, torch.from_numpy(flat), 1)
            worst = max(np.abs(back[16:-16, 128 * i + 16:128 * i + 112] - c).max() for i, c in enumerate(PATCHES))
            grainy, worked = torch.from_numpy(picture(0)), work()
            apart = _round(path, kind, grainy, 4) - grainy.numpy() * 255.0
            bias = np.abs(apart.mean((0, 1))).max()
            print(f"{kind}: patches {worst:.2f}; bias {bias:.3f}, mean error {np.abs(apart).mean():.2f}; "
                  f"work {250 * (work() - worked):.0f} ms a frame of 1080p, decoding one included")


def _round(path, kind, frame, count):
    size = tuple(frame.shape[:2])
    with MezzanineWriter(path, MezzanineSpec(kind, size[1], size[0], Fraction(24), 1001)) as writer:
        for _ in range(count):
            writer.write(frame)
    data = ffmpeg("-i", path, "-frames:v", 1, "-vf", f"scale={EXACT},format=yuv444p16le", "-f", "rawvideo", "-")
    y, u, v = np.frombuffer(data, "<u2").reshape(3, *size) / 256
    y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    red, blue = y + 1.5748 * v, y + 1.8556 * u  # BT.709, here: with RGB of 16 bit ffmpeg takes 943 for white
    return 255 * np.stack([red, (y - 0.2126 * red - 0.0722 * blue) / 0.7152, blue], -1).clip(0, 1)


def add_arguments(_):
    """None of its own."""


ROWS = {"exr_exact": exact_row, "exr_speed": exr_speed_row, "mezzanine": mezzanine_row}
