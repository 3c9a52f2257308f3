"""What the guard says of whole real clips with their own ends as keyframes, and after changes that are no defects.

    python tests/bench/whole_clips.py [--half even|odd|all] [--change none|crf18|crf23|crf28|pan|grain|light] [--clips N]

Every failure is listed, for each has to be looked at: some of these clips do hold defects.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
import torch.nn.functional as F

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

import real_clips
from raccord.nodes.continuity.guard import Question, guard


def coded(frames: torch.Tensor, crf: int) -> torch.Tensor:
    """The clip after H.264 at `crf` and back, by libx264's `medium`, 4:2:0; odd sizes lose a line."""
    height, width = (n - n % 2 for n in frames.shape[1:3])
    codes, file = (frames[:, :height, :width] * 255).round().to(torch.uint8).numpy(), io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=Fraction(24), options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in codes:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode())
    file.seek(0)
    with av.open(file) as film:
        return torch.from_numpy(np.stack([f.to_ndarray(format="rgb24") for f in film.decode(video=0)])).float() / 255


def panned(frames: torch.Tensor) -> torch.Tensor:
    """A camera that sweeps over half of the clip's pictures: up to 2.5 % of the width a frame, slow at both ends."""
    count, height, width = frames.shape[:3]
    inner, at = int(width * 0.6), (1 - np.cos(np.linspace(0, np.pi, count))) / 2 * 0.4 * width
    out = []
    for frame, x in zip(frames, at, strict=True):
        whole = int(x)
        strip = frame[:, whole:whole + inner + 1]
        part = strip[:, :-1] * (1 - (x - whole)) + strip[:, 1:] * (x - whole) if strip.shape[1] > inner else strip
        out.append(part[:, :inner - 1])
    return F.interpolate(torch.stack(out).movedim(-1, 1), (height * 4 // 5, inner - 1), mode="area").movedim(1, -1)


def grained(frames: torch.Tensor) -> torch.Tensor:
    """Film grain of 3/255 on every frame."""
    return (frames + torch.randn(frames.shape, generator=torch.Generator().manual_seed(7)) * 3 / 255).clamp(0, 1)


def lit(frames: torch.Tensor) -> torch.Tensor:
    """The sun comes out over a third of the clip: 12 % brighter, from the left to the right."""
    t, x = torch.linspace(0, 1, len(frames))[:, None], torch.linspace(0, 0.3, frames.shape[2])[None]
    rise = ((t - 0.3 - x) / 0.3).clamp(0, 1)
    return (frames * (1 + 0.12 * rise)[:, None, :, None]).clamp(0, 1)


CHANGES = {"none": lambda f: f, "crf18": lambda f: coded(f, 18), "crf23": lambda f: coded(f, 23), "crf28": lambda f: coded(f, 28),
           "pan": panned, "grain": grained, "light": lit}


def judged(names: list[str], change: str) -> Counter:
    said: Counter = Counter()
    for name in names:
        frames = CHANGES[change](real_clips.clip(name))
        report = guard(frames, Question(first_frame=frames[:1], last_frame=frames[-1:])).report
        said[report.verdict] += 1
        for f in report.findings:
            said[f"{f.check} {f.verdict}"] += f.verdict in ("warn", "fail")
            if f.verdict in ("warn", "fail"):
                print(f"{change} {name}: {f.check} {f.verdict} {f.value}: {f.message}", flush=True)
    return +said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=0, help="only the first so many")
    parser.add_argument("--half", choices=("all", "even", "odd"), default="even", help="every clip, or every other one")
    parser.add_argument("--change", nargs="+", choices=CHANGES, default=["none"])
    options = parser.parse_args()
    names = {"all": real_clips.names(), "even": real_clips.names()[::2], "odd": real_clips.names()[1::2]}[options.half]
    names = names[:options.clips or None]
    if not names:
        print(f"{real_clips.PACKAGE} is not installed: nothing to measure")
        return 0
    said = {change: judged(names, change) for change in options.change}
    print(f"\n{len(names)} clips ({options.half})\n| change | failing clips | by |\n|---|---|---|")
    for change, counts in said.items():
        by = ", ".join(f"{k} {n}" for k, n in counts.most_common() if " " in k)
        print(f"| {change} | {counts['fail'] + counts['refused']} ({100 * counts['fail'] / len(names):.0f} %) | {by} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
