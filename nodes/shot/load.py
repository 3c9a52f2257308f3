"""Reading a film as a clip: exact pixels, as its tags state, with its sound and its time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

from .. import runtime
from ..image.blocks import block_length, spans
from ..media.audio import read_audio
from ..media.decode import FilmReader, index_film
from ..media.paths import input_file
from ..media.sequence import is_sequence
from ..wires.report import Finding, Report
from ..wires.shot import Shot

MATRICES = {"from file": "", "Rec.709": "bt709", "Rec.601": "bt601", "Rec.2020": "bt2020"}


@dataclass(frozen=True, slots=True)
class LoadedClip:
    """Frames (B, H, W, 3) encoded as the film is, its sound or None, its shot, and what was assumed."""

    images: torch.Tensor
    audio: dict | None
    shot: Shot
    report: Report


def load_clip(name: str, first: int, count: int, colour_space: str, missing: str, fps: float) -> LoadedClip:
    """Read a film or a sequence of the input folder by name; see the node's inputs."""
    if is_sequence(name):
        raise ValueError(f"expected a film in file, got {name[:60]!r}: sequences are listed, not read yet")
    return load_film(input_file(name), first, count, colour_space)


def load_film(path: Path, first: int = 0, count: int = 0, colour_space: str = "from file") -> LoadedClip:
    """Read `count` frames of a film from frame `first` on (0: all of them).

    Args:
        path: The film.
        first: 0-based number of the first frame to read.
        count: Number of frames; 0 reads to the end.
        colour_space: `from file`, or the matrix of a film whose tag is missing or wrong (`Rec.709`, `Rec.601`, `Rec.2020`).

    Raises:
        ValueError: No film, HDR transfer, or frames that it does not have.
    """
    index = index_film(str(path))
    if index.transfer != "SDR":
        raise ValueError(f"expected an SDR film, got {index.transfer} in {path.name}: convert it to Rec.709 first")
    total = len(index.pts)
    if first >= total or first + count > total:
        raise ValueError(f"expected frames within {path.name}, which has {total}, got {first} to {first + max(count, 1) - 1}")
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
    return LoadedClip(images, audio, shot, _report(path, index.matrix, index.fps, index.steady, images, colour_space))


def _report(path: Path, matrix: str, fps: Fraction, steady: bool, images: torch.Tensor, colour_space: str) -> Report:
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
    return Report("RaccordLoadClip", path.stem, (colour, time), metrics={"shot.matrix": matrix}, inputs=inputs)
