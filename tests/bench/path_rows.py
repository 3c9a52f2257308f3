"""Rows of `delivery.py` about where files go: hostile names, a full disk, cancelling, a killed run, two machines at one shot.

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
from raccord.nodes.media.claim import place
from raccord.nodes.wires.shot import Shot

SIZE = (270, 480)
BAD = ("..", "../..", "/etc", "\\\\server\\share", "C:\\x", "C:x", "//server/share", "con", "NUL.txt", "aux", "com¹",
       "LPT9.x", "a\0b", "a\nb", "x" * 5000, "a/" * 600, "．．/x", "..／x", "a\u202egnp", "\ud800", "~", "~root", "$HOME",
       "%date%", "{shot}", "`id`", ";rm", "a:b", "a|b", "tail.", "tail ", " lead", "", ".", "link", "link/x", "out/../..",
       "..\\..", "%2e%2e", "..;", "été", "e\u0301te\u0301", "ﬁ", "a\u200bb", "-rf", "*", "?", '"', "'", "<x>", "\x7f",
       "\u2028", "\ufeffx", "SH010", "sh010", "v001", "CONIN$", "con.foo.bar")
GLUE = ("", "/", "\\", ".", " ", "_", "\0", "..", "/../", ":")


def tree(folder):
    """What lies under a folder: by path its bytes' hash, or where a link leads."""
    found = {}
    for path in Path(folder).rglob("*"):
        name = path.relative_to(folder).as_posix()
        found[name] = str(path.readlink()) if path.is_symlink() else (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder")
    return found


def fuzz_row(options):
    """Names put together at random, as show, shot, task, folder and name of files; bar 0 escapes, 0 files written over."""
    rng, kinds, escapes, over = random.Random(8), {"taken": 0, "refused": 0}, 0, 0
    broken_up = 0
    frame = torch.zeros(1, 4, 4, 3)
    with tempfile.TemporaryDirectory(dir=options.folder) as passing:
        root = Path(passing)
        (root / "away").mkdir()
        (root / "away" / "theirs.txt").write_text("theirs")
        out = root / "out"
        out.mkdir()
        (out / "link").symlink_to(root / "away")
        (out / "theirs.cube").write_text("theirs")
        with output(out):
            before = tree(root)
            for number in range(options.names):
                name = "".join(rng.choice(BAD) + rng.choice(GLUE) for _ in range(rng.randint(1, 3)))
                mine = str(number)
                try:
                    if number % 3:
                        place(name, {".cube": mine}, "resume")
                    else:
                        where = {rng.choice(("show", "shot")): name} if number % 2 else {}
                        export_package(frame, VfxOrder(Shot(**where, start_frame=number), task=rng.choice((name, "comp")),
                                                       folder=rng.choice((name, "vfx"))))
                    kinds["taken"] += 1
                except ValueError as error:  # anything else is a fault, and ends the row
                    kinds["refused"] += 1
                    broken_up += len(str(error).splitlines()) != 1
                if number % 250 == 249 or number + 1 == options.names:
                    after = tree(root)
                    escapes += sum(not path.startswith("out/") for path in after if path not in before)
                    over += sum(after.get(path) != content for path, content in before.items())
                    before = after
    print(f"fuzz: {options.names} names, {kinds['taken']} taken, {kinds['refused']} refused, {broken_up} of them in more than a "
          f"line; {escapes} escapes, {over} written over")


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
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--small", help="folder on a small file system, to be filled")


ROWS = {"fuzz": fuzz_row, "full": full_row, "cancelled": cancel_row, "killed": killed_row, "two": two_row}
