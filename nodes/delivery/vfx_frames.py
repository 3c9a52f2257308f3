"""The pictures of a VFX package, in one pass over the clip: EXR frames on several cores, the mezzanine beside them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field

import numpy as np
import torch

from .. import runtime
from ..image.layout import to_uint8
from ..media.exr import write_exr
from ..media.exr_colour import to_half
from ..media.exr_header import FrameHeader
from ..media.frames import Frames
from ..media.mezzanine import MezzanineSpec, MezzanineWriter
from ..media.package import Package
from ..media.xmp import Rights, append_xmp_box, xmp_packet
from ..wires.shot import Shot
from .vfx_layers import Layers

_MOST_AT_ONCE = 4  # frames in work: each takes some 60 MB at 1080p


@dataclass(frozen=True, slots=True)
class Plan:
    """What the pictures are to be. `mezzanine` is a spec, or None for none, with its sound."""

    shot: Shot
    task: str
    colour_space: str
    layers: Layers
    mezzanine: MezzanineSpec | None = None
    audio: dict | None = None
    rights: Rights = field(default_factory=Rights)


@dataclass(slots=True)
class Written:
    """By number of the frame: those to show (H, W, 3) uint8, and those to be read back."""

    shown: dict[int, np.ndarray] = field(default_factory=dict)
    proof: dict[int, torch.Tensor] = field(default_factory=dict)


def frame_name(stem: str, number: int) -> str:
    """File name of a frame: four digits at least."""
    return f"{stem}.{number:04d}.exr"


def film_name(stem: str, spec: MezzanineSpec) -> str:
    """File name of a mezzanine."""
    return f"{stem}.{spec.kind.lower().replace(' ', '_')}.mov"


def write_pictures(frames: Frames, plan: Plan, package: Package) -> Written:
    """Write what is missing of the frames and the mezzanine; the clip is read once."""
    count, stem, out = len(frames), package.folder.name, Written()
    to_show, to_prove = {0, count // 2, count - 1}, {count // 2}
    missing = {i for i in range(count) if not package.keep(frame_name(stem, plan.shot.number(i)))}
    bar = runtime.Progress(count + len(to_show))
    bar.step(count - len(missing))
    with ExitStack() as stack:
        film = _film(stack, plan, package)
        put = stack.enter_context(_at_once(bar))
        for i in range(count) if film else sorted(missing | to_show):
            frame = frames.read(i, i + 1, codes=True)
            if i in to_show:
                out.shown[i] = to_uint8(frame[0, ..., :3])
                bar.step()
            if i in to_prove:
                out.proof[i] = frame
            if film:
                film.write(frame[0])
            if i in missing:
                put(_write_frame, frame, i, plan, package, stem)
            runtime.check_cancelled()
    order = sorted(package.entries, key=lambda name: (len(name), name))  # as frames follow each other, not as they were done
    package.entries = {name: package.entries[name] for name in order}
    return out


def _write_frame(frame: torch.Tensor, number: int, plan: Plan, package: Package, stem: str) -> None:
    header = header_of(plan, number)
    layers, masks = plan.layers.frame(number)
    with package.writing(frame_name(stem, header.number)) as temporary:
        write_exr(temporary, to_half(frame[0], plan.colour_space), header, layers, masks)


def header_of(plan: Plan, number: int) -> FrameHeader:
    """What the header of a frame says."""
    shot = plan.shot
    words = {"show": shot.show, "shot": shot.shot, "take": str(shot.take), "task": plan.task, "handles": str(shot.handles)}
    rights = {key: value for key, value in plan.rights.values.items() if key != "alt"}  # a frame of many is no picture of a page
    rights["digital_source_type"] = plan.rights.source_type
    return FrameHeader(shot.number(number), shot.fps, plan.colour_space, words | rights)


def _film(stack: ExitStack, plan: Plan, package: Package) -> MezzanineWriter | None:
    if plan.mezzanine is None or package.keep(name := film_name(package.folder.name, plan.mezzanine)):
        return None
    temporary = stack.enter_context(package.writing(name))
    stack.callback(append_xmp_box, temporary, xmp_packet(plan.rights))  # when the film is closed
    return stack.enter_context(MezzanineWriter(temporary, plan.mezzanine, plan.audio))


@contextmanager
def _at_once(bar: runtime.Progress) -> Iterator[Callable[..., None]]:
    """Give a function that does one frame's work beside this one, and waits while too many are at it; packing is slow."""
    lanes = min(os.cpu_count() or 1, _MOST_AT_ONCE)
    waiting: deque[Future] = deque()

    def settle(most: int) -> None:
        while len(waiting) > most:
            waiting.popleft().result()
            bar.step()

    def put(work: Callable[..., None], *given: object) -> None:
        settle(lanes)
        waiting.append(pool.submit(copy_context().run, work, *given))  # the host is known by a context variable

    with ThreadPoolExecutor(lanes, "raccord-exr") as pool:
        try:
            yield put
            settle(0)
        finally:
            for future in waiting:
                future.cancel()
