"""Row of `delivery.py` about where files go: hostile names."""

import hashlib
import random
import tempfile
from pathlib import Path

import torch
from delivery_material import output
from raccord.nodes.delivery.vfx import VfxOrder, export_package
from raccord.nodes.media.claim import place
from raccord.nodes.wires.shot import Shot

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


def add_arguments(parser):
    parser.add_argument("--names", type=int, default=10_000)


ROWS = {"fuzz": fuzz_row}
