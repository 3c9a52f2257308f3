"""Peak memory of delivery on 240 frames of 1080p: `python tests/bench/delivery_memory.py [batch|video]`.

The batch itself (240 × 1080 × 1920 × 3 float32 = 5.97 GB) is made first and left out of what is counted. Prints one line a step.
"""

import resource
import sys
import tempfile
import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from raccord.nodes import runtime
from raccord.nodes.host import api
from raccord.nodes.media.encode import FilmSpec, FilmWriter

FRAMES, HEIGHT, WIDTH = 240, 1080, 1920


def resident():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Peak:
    """Highest resident memory while the block runs, in MiB above where it began."""

    def __enter__(self):
        self.begin, self.most, self.on = resident(), 0.0, True
        self.start = time.monotonic()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while self.on:
            self.most = max(self.most, resident())
            time.sleep(0.02)

    def __exit__(self, *_):
        self.on = False
        self.thread.join()
        self.seconds = time.monotonic() - self.start

    def line(self, what):
        print(f"{what}: +{self.most - self.begin:.0f} MiB (peak {self.most:.0f} MiB) in {self.seconds:.0f} s", flush=True)


def picture(t):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    wave = 0.5 + 0.4 * np.sin((x + 4 * t) / 97) * np.cos((y - 2 * t) / 61)
    return np.stack((wave, 1 - wave, 0.5 + 0.3 * np.sin((x + y + t) / 40)), axis=-1).astype(np.float32)


def run(clip, what):
    from raccord.nodes.delivery.nodes import RaccordChannelExport, RaccordPublishCheck, RaccordVFXExport

    with Peak() as peak:
        files = RaccordChannelExport.execute(clip, "web_hero, youtube_16x9, vertical_9x16").args[0]
    peak.line(f"{what}: channels")
    with Peak() as peak:
        more = RaccordVFXExport.execute(clip).args[0]
    peak.line(f"{what}: vfx")
    with Peak() as peak:
        verdict = RaccordPublishCheck.execute(".", {"files0": files, "files1": more}, clip).args[0]
    peak.line(f"{what}: check ({verdict})")


def main():
    api.provide()
    from comfy_api.v0_0_2 import InputImpl

    kinds = sys.argv[1:] or ["video", "batch"]
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            runtime.output_directory = lambda f=folder: Path(f)
            if kind == "video":
                film = Path(folder) / "source.mkv.mp4"
                with FilmWriter(film, FilmSpec(WIDTH, HEIGHT, Fraction(24), preset="ultrafast")) as writer:
                    for t in range(FRAMES):
                        writer.write((picture(t)[None] * 255).astype(np.uint8))
                run(InputImpl.VideoFromFile(str(film)), "VIDEO")
            else:
                clip = torch.empty(FRAMES, HEIGHT, WIDTH, 3)
                for t in range(FRAMES):
                    clip[t] = torch.from_numpy(picture(t))
                run(clip, "IMAGE")


if __name__ == "__main__":
    main()
