"""A clip at another speed: source frames where the time falls on them, frames along the motion between them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ... import runtime
from ...image.flow import shrink, working_size
from ...image.interpolate import Between
from ...image.layout import check_image
from ...media.frames import Frames
from ...wires.check import number, one_of
from ...wires.report import Report
from .curve import FASTEST, SLOWEST, Keys, eased, parse_curve, source_times, speed_at, to_length
from .report import Join, Made, findings_of
from .source import Source, end_of, look_at_source, speed_of

LONG_SIDE = 720  # flow of a 1080p frame is 1 to 3 dB better than at 480, and hardly better at 960
CUT = 0.65  # share of the picture in doubt: 0.73 and more over 33 cuts, 0.61 at most between 139 pairs of one shot
MAKING = 19  # times the work of looking at the source, as the bar shows it
_WIDEST = 4.0  # times faster or slower that an end is made to meet its neighbour


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a retime; `length` 0 means as many frames as the speed gives, an empty curve that speed throughout."""

    speed: float = 1.0
    curve: str = ""
    length: int = 0
    previous_clip: Any = None
    next_clip: Any = None
    ease: int = 8
    repeats: str = "keep"


def retime(images: torch.Tensor, request: Request) -> tuple[torch.Tensor, Report]:
    """Retime an IMAGE batch.

    Args:
        images: (B, H, W, 3|4), 0..1, encoded; with alpha, motion is measured on the colour and alpha moves with it.
        request: Speed, curve or length, neighbours whose speed is met, what becomes of repeated frames.

    Returns:
        The new frames (L, H, W, 3|4) on the device of `images`, and the report. A source frame is passed on bit for bit where a
        time falls on it; across a cut the nearer frame is held.

    Raises:
        ValueError: Something is asked for that lies beyond the clip's first or last frame, or a speed that cannot be had.
    """
    images = check_image(images)
    keys = _asked(request, len(images))
    bar = runtime.Progress(len(images) * (1 + MAKING))
    source = look_at_source(images, bar, drop=request.repeats == "drop")
    joins = [_join(images, clip, side) for side, clip in
             (("previous", request.previous_clip), ("next", request.next_clip)) if clip is not None]
    keys = _keys(keys, source, joins, request)
    times = source_times(keys, source.end)
    if request.length:
        times = times[:request.length]
    out, made = _make(images, source, times, bar)
    joins = [_measured(join, out) for join in joins]
    kinds = {kind: [k for k, m in enumerate(made) if m.kind == kind] for kind in ("source", "made", "held")}
    metrics = {"retime.times": np.round(times, 6), "retime.source": [[k, made[k].first] for k in kinds["source"]],
               "retime.interpolated": kinds["made"], "retime.held": kinds["held"], "retime.repeats": source.repeats,
               "retime.keys": keys}
    inputs = {"frames": len(images), "size": [images.shape[2], images.shape[1]], "speed": request.speed, "curve": request.curve,
              "length": request.length, "ease": request.ease, "repeats": request.repeats}
    series = {"retime.speed": np.round(speed_at(keys, times), 6), "retime.doubt": [round(m.doubt, 4) for m in made]}
    findings = findings_of(len(images), source, made, series["retime.speed"], float(times[-1]), joins,
                           request.repeats)
    return out, Report("RaccordRetime", f"{len(images)} frames to {len(out)}", findings, metrics, inputs, series)


def _asked(request: Request, count: int) -> Keys:
    """Keys that are asked for, everything else of the request found good."""
    number(request.ease, "ease", 1)
    one_of(request.repeats, ("keep", "drop"), "repeats")
    length = number(request.length, "length", 0)
    if length and (count < 2 or length < 2):
        raise ValueError(f"expected at least 2 frames in images and a length of at least 2, got {count} and {length}: nothing is "
                         "made beyond the clip's first and last frame")
    speed = number(request.speed, "speed", SLOWEST, FASTEST)
    return parse_curve(request.curve, count - 1) or ((0.0, speed),)


def _join(images: torch.Tensor, clip: Any, side: str) -> Join:
    """Measure the speeds on both sides of a join; the speed that ours must have there, where it can be told."""
    other, head = Frames(clip, f"{side}_clip"), side == "previous"
    height, width = images.shape[1:3]
    if abs(other.width * height - other.height * width) > max(other.width, other.height, width, height):
        why = f"The {side} clip is {other.width}x{other.height}, another shape than {width}x{height}"
        return Join(side, why=why, verdict="refused")
    size, theirs = working_size(width, height), end_of(other, head=not head)
    ours = end_of(Frames(images), head=head)
    nearest = (theirs[-1], ours[0]) if head else (ours[-1], theirs[0])
    one, two = (np.divide(shrink(f, size), 255, dtype=np.float32) for f in nearest)
    if Between(one, two).doubt > CUT:
        return Join(side, why="There is a cut between the two clips")
    own, meets = speed_of(ours, size), speed_of(theirs, size)
    if own is None or meets is None:
        which = "This clip" if own is None else "The other clip"
        return Join(side, own, meets, f"{which} hardly moves there, or has too few frames")
    return Join(side, own, meets)


def _keys(keys: Keys, source: Source, joins: list[Join], request: Request) -> Keys:
    """Keys with the joins' speeds led in, brought to the length that is asked for."""
    if source.end == 0:
        return keys
    start, end = (next((float(np.clip(j.wanted, 1 / _WIDEST, _WIDEST)) for j in joins if j.side == side and j.wanted), None)
                  for side in ("previous", "next"))
    if request.length:
        return to_length(keys, source.end, request.length, start, end, request.ease)
    return eased(keys, source.end, start, end, request.ease)


def _make(images: torch.Tensor, source: Source, times: np.ndarray, bar: runtime.Progress) -> tuple[torch.Tensor, list[Made]]:
    """The frames at `times`; of the pairs they lie between one is held at a time, whatever the clip's length."""
    out, made = images.new_empty((len(times), *images.shape[1:])), []
    pair, between = None, None
    for k, time in enumerate(times):
        first, second, share = source.around(time)
        if share and torch.equal(images[first], images[second]):
            first, second, share = first, first, 0.0
        if share and pair != (first, second):
            pair, between = (first, second), Between(images[first], images[second], long_side=LONG_SIDE)
        doubt = between.doubt if share and between is not None else 0.0
        if share and between is not None and doubt <= CUT:
            out[k] = between.at(share)
            made.append(Made("made", first, doubt))
        else:
            nearer = first if share < 0.5 else second
            out[k] = images[nearer]
            made.append(Made("held" if share else "source", nearer, doubt))
        bar.step(MAKING * len(images) / len(times))
    return out, made


def _measured(join: Join, out: torch.Tensor) -> Join:
    """The join with the speed that the new frames have there."""
    if join.wanted is None:
        return join
    size = working_size(out.shape[2], out.shape[1])
    return join.with_new(speed_of(end_of(Frames(out), head=join.side == "previous"), size))
