"""Reading a film, or a sequence, as a clip: exact pixels, as its tags state, with its sound and its time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from .. import runtime
from ..image.blocks import block_length, spans
from ..media.audio import read_audio
from ..media.decode import FilmIndex, FilmReader, index_film
from ..media.paths import input_file
from ..media.sequence import is_sequence
from ..wires.check import number, quoted
from ..wires.report import Finding, Report
from ..wires.shot import Shot, exact_rate
from .read_sequence import read_sequence
from .sequence_report import sequence_report, sequence_shot

MATRICES = {"from file": "", "Rec.709": "bt709", "Rec.601": "bt601", "Rec.2020": "bt2020"}


@dataclass(frozen=True, slots=True)
class LoadedClip:
    """Frames (B, H, W, 3) encoded as the film is, its sound or None, its shot, and what was assumed."""

    images: torch.Tensor
    audio: dict | None
    shot: Shot
    report: Report


def load_clip(name: str, first: int = 0, count: int = 0, colour_space: str = "from file", missing: str = "refuse",
              fps: float = 0.0) -> LoadedClip:
    """Read a film or a numbered sequence of the input folder by name; see `load_film` and `read_sequence`."""
    if not is_sequence(name):
        return load_film(input_file(name), first, count, colour_space, fps)
    images, found = read_sequence(name, first, count, colour_space, missing, fps)
    shot = sequence_shot(found)
    return LoadedClip(images, None, shot, sequence_report(found, images, missing, shot.shot))


def load_film(path: Path, first: int = 0, count: int = 0, colour_space: str = "from file", fps: float = 0.0) -> LoadedClip:
    """Read `count` frames of a film from frame `first` on (0: all of them).

    Args:
        path: The film.
        first: 0-based number of the first frame to read.
        count: Number of frames; 0 reads to the end.
        colour_space: `from file`, or the matrix of a film whose tag is missing or wrong (`Rec.709`, `Rec.601`, `Rec.2020`).
        fps: What a sequence would play at; a film keeps its own rate, and the report says so where they differ.

    Raises:
        ValueError: No film, HDR transfer, or frames that it does not have.
    """
    if colour_space not in MATRICES:
        raise ValueError(f"expected colour_space of {', '.join(MATRICES)} for the film {path.name}, got {quoted(colour_space)}: "
                         "that is for sequences")
    number(first, "first", 0)
    number(count, "count", 0)
    index = index_film(str(path))
    if index.transfer != "SDR":
        raise ValueError(f"expected an SDR film, got {index.transfer} in {path.name}: convert it to Rec.709 first")
    total = len(index.pts)
    if first >= total or first + count > total:
        raise ValueError(f"expected frames within {path.name}, which has {total}, got {first} to {first + max(count, 1) - 1}: "
                         "choose fewer")
    stop = first + count if count else total
    images = torch.empty(stop - first, index.height, index.width, 3)
    reader, bar = FilmReader(str(path), index, MATRICES[colour_space]), runtime.Progress(stop - first)
    try:
        for a, b in spans(stop - first, block_length(index.height, index.width)):
            block = torch.from_numpy(reader.read(first + a, first + b))
            images[a:b] = block.float().div_(255) if block.dtype == torch.uint8 else block
            bar.step(b - a)
    finally:
        reader.close()
    audio = read_audio(str(path), float(first / index.fps), float((stop - first) / index.fps))
    shot = Shot(shot=path.stem, fps=index.fps)
    return LoadedClip(images, audio, shot, _report(path, index, images, colour_space, fps))


def _report(path: Path, index: FilmIndex, images: torch.Tensor, colour_space: str, asked: float) -> Report:
    matrix, fps, steady = index.matrix, index.fps, index.steady
    assumed = matrix.endswith("(untagged)") and colour_space == "from file"
    shown = matrix.upper().replace("BT", "Rec.") if colour_space == "from file" else colour_space
    colour = Finding("shot.matrix", "warn" if assumed else "pass",
                     f"The film carries no matrix tag; {shown.split()[0]} was assumed, as ComfyUI does." if assumed
                     else f"Pixels were converted as {shown}.",
                     value=matrix,
                     suggestion="Set the colour space if the picture looks too green or too red." if assumed else "")
    time = Finding("shot.cadence", "pass" if steady else "warn",
                   f"Frames are evenly spaced at {float(fps):.3f} fps." if steady
                   else f"Frames are not evenly spaced in time; they are taken one by one at {float(fps):.3f} fps.",
                   value=float(fps), unit="fps", suggestion="" if steady else "Convert the film to a constant frame rate.")
    inputs = {"file": path.name, "frames": len(images), "size": [images.shape[2], images.shape[1]]}
    rate = () if not asked or exact_rate(asked) == fps else (
        Finding("shot.rate", "warn", f"The film plays at its own {float(fps):.6g} fps, not at the {asked:g} that fps asks for.",
                value=float(fps), unit="fps", suggestion="Set fps to 0; Retime changes the speed of a clip."),)
    return Report("RaccordLoadClip", path.stem, (colour, time, *rate), metrics={"shot.matrix": matrix}, inputs=inputs)
