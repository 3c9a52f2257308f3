"""Retime at half speed against the true frames, frame blending and ffmpeg's minterpolate: `python tests/bench/retime.py`.

Each clip at 320 pixels loses every second frame (`--step 2`: three of four, so that motion is twice as large), has it made again
and is compared with what was lost. A lost frame counts as even where the motion before and behind it is the same within a
quarter; clips that were brought to a higher rate by repeating frames have few of these, and no true frame half-way. Tuned on
`names()[::2]`, reported on `names()[1::2]`.
"""

import argparse
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import av.filter
import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import real_clips
from raccord.nodes.continuity.retime.frames import Request, retime
from raccord.nodes.image.flow import flow_both_ways, gray

SIDE, RATE = 320, 24
EVEN, LEAST, SAME_SHOT = 1.25, 0.5, 0.3  # ratio of motion, pixels of motion, share of the picture that is found again


def at_size(clip, count):
    """The first frames as uint8 RGB (n, h, w, 3), even sides, at most 320 pixels."""
    codes = (clip[:count].numpy() * 255 + 0.5).astype(np.uint8)
    height, width = codes.shape[1:3]
    scale = min(1, SIDE / max(height, width))
    size = tuple(2 * round(n * scale / 2) for n in (width, height))
    return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in codes])


def minterpolate(frames, pixels):
    """What `minterpolate=fps=48:mi_mode=mci` makes of frames at 24: by number at the new rate."""
    height, width = frames.shape[1:3]
    graph, out = av.filter.Graph(), {}
    form = f"video_size={width}x{height}:pix_fmt=rgb24:time_base=1/{RATE}:frame_rate={RATE}:pixel_aspect=1"
    filters = [("buffer", form), ("format", f"pix_fmts={pixels}"), ("minterpolate", f"fps={2 * RATE}:mi_mode=mci"),
               ("format", "pix_fmts=rgb24"), ("buffersink", None)]
    chain = [graph.add(*given) for given in filters]
    for one, other in pairwise(chain):
        one.link_to(other)
    graph.configure()
    for number, array in enumerate([*frames, None]):
        if array is None:
            chain[0].push(None)
        else:
            frame = av.VideoFrame.from_ndarray(array, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            chain[0].push(frame)
        while True:
            try:
                made = chain[-1].pull()
            except (BlockingIOError, EOFError):
                break
            out[round(made.pts * made.time_base * 2 * RATE)] = made.to_ndarray(format="rgb24")
    return out


def psnr(made, truth):
    return 10 * np.log10(255**2 / max(1e-3, np.mean((np.float32(made) - truth) ** 2)))


def even(before, truth, after):
    """Whether a frame lies half-way between two in time, and moves."""
    speeds, found = [], []
    for one, other in ((before, truth), (truth, after)):
        flow = flow_both_ways(gray(one), gray(other))
        size = np.sort((np.linalg.norm(flow.forward, axis=-1) * flow.valid).ravel())
        speeds.append(size[-len(size) // 10:].mean() + 0.1)
        found.append(flow.valid.mean())
    return max(speeds) < EVEN * min(speeds) and max(speeds) > LEAST and min(found) > SAME_SHOT


def measure(name, options):
    """PSNR (frames, methods) of blending, minterpolate in 4:2:0 and 4:4:4 and Retime, and which frames are even."""
    frames = at_size(real_clips.clip(name), options.frames)[::options.step]
    frames = frames[:len(frames) - 1 + len(frames) % 2]
    given, truth = frames[::2], frames[1::2]
    ours, _ = retime(torch.from_numpy(given).float() / 255, Request(speed=0.5))
    ours = (ours[1::2].numpy() * 255 + 0.5).astype(np.uint8)
    theirs = [minterpolate(given, pixels) for pixels in ("yuv420p", "yuv444p")]
    rows, flags = [], []
    for k, lost in enumerate(truth):
        if all(2 * k + 1 in made for made in theirs):
            blend = (given[k].astype(np.float32) + given[k + 1]) / 2
            rows.append([psnr(made, lost) for made in (blend, *(made[2 * k + 1] for made in theirs), ours[k])])
            flags.append(even(given[k], lost, given[k + 1]))
    return np.array(rows), np.array(flags)


def show(label, clips):
    """Mean and median over clips of the mean over frames, and the gains of Retime."""
    table = np.array([rows.mean(0) for rows in clips if len(rows)])
    if not len(table):
        return
    names = ("blend", "minterpolate 420", "minterpolate 444", "retime")
    values = "  ".join(f"{name} {table[:, i].mean():.2f} / {np.median(table[:, i]):.2f}" for i, name in enumerate(names))
    gain = table[:, 3:] - table[:, :3]
    print(f"{label}: {len(table)} clips, {sum(map(len, clips))} frames; mean / median dB: {values}")
    print(f"  retime above blend {gain[:, 0].mean():+.2f} / {np.median(gain[:, 0]):+.2f} (bar +2), above minterpolate 420 "
          f"{gain[:, 1].mean():+.2f}, 444 {gain[:, 2].mean():+.2f} (bar 0); worst clip {gain[:, 0].min():+.2f}, "
          f"{gain[:, 2].min():+.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--step", type=int, default=1, help="1: frames as they are; 2: every second one first")
    parser.add_argument("--frames", type=int, default=33, help="frames of each clip")
    parser.add_argument("--tune", action="store_true", help="the clips that were tuned on")
    parser.add_argument("--every", type=int, default=1, help="only every n-th clip")
    options = parser.parse_args()
    measured = []
    for name in real_clips.names()[0 if options.tune else 1::2][::options.every]:
        rows, flags = measure(name, options)
        if len(rows):
            measured.append((rows, flags))
            values = " ".join(f"{v:6.2f}" for v in rows.mean(0))
            print(f"{name[:44]:44} {int(flags.sum()):3} of {len(rows):3} even  {values}", flush=True)
    show("all frames", [rows for rows, _ in measured])
    show("even frames", [rows[flags] for rows, flags in measured])


if __name__ == "__main__":
    main()
