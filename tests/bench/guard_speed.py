"""How fast the guard goes through a film, beside ffmpeg's signalstats on the same film, and what memory it takes.

    python tests/bench/guard_speed.py [--frames 240] [--size 1920x1080] [--turns 3] [--memory 2000]

Both read the film through PyAV, decoding included, in turns; `--memory` judges so many frames of 720p in a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import cv2
import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from films import VideoFromFile
from raccord.nodes.continuity.guard import Question, guard


def film(path: Path, width: int, height: int, count: int, drawn: int = 120) -> Path:
    """A camera that wanders over a drawn ground with grain, H.264 at crf 20; after `drawn` frames it begins anew."""
    make = np.random.default_rng(0)
    ground = cv2.GaussianBlur(make.uniform(0, 255, (height + 200, width + 400, 3)).astype(np.float32), (0, 0), 6)
    ground = 110 + (ground - ground.mean()) * 6
    for _ in range(60):
        x, y, side = (int(make.integers(0, n)) for n in (width, height, 200))
        cv2.rectangle(ground, (x, y), (x + side + 30, y + side // 2 + 20), tuple(map(float, make.uniform(20, 235, 3))), -1)
    grain = [make.normal(0, 1.5, (height, width, 1)).astype(np.float32) for _ in range(4)]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(24), options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        packets = []
        for t in range(min(drawn, count)):
            at = width / 2 + 200 + 190 * np.sin(t / 40), height / 2 + 100 + 80 * np.cos(t / 60)
            view = cv2.getRectSubPix(ground, (width, height), at) + grain[t * 7 % 4]
            packets += stream.encode(av.VideoFrame.from_ndarray(np.clip(view, 0, 255).astype(np.uint8), "rgb24"))
        packets += stream.encode()
        for number in range(count // len(packets)):
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.stream, again.time_base, again.is_keyframe = stream, packet.time_base, packet.is_keyframe
                shift = int(number * len(packets) / 24 / packet.time_base)
                again.pts, again.dts = packet.pts + shift, packet.dts + shift
                out.mux(again)
    return path


def signalstats(path: Path) -> int:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        graph = av.filter.Graph()
        source, stats, sink = graph.add_buffer(template=stream), graph.add("signalstats"), graph.add("buffersink")
        source.link_to(stats)
        stats.link_to(sink)
        graph.configure()
        count = 0
        for frame in container.decode(stream):
            source.push(frame)
            sink.pull()
            count += 1
    return count


def guarded(path: Path) -> int:
    return guard(VideoFromFile(path), Question()).report.inputs["clip"]["frames"]


def joined(path: Path) -> int:
    return guard(VideoFromFile(path), Question(next_clip=VideoFromFile(path))).report.inputs["clip"]["frames"]


def clocked(run, path: Path) -> tuple[float, float]:
    """Milliseconds of processor and of the clock a frame."""
    work, clock = time.process_time(), time.perf_counter()
    count = run(path)
    return 1000 * (time.process_time() - work) / count, 1000 * (time.perf_counter() - clock) / count


def _measured(path: Path, back) -> None:
    guarded(path)
    back.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def peak(path: Path) -> float:
    """Largest memory of a process that judges the film and does nothing else, MiB."""
    context = multiprocessing.get_context("spawn")
    back = context.Queue()
    process = context.Process(target=_measured, args=(path, back))
    process.start()
    value = back.get()
    process.join()
    return value


def compared(path: Path, turns: int) -> None:
    runs = {"signalstats": signalstats, "guard": guarded, "guard with a next clip": joined}
    times = {name: [] for name in runs}
    for turn in range(turns + 1):
        for name, run in runs.items():
            took = clocked(run, path)
            times[name] += [took] if turn else []  # the first turn warms up
    base = np.median(times["signalstats"], axis=0)
    print(f"median of {turns} turns\n"
          "| | processor ms a frame | frames/s | clock ms a frame | frames/s | speed beside signalstats: processor, clock |\n"
          "|---|---|---|---|---|---|")
    for name, took in times.items():
        work, clock = np.median(took, axis=0)
        print(f"| {name} | {work:.1f} | {1000 / work:.1f} | {clock:.1f} | {1000 / clock:.1f} | {base[0] / work:.2f}, "
              f"{base[1] / clock:.2f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=240)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--turns", type=int, default=3, help="0: no times")
    parser.add_argument("--memory", type=int, default=0, help="frames of 720p to judge in a process of its own; 0: none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.turns:
            width, height = map(int, options.size.split("x"))
            compared(film(Path(folder) / "film.mp4", width, height, options.frames), options.turns)
        if options.memory:
            long = film(Path(folder) / "long.mp4", 1280, 720, options.memory)
            print(f"peak of a process that judges {options.memory} frames of 720p: {peak(long):.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
