"""Rows of `delivery.py` about runs that do not end well: a full disk, cancelling, a killed run, two machines at one shot.

The disk is full where `--small` names a file system of a few megabytes, such as a tmpfs; without it that row is left out.
"""

import hashlib
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from delivery_material import output, picture
from raccord.nodes import runtime
from raccord.nodes.delivery.vfx import VfxOrder, export_package
from raccord.nodes.wires.shot import Shot

SIZE = (270, 480)


def frames(count, first=0):
    return torch.from_numpy(np.stack([picture(first + n, SIZE) for n in range(count)]))


def state(folder):
    """Frames under final names, those of them that a manifest vouches for, those that are not whole, and temporary files."""
    from raccord.nodes.media.exr import read_exr_parts

    exr, broken, vouched = sorted(Path(folder).rglob("*.exr")), [], set()
    for manifest in Path(folder).rglob("*.manifest.json"):
        for entry in json.loads(manifest.read_text())["files"]:
            path = manifest.parent / entry["path"]
            if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]:
                vouched.add(path)
            else:
                broken.append(entry["path"])
    temporary = [p for p in exr if p.name.startswith(".raccord-")]
    exr = [p for p in exr if p not in temporary]
    for path in exr:
        try:
            read_exr_parts(path)
        except ValueError:
            broken.append(path.name)
    films = [p for p in Path(folder).rglob("*.mov") if not p.name.startswith(".raccord-") and p not in vouched]
    return len(exr), len(vouched & set(exr)), broken + [p.name for p in films], len(temporary)


def told(folder):
    there, vouched, broken, temporary = state(folder)
    return f"{there} frames, {vouched} in the manifest, broken {broken}, temporary {temporary}"


def _export(folder, count, first=0, mezzanine="none", wait=0.0, if_exists="resume"):
    with output(folder):
        if wait:
            time.sleep(max(0.0, wait - time.time()))
        export_package(frames(count, first), VfxOrder(Shot(), mezzanine=mezzanine, if_exists=if_exists))


def process(*given):
    return multiprocessing.get_context("spawn").Process(target=_export, args=given)


def full_row(options):
    """A disk that is full in the middle: what the run says, what it leaves, and what a second run makes of it."""
    if not options.small:
        print("full: left out, there is no --small")
        return
    folder, ballast = Path(options.small) / "out", Path(options.small) / "ballast"
    stat = os.statvfs(options.small)
    ballast.write_bytes(bytes(max(0, stat.f_bavail * stat.f_frsize - 6_000_000)))
    for mezzanine in ("none", "ProRes 422 HQ"):
        said = ""
        try:
            _export(folder, 40, 0, mezzanine)
        except ValueError as error:
            said = str(error)
        print(f"full, mezzanine {mezzanine}: {told(folder)}: {said}")
    ballast.unlink()
    _export(folder, 40)
    print(f"full, room made, run again: {told(folder)}")


def cancel_row(options):
    """Cancelled after some steps: half files, and how much of what was finished the next run keeps."""
    class Cancelled(BaseException):
        pass

    real = runtime.check_cancelled
    for steps in (30, 200, 400):
        left = [steps]

        def check(left=left):
            left[0] -= 1
            if left[0] < 0:
                raise Cancelled
            real()

        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            runtime.check_cancelled = check
            try:
                _export(folder, 40, 0, "DNxHR HQX")
                ended = "done"
            except Cancelled:
                ended = "cancelled"
            finally:
                runtime.check_cancelled = real
            words = told(folder)
            _export(folder, 40, 0, "DNxHR HQX")
            print(f"{ended} after {steps} looks: {words}; run again: {told(folder)}", flush=True)


def killed_row(options):
    """Killed (SIGKILL) at random moments, then run again: half files under a final name, frames lost; bar 0, 0."""
    rng = random.Random(5)
    for _ in range(options.kills):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            run = process(folder, 60, 0, "DNxHR HQX")
            run.start()
            deadline = time.time() + 60
            while not list(Path(folder).rglob("*.exr")) and time.time() < deadline:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 2.0))
            os.kill(run.pid, signal.SIGKILL)
            run.join()
            words = told(folder)
            stamps = {p: p.stat().st_mtime_ns for p in Path(folder).rglob("*.exr")}
            _export(folder, 60, 0, "DNxHR HQX")
            kept = sum(p.is_file() and p.stat().st_mtime_ns == s for p, s in stamps.items() if not p.name.startswith(".raccord-"))
            print(f"killed: {words}; run again: {kept} kept, {told(folder)}", flush=True)


def two_row(options):
    """Two processes deliver one shot at the same moment, from the same clip and from different ones."""
    for first, words in ((0, "the same clip"), (500, "different clips")):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            begin = time.time() + 12
            runs = [process(folder, 30, 0, "DNxHR HQX", begin), process(folder, 30, first, "DNxHR HQX", begin)]
            for run in runs:
                run.start()
            for run in runs:
                run.join()
            versions = {p.name: sum(1 for _ in p.glob("*.exr")) for p in sorted((Path(folder) / "vfx").iterdir())}
            print(f"two machines, {words}: exits {[r.exitcode for r in runs]}, {versions}, {told(folder)}", flush=True)


def add_arguments(parser):
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--small", help="folder on a small file system, to be filled")


ROWS = {"full": full_row, "cancelled": cancel_row, "killed": killed_row, "two": two_row}
