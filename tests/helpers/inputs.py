"""Inputs for the seven workflows, drawn and written here: a wall with a sign that drifts past, its keyframes, a plate, a logo."""

import numpy as np
from films import write_rgb
from PIL import Image, ImageDraw

WIDTH, HEIGHT, FRAMES, STEP = 320, 240, 24, 2


def wall(width=WIDTH + STEP * 64, height=HEIGHT, seed=3):
    """A textured wall with a red sign; wide enough to pan over."""
    rng = np.random.default_rng(seed)
    blocks = Image.fromarray(rng.integers(70, 190, (height // 8, width // 8, 3), dtype=np.uint8))
    coarse = blocks.resize((width, height), Image.BICUBIC)
    fine = rng.normal(0, 9, (height, width, 1))
    picture = Image.fromarray((np.asarray(coarse, float) + fine).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((150, 70, 250, 150), fill=(190, 40, 36))
    for i in range(6):
        draw.rectangle((158 + i * 15, 80 + (i % 3) * 20, 166 + i * 15, 94 + (i % 3) * 20), fill=(240, 236, 228))
    return np.asarray(picture)


def pan(start, count):
    """Frames of a camera that moves `STEP` px a frame to the right."""
    picture = wall()
    return [picture[:, STEP * t:STEP * t + WIDTH] for t in range(start, start + count)]


def logo():
    """A red lozenge with a hole, transparent around."""
    picture = Image.new("RGBA", (120, 60))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((2, 2, 118, 58), 14, fill=(230, 60, 40, 255))
    draw.ellipse((14, 14, 46, 46), fill=(255, 255, 255, 255))
    return picture


def make_inputs(folder):
    """Write clip.mkv, next.mkv, first/last/frame/photo.png, takes.webp and logo.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = pan(0, FRAMES + 12)
    write_rgb(folder / "clip.mkv", frames[:FRAMES])
    write_rgb(folder / "next.mkv", frames[FRAMES:])
    Image.fromarray(frames[0]).save(folder / "first.png")
    Image.fromarray(frames[FRAMES - 1]).save(folder / "last.png")
    for name in ("frame.png", "photo.png"):
        Image.fromarray(frames[0]).resize((640, 480), Image.LANCZOS).save(folder / name)
    takes = [Image.fromarray(frames[i]) for i in (0, 8, 16)]
    takes[0].save(folder / "takes.webp", save_all=True, append_images=takes[1:], lossless=True, duration=100)
    logo().save(folder / "logo.png")
