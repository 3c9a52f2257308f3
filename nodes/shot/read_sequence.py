"""Numbered pictures as frames: encoded sRGB 0..1, by the colour space that the files state or the artist names."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import torch

from .. import runtime
from ..image.blocks import spans
from ..image.colour import linear_to_srgb
from ..image.primaries import REC709, matrix_between
from ..media.picture import SPACES, Colour, Picture, log_word
from ..media.read_picture import read_picture
from ..media.sequence import Clip, find_clip, numbers_words
from ..wires.shot import exact_rate

MISSING = ("refuse", "hold", "black")
_TOLERANCE = 0.002  # around 0 and 1: what half floats and a matrix make of them
_OPAQUE = 0.999
_BAND = 1 << 20  # pixels


@dataclass(slots=True)
class Found:
    """What was found while reading: on the first picture, and counted over all of them."""

    clip: Clip
    numbers: list[int]
    gone: list[int]
    colour: Colour
    stated: Colour
    is_chosen: bool  # the colour, by the artist
    fps: Fraction
    rate_from: str
    extras: tuple[str, ...]
    window: str
    words: dict[str, str]
    over: int = 0
    under: int = 0
    holes: list[int] = field(default_factory=list)


def read_sequence(name: str, first: int = 0, count: int = 0, colour_space: str = "from file", missing: str = "refuse",
                  fps: float = 0.0) -> tuple[torch.Tensor, Found]:
    """Read frames of a sequence in the input folder.

    Args:
        name: Of the sequence, see `find_clip`.
        first: First frame to read, counted from 0 at the sequence's first.
        count: Number of frames, 0 to the end.
        colour_space: `from file`, or what the values are, a key of `SPACES`.
        missing: What becomes of frames that are not there: `refuse`, `hold`, `black`.
        fps: Frames per second; 0 for what the files state, else 24.

    Returns:
        Frames (B, H, W, 3), or 4 with straight alpha where a picture is not opaque; and what was found.

    Raises:
        ValueError: A frame is missing, broken, or unlike the first in size or colour space; the colours cannot be told.
    """
    if missing not in MISSING:
        raise ValueError(f"expected missing of {', '.join(MISSING)}, got {missing!r}")
    clip = find_clip(name)
    numbers = _chosen(clip, first, count)
    gone = clip.missing(numbers)
    if gone and (missing == "refuse" or len(gone) == len(numbers)):
        raise ValueError(f"expected frames {numbers[0]}-{numbers[-1]} of {clip.sequence.name}, got no {numbers_words(gone)}: "
                         "render them, or set missing to hold or black")
    absent, bar = set(gone), runtime.Progress(len(numbers))
    head: Picture | None = read_picture(clip.path(next(n for n in numbers if n not in absent)))
    found = _begin(clip, numbers, gone, head, name, colour_space, fps)
    images = torch.zeros(len(numbers), *head.rgb.shape[:2], 3)
    for i, number in enumerate(numbers):
        if number not in absent:
            picture, head = head or read_picture(clip.path(number)), None
            _check_alike(picture, found, images, number)
            if images.shape[-1] == 3 and not _is_opaque(picture):
                images = torch.cat((images, torch.ones_like(images[..., :1])), dim=-1)
            _write(picture, images[i], found, number)
            del picture  # before the next is read: one of 8K is 400 MB
        bar.step()
    holes = [number - numbers[0] for number in gone]
    if images.shape[-1] == 4:
        images[holes, ..., 3] = 1.0
    if missing == "hold":
        _hold(images, holes)
    return images, found


def _chosen(clip: Clip, first: int, count: int) -> list[int]:
    total = clip.last - clip.first + 1
    if first < 0 or count < 0 or first >= total or first + count > total:
        last = first + max(count, 1) - 1
        raise ValueError(f"expected frames within {clip.sequence.name}, which has {total} ({clip.first}-{clip.last}), got "
                         f"{first} to {last}, which would be {clip.first + first}-{clip.first + last}: set first and count")
    return list(range(clip.first + first, clip.first + first + count if count else clip.last + 1))


def _begin(clip: Clip, numbers: list[int], gone: list[int], picture: Picture, name: str, colour_space: str, fps: float) -> Found:
    colour = _colour(picture.colour, colour_space, name)
    rate = exact_rate(fps) if fps else picture.fps or Fraction(24)
    source = "set" if fps else "files" if picture.fps else "assumed"
    return Found(clip, numbers, gone, colour, picture.colour, colour_space != "from file", rate, source, picture.extras,
                 picture.window, picture.words)


def _colour(stated: Colour, chosen: str, name: str) -> Colour:
    """How values are meant; an artist's choice wins over any tag and name."""
    if chosen != "from file":
        if chosen not in SPACES:
            raise ValueError(f"expected colour_space from file, {', '.join(SPACES)} for a sequence, got {chosen!r}, which is the "
                             "matrix of a film")
        return SPACES[chosen]
    doubt = stated.doubt or (f"named {word}, a log encoding" if (word := log_word(name)) else "")
    if doubt:
        raise ValueError(f"expected linear or encoded sRGB pictures, got {name.strip()[:60]}, {doubt}: convert them to linear "
                         "EXR first, or set colour_space where that is wrong")
    return stated


def _check_alike(picture: Picture, found: Found, images: torch.Tensor, number: int) -> None:
    height, width = images.shape[1:3]
    file, there = found.clip.sequence.file(number), picture.rgb.shape
    if there[:2] != (height, width):
        raise ValueError(f"expected {width}x{height} in {file}, as in the frames before, got {there[1]}x{there[0]}: render it "
                         "again")
    if picture.colour != found.stated and not found.is_chosen:
        raise ValueError(f"expected {found.colour.name} in {file}, as in the frames before, got {picture.colour.name}"
                         f"{picture.colour.doubt and ', ' + picture.colour.doubt}: set colour_space, or render it again")


def _is_opaque(picture: Picture) -> bool:
    return picture.alpha is None or bool((picture.alpha >= _OPAQUE).all())


def _write(picture: Picture, image: torch.Tensor, found: Found, number: int) -> None:
    """Convert a picture into its frame (H, W, 3|4), some lines at a time: of 8K the steps between would fill gigabytes."""
    matrix = torch.tensor(matrix_between(found.colour.primaries, REC709).T, dtype=torch.float32)
    has_holes = False
    for a, b in spans(len(picture.rgb), max(1, _BAND // picture.rgb.shape[1])):
        runtime.check_cancelled()
        rgb = torch.from_numpy(picture.rgb[a:b])
        if not bool(torch.isfinite(rgb.sum())):  # one sum tells of all values
            has_holes |= not bool(torch.isfinite(rgb).all())
            rgb = torch.nan_to_num(rgb, nan=0.0, posinf=65504.0, neginf=0.0)
        if image.shape[-1] == 4:
            rgb, image[a:b, :, 3] = _straight(rgb, picture, slice(a, b))
        rgb = rgb if found.colour.primaries == REC709 else rgb @ matrix
        found.over += int((rgb.amax(-1) > 1 + _TOLERANCE).sum())
        found.under += int((rgb.amin(-1) < -_TOLERANCE).sum())
        image[a:b, :, :3] = (linear_to_srgb(rgb) if found.colour.linear else rgb).clamp(0, 1)
    found.holes += [number] * has_holes


def _straight(rgb: torch.Tensor, picture: Picture, lines: slice) -> tuple[torch.Tensor, torch.Tensor]:
    """Colours that alpha was not multiplied into, and alpha 0..1; where alpha is 0 colours stay as they are."""
    if picture.alpha is None:
        return rgb, torch.ones(rgb.shape[:2])
    alpha = torch.from_numpy(picture.alpha[lines]).nan_to_num(0.0).clamp(0, 1)
    if picture.premultiplied:
        rgb = torch.where(alpha[..., None] > 0, rgb / alpha[..., None].clamp_min(1e-6), rgb)
    return rgb, alpha


def _hold(images: torch.Tensor, gone: list[int]) -> None:
    """Show the frame before again; where there is none, the first that is there."""
    first = next(i for i in range(len(images)) if i not in set(gone))
    for i in gone:
        images[i] = images[first if i < first else i - 1]
