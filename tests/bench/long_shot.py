"""A long shot through the four big steps: memory, silence, cancelling and time, as a studio's box meets them.

    python tests/bench/long_shot.py [--frames 750] [--steps guard,track,youtube,exr,all] [--cancels 3] [--folder DIR]

Draws a film of 1080p (H.264, one key frame in 250, sound), then runs each step as a workflow of the embedded host, `Clip` linked
straight to `clip`, in a process of its own. Bars: under 2 GiB for the whole process, no second without progress, a cancelled run
ends within 0.5 s and leaves no half file. On a busy machine read the work (processor time), not the wall. `--folder` keeps the
film for the next run; at 750 frames the EXR of a run take 6 GB while it lasts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import tempfile
import threading
import time
from fractions import Fraction
from pathlib import Path

WIDTH, HEIGHT, RATE = 1920, 1080, 25
TITLES = {"guard": "Guard", "track": "Track", "youtube": "YouTube", "exr": "EXR", "all": "EXR"}


def camera(number):
    """Wall to frame (2 × 3): a slow drift to the right with a breath of zoom."""
    import numpy as np

    zoom = 1.75 + 0.05 * np.sin(number / 90)
    return np.array([[zoom, 0, -170 - 120 * np.sin(number / 140)], [0, zoom, -60 - 40 * np.sin(number / 110)]])


def corners():
    """The sign on frame 0, as the node takes it."""
    import numpy as np
    from raccord.nodes.shot.scenery import SIGN

    x, y, w, h = SIGN
    points = np.array([[x, y, 1], [x + w, y, 1], [x + w, y + h, 1], [x, y + h, 1]]) @ camera(0).T
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in points)


def make_film(path, count):
    """Draw the film: the street wall under a drifting camera, with grain, and a tone."""
    import av
    import cv2
    import numpy as np
    from raccord.nodes.image.layout import to_uint8
    from raccord.nodes.shot.scenery import draw_wall

    wall, rng = to_uint8(draw_wall()[0]), np.random.default_rng(7)
    grain = [rng.normal(0, 3, (HEIGHT, WIDTH, 3)).round().astype(np.int8) for _ in range(5)]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "14", "g": "250"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = out.add_stream("aac", rate=48000)
        sound.layout = "mono"
        for n in range(count):
            matrix = camera(n)
            matrix[:, 2] += 0.5 * matrix[:, :2].sum(1) - 0.5  # pixel areas to OpenCV's centres
            picture = cv2.warpAffine(wall, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
            picture = np.clip(picture.astype(np.int16) + grain[n % 5], 0, 255).astype(np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            tone = np.sin(np.arange(48000 // RATE) * (2 * np.pi * 440 / 48000)).astype(np.float32)[None] * 0.1
            frame = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
            frame.sample_rate, frame.pts, frame.time_base = 48000, n * (48000 // RATE), Fraction(1, 48000)
            out.mux(sound.encode(frame))
        out.mux(stream.encode())
        out.mux(sound.encode())
    return corners()


def decode_only(path):
    """Seconds and processor seconds to decode the film and look at nothing, and its frames."""
    import av

    start, worked = Gaps.now()
    with av.open(str(path)) as film:
        film.streams.video[0].thread_type = "AUTO"
        count = sum(1 for _ in film.decode(film.streams.video[0]))
    return (time.perf_counter() - start, time.process_time() - worked), count


def workflow(step, place):
    """The step as an API prompt."""
    clip, names = ["1", 0], ("guard", "track", "youtube", "exr") if step == "all" else (step,)
    reports, prompt = [], {"1": node("LoadVideo", "Clip", file="film.mp4")}
    if "guard" in names:
        prompt["2"] = node("RaccordContinuityGuard", "Guard", clip=clip, previous_edge="continuous", next_edge="continuous",
                           overlap_frames=0, latent_grid="none", profile="broadcast")
        reports.append((["2", 4], ["2", 3]))
    if "track" in names:
        prompt["3"] = node("RaccordTrackSurface", "Track", clip=clip, corners=place, reference_frame=0, keyframes="",
                           motion_model="homography", refine=True)
        prompt["4"] = node("RaccordExportTrack", "Export", track=["3", 0], formats="json, nuke_cornerpin", name="tracks/sign")
        reports.append((["3", 4], ["3", 3]))
    if "youtube" in names:
        prompt["5"] = node("RaccordChannelExport", "YouTube", clip=clip, channels="youtube_16x9", if_exists="replace")
        reports.append((["5", 2], ["5", 1]))
    if "exr" in names:
        prompt["6"] = node("RaccordVFXExport", "EXR", clip=clip, if_exists="replace")
        reports.append((["6", 2], ["6", 1]))
    slots = {f"reports.report{i}": report for i, (report, _) in enumerate(reports)}
    slots |= {f"pictures.picture{i}": picture for i, (_, picture) in enumerate(reports)}
    prompt["7"] = node("RaccordSaveReport", "Report", name="report", **slots)
    return prompt


def node(kind, title, **inputs):
    return {"class_type": kind, "_meta": {"title": title}, "inputs": inputs}


class Looks(threading.Event):
    """A cancel event that remembers the longest time in which nobody looked at it."""

    def __init__(self):
        super().__init__()
        self.gaps = Gaps()

    def is_set(self):
        self.gaps.tick("")
        return super().is_set()


class Gaps:
    """Longest time between two ticks, the processor time in it, and after which tick it began."""

    def __init__(self):
        self.last, self.words, self.worst = self.now(), "start", (0.0, 0.0, "")

    @staticmethod
    def now():
        return time.perf_counter(), time.process_time()

    def tick(self, words):
        now = self.now()
        self.worst = max(self.worst, (now[0] - self.last[0], now[1] - self.last[1], self.words))
        self.last, self.words = now, words

    def __str__(self):
        return "{:.2f} s ({:.2f} s of work)".format(*self.worst)


def run_whole(folder, step, place):
    """Run a step to its end: what it took."""
    from raccord.nodes.host.run import run_workflow

    looks, shown = Looks(), Gaps()
    with tempfile.TemporaryDirectory(dir=folder) as out:
        looks.gaps, (start, worked) = Gaps(), Gaps.now()
        result = run_workflow(workflow(step, place), folder, out, cancel=looks,
                              on_progress=lambda title, share: shown.tick(f"{title} {share:.3f}"))
        shown.tick("")
        looks.is_set()
        return {"status": result.status, "error": str(result.error or ""), "seconds": time.perf_counter() - start,
                "work": time.process_time() - worked,
                "nodes": ", ".join(f"{title} {seconds:.0f}" for title, seconds in result.seconds.items() if seconds >= 1),
                "silent": f"{shown} after {shown.worst[2]}", "blind": str(looks.gaps),
                "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def run_cancelled(folder, step, place, moments):
    """Cancel the step at each of the moments (share of its bar, seconds more): seconds until it ended, half files left."""
    from raccord.nodes.host.run import run_workflow

    found = []
    for share, more in moments:
        cancel, timers, asked = threading.Event(), [], []

        def stop(event=cancel, at=asked):
            at.append(time.perf_counter())
            event.set()

        def shown(title, done, wanted=share, wait=more, running=timers, then=stop):
            if title == TITLES[step] and done >= wanted and not running:
                running.append(threading.Timer(wait, then))
                running[0].start()

        with tempfile.TemporaryDirectory(dir=folder) as out:
            result = run_workflow(workflow(step, place), folder, out, cancel=cancel, on_progress=shown)
            late = time.perf_counter() - asked[0] if asked else 0.0
            for timer in timers:
                timer.cancel()
            found.append((result.status, late, half_files(Path(out))))
    return found


def half_files(out):
    """Files that no manifest names, or that are not what it says; none is right."""
    from raccord.nodes.media.manifest import file_sha256

    listed = {}
    for manifest in out.rglob("*.manifest.json"):
        document = json.loads(manifest.read_text(encoding="utf-8"))
        listed |= {manifest: None} | {manifest.parent / e["path"]: e["sha256"] for e in document["files"]}
    there = [p for p in out.rglob("*") if p.is_file() and p.parent != out and "tracks" not in p.parts]
    return [p.name for p in there if p not in listed or (listed[p] and file_sha256(p) != listed[p])]


def alone(work, *given):
    """Call `work` in a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=750)
    parser.add_argument("--steps", default=",".join(TITLES))
    parser.add_argument("--cancels", type=int, default=3)
    parser.add_argument("--folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(given.folder or passing)
        folder.mkdir(parents=True, exist_ok=True)
        film = folder / "film.mp4"
        place = alone(corners) if film.is_file() else alone(make_film, film, given.frames)
        decoding, count = alone(decode_only, film)
        print(f"{count} frames of {WIDTH}x{HEIGHT}, {film.stat().st_size / 1e6:.0f} MB; decoding alone {decoding[0]:.1f} s, "
              f"{decoding[1]:.1f} s of work; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
        print("| step | seconds | of work | x decoding | peak MiB | longest silence | longest without a look at cancel | "
              "cancelled after |")
        print("|---|---|---|---|---|---|---|---|", flush=True)
        rng = random.Random(3)
        for step in given.steps.split(","):
            whole = alone(run_whole, folder, step, place)
            moments = [((i + rng.random()) / given.cancels, rng.random() / 2) for i in range(given.cancels)]
            found = alone(run_cancelled, folder, step, place, moments)
            late = ", ".join(f"{s:.2f} s" if status == "cancelled" else status for status, s, _ in found)
            left = [name for *_, names in found for name in names]
            print(f"| {step} | {whole['seconds']:.1f} | {whole['work']:.1f} | {whole['work'] / decoding[1]:.1f} | "
                  f"{whole['mib']:.0f} | {whole['silent']} | {whole['blind']} | {late}{f', LEFT {left}' if left else ''} |"
                  f"\n{step}: {whole['nodes']}; load {os.getloadavg()[0]:.1f}", flush=True)
            if whole["status"] != "done":
                print(whole["status"], whole["error"])


if __name__ == "__main__":
    main()
