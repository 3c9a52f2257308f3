"""Which clips lie in the input folder, and whether one has changed. Imported by the schema, so it imports nothing heavy."""

from __future__ import annotations

from functools import lru_cache, partial

from .. import runtime
from ..media.listing import walk
from ..media.memory import file_state, generation, remember
from ..media.paths import input_file
from ..media.sequence import clip_state, find_clip, is_sequence, sequences_of
from ..wires.check import quoted

FILMS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".m4v", ".mpg", ".ts")
PLATES = (".exr", ".dpx")  # one of these alone is a plate; of pictures alone a folder may hold thousands
_NOT_CLIPS = ("raccord", "clipspace")


def clips() -> list[str]:
    """Films and numbered sequences of the input folder and the folders below it, sorted; a sequence is one entry."""
    return sorted(below + name for below, files in walk(runtime.input_directory(), _NOT_CLIPS) for name in _clips_of(files))


@lru_cache(maxsize=1024)
def _clips_of(files: tuple[str, ...]) -> list[str]:
    sequences = [s for s in sequences_of(files) if len(s.numbers) > 1]
    members = {s.file(number) for s in sequences for number in s.numbers}
    return [*(s.name for s in sequences), *(n for n in files if n.lower().endswith(FILMS + PLATES) and n not in members)]


def refusal(name: object) -> str:
    """Why the clip `name` cannot be read, or nothing."""
    if not isinstance(name, str):
        return f"expected the name of a film or a sequence in file, got {quoted(name)}"
    try:
        find_clip(name) if is_sequence(name) else input_file(name)
    except ValueError as error:
        return str(error)
    return ""


def fingerprint(name: object) -> str:
    """Changes when the clip `name` does: size and time of the film, or of every picture.

    Over a link the name is not known (None): then whatever was read counts.
    """
    if not isinstance(name, str):
        return str(generation("RaccordLoadClip", None))
    if refusal(name):
        return "absent"  # the run says so in a sentence
    return clip_state(find_clip(name)) if is_sequence(name) else file_state(input_file(name))


def remember_clip(name: str) -> None:
    """Note what is about to be read."""
    remember("RaccordLoadClip", name, partial(fingerprint, name), fingerprint(name))
