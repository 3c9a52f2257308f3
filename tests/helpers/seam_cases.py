"""Joins with a known defect, clean joins and joins with harmless changes, made of the generated clips that are installed.

Each join has `REACH` frames on both sides, 320 pixels on the long side, as in the survey that the bars come from. The clips take
turns in how they come: at their own rate, every second or third frame (much motion), with the 256 dithered colours of a GIF,
and with every frame three times, as files from the field do.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np
import real_clips
import torch
import torch.nn.functional as F
from PIL import Image
from raccord.nodes.continuity.defects.inject import split_and_inject

REACH, SIDE = 12, 320
KINDS = (("exposure", 0.5), ("exposure", 1), ("exposure", 2), ("exposure", 4), ("flash", 1), ("temperature", 1),
         ("saturation", 1), ("contrast", 1), ("duplicate", 1), ("freeze", 1), ("dropped", 1), ("dropped", 2), ("speed", 1),
         ("reverse", 1), ("shift", 1), ("shift", 3), ("zoom", 1), ("blur", 1), ("local colour", 1), ("hard cut", 1))
MORE = (("grain", 1), ("duplicate", 2), ("duplicate", 4), ("echo", 1), ("echo", 8 / 3))
BENIGN = ("crf 18", "crf 23", "crf 28", "grain", "pan")
COMES = ("own rate", "own rate", "every 2nd", "every 3rd, gif", "three times, gif")


@dataclass(frozen=True, slots=True)
class Case:
    """A join: frames before and after (B, H, W, 3), its kind, the frames at fault (join at `len(before)`), and the truth."""

    kind: str
    before: torch.Tensor
    after: torch.Tensor
    frames: tuple[int, int] = (0, 0)
    count: int = 0
    box: tuple[int, int, int, int] | None = None


def comes(number: int) -> str:
    """How the clip of this number among all comes."""
    return COMES[number // 2 % len(COMES)]


def frames_of(number: int) -> torch.Tensor:
    """Frames (B, H, W, 3) of clip `number` of `real_clips.names()`, at most 320 pixels a side, as it comes."""
    frames, how = real_clips.clip(real_clips.names()[number]), comes(number)
    height, width = frames.shape[1:3]
    scale = min(1.0, SIDE / max(height, width))
    size = round(height * scale), round(width * scale)
    frames = F.interpolate(frames.movedim(-1, 1), size, mode="area").movedim(1, -1)
    stride = 2 if "2nd" in how else 3 if "gif" in how else 1
    frames = frames[::stride] if len(frames) // stride >= 2 * REACH + 4 or "three" in how else frames
    frames = as_gif(frames) if "gif" in how else eight_bits(frames)
    return frames.repeat_interleave(3, 0) if "three" in how else frames


def eight_bits(frames: torch.Tensor) -> torch.Tensor:
    """What a file of 8 bits keeps."""
    return (frames.clamp(0, 1) * 255).round() / 255


def as_gif(frames: torch.Tensor) -> torch.Tensor:
    """256 dithered colours, one palette for the clip."""
    arrays = (frames.clamp(0, 1) * 255).round().byte().numpy()
    sheet = Image.fromarray(arrays[::max(1, len(arrays) // 8)].reshape(-1, *arrays.shape[2:])).quantize(256)
    drawn = [Image.fromarray(a).quantize(palette=sheet, dither=Image.Dither.FLOYDSTEINBERG) for a in arrays]
    return torch.from_numpy(np.stack([np.asarray(d.convert("RGB")) for d in drawn])).float() / 255


def through_h264(frames: torch.Tensor, crf: int) -> torch.Tensor:
    """Frames written as H.264 4:2:0 and read again."""
    height, width = frames.shape[1] // 2 * 2, frames.shape[2] // 2 * 2
    arrays, file = (frames[:, :height, :width] * 255).round().byte().numpy(), io.BytesIO()
    with av.open(file, "w", format="mp4") as box:
        stream = box.add_stream("libx264", rate=24, options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for array in arrays:
            box.mux(stream.encode(av.VideoFrame.from_ndarray(array, format="rgb24")))
        box.mux(stream.encode())
    file.seek(0)
    with av.open(file) as box:
        return torch.from_numpy(np.stack([f.to_ndarray(format="rgb24") for f in box.decode(video=0)])).float() / 255


def clean(frames: torch.Tensor, most: int = 3) -> Iterator[Case]:
    """Clean joins of a clip, spread over it."""
    places = np.unique(np.linspace(REACH, len(frames) - REACH, most + 2)[1:-1].astype(int))
    for join in places if len(frames) >= 2 * REACH else ():
        yield Case("clean", frames[join - REACH:join], frames[join:join + REACH])


def join_of(number: int, frames: torch.Tensor) -> int:
    """Where the defects of clip `number` lie."""
    return min(max(REACH + 4, int(len(frames) * (0.4 + 0.02 * (number * 7 % 10)))), len(frames) - REACH)


def other_clip(number: int, size: tuple[int, int]) -> torch.Tensor:
    """First frames of another clip, brought to `size` (height, width)."""
    count = len(real_clips.names())
    other = frames_of((number + count // 2) % count)[:REACH]
    return F.interpolate(other.movedim(-1, 1), size, mode="area").movedim(1, -1)


def defective(number: int, frames: torch.Tensor, kinds=KINDS) -> Iterator[Case]:
    """One join with each of `kinds`, in clip `number`."""
    join = join_of(number, frames)
    for defect, severity in kinds:
        other = other_clip(number, tuple(frames.shape[1:3])) if defect == "hard cut" else None
        made = split_and_inject(frames[max(0, join - 2 * REACH):join + REACH], min(join, 2 * REACH), defect, severity, other)
        before, after = made.before[-REACH:], eight_bits(made.after[:REACH])
        last = 2 if defect == "flash" else max(0, made.count - 1) if defect in ("duplicate", "freeze", "echo") else 0
        yield Case(f"{defect} x{severity:.3g}", before, after, (len(before) - 1, len(before) + last), made.count, made.box)


def benign(number: int, frames: torch.Tensor) -> Iterator[Case]:
    """Joins at which nothing is wrong, after something harmless was done to both sides."""
    join = join_of(number, frames)
    before, after = frames[join - REACH:join], frames[join:join + REACH]
    for crf in (18, 23, 28):
        yield Case(f"crf {crf}", through_h264(before, crf), through_h264(after, crf))
    noise = torch.Generator().manual_seed(number)
    grainy = [eight_bits(f + torch.randn(f.shape, generator=noise) * 3 / 255) for f in (before, after)]
    yield Case("grain", *grainy)
    panned = pan(frames[join], 4 + number % 7, 2 * REACH)
    yield Case("pan", panned[:REACH], panned[REACH:])


def pan(still: torch.Tensor, speed: float, count: int) -> torch.Tensor:
    """A camera that pans over a still (H, W, 3) by `speed` pixels a frame, its view two thirds of the still enlarged twice."""
    height, width = still.shape[:2]
    large = F.interpolate(still.movedim(-1, 0)[None], scale_factor=2.0, mode="bicubic", align_corners=False)[0].movedim(0, -1)
    speed = min(speed, (2 * width - width) / count)
    views = [large[height // 2:height // 2 + height, int(i * speed):int(i * speed) + width] for i in range(count)]
    return eight_bits(torch.stack(views))
