"""What the rows of `delivery.py` share: pictures of 1080p, a place to deliver to, peak memory, and the ffmpeg command line."""

import os
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import torch
from raccord.nodes import runtime

HEIGHT, WIDTH = 1080, 1920
EXACT = "flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp"


def picture(number, size=(HEIGHT, WIDTH)):
    """Waves that move, with grain, float32 0..1: harder than a generated clip, softer than noise."""
    y, x = np.mgrid[0:size[0], 0:size[1]].astype(np.float32)
    wave = 0.5 + 0.4 * np.sin((x + 4 * number) / 97) * np.cos((y - 2 * number) / 61)
    grain = np.random.default_rng(number % 8).standard_normal((*size, 3), dtype=np.float32)
    colours = np.stack((wave, 1 - wave, 0.5 + 0.3 * np.sin((x + y + number) / 40)), axis=-1)
    return (colours + 0.01 * grain).clip(0, 1)


def clip(count):
    """IMAGE batch of 1080p."""
    batch = torch.empty(count, HEIGHT, WIDTH, 3)
    for number in range(count):
        batch[number] = torch.from_numpy(picture(number))
    return batch


def ffmpeg(*arguments, data=None):
    """Run the command line; what it writes to its output."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-nostdin", *map(str, arguments)]
    return subprocess.run(command, check=True, input=data, stdout=subprocess.PIPE).stdout


def decoded(path, count=1, size=(HEIGHT, WIDTH)):
    """The first frames of a film as ffmpeg decodes them with the matrix that the film states, uint8."""
    data = ffmpeg("-i", path, "-frames:v", count, "-vf", f"scale={EXACT},format=rgb24", "-f", "rawvideo", "-")
    return np.frombuffer(data, np.uint8).reshape(-1, *size, 3)


def work():
    """Processor seconds of this process and of those it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@contextmanager
def output(folder):
    """Let the nodes deliver into `folder`."""
    before, runtime.output_directory = runtime.output_directory, lambda: Path(folder)
    try:
        yield Path(folder)
    finally:
        runtime.output_directory = before


def resident():
    """MiB of this process."""
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


class Peak:
    """Highest resident memory while the block runs, in MiB above where it began."""

    def __enter__(self):
        self.begin, self.most, self.on = resident(), 0.0, True
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while self.on:
            self.most = max(self.most, resident())
            time.sleep(0.01)

    def __exit__(self, *_):
        self.on = False
        self.thread.join()

    @property
    def added(self):
        return self.most - self.begin
