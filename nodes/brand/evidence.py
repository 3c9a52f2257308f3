"""One sheet a picture: the places on it, every part with its number, the palette with its tolerances, what it is near to.

The large letters can be read at 512 pixels across, all of them at 1024.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch

from .. import runtime
from ..image import draw
from ..image.layout import to_uint8
from ..image.opencv import cv2
from ..media.frames import Frames
from ..wires.kit import SCORES, Kit
from ..wires.scores import PictureScore, Scores
from .cells import Cells, cells_of
from .lanes import at_once, lanes_for
from .look import thumbnail_canvas
from .marks import canvas_of, marked
from .panel import BOX, EDGE, panel, text

WIDTH, HEIGHT = 1280, 928
_LEFT, _TOP = 840, 560
_WHOLE, _LEAST, _COUNTED = 48, 512, 240
_HEAT_TOP = 30.0
_COLOURS = 7  # of the kit beside each other


def evidence(pictures: torch.Tensor | Frames, scores: Scores, kit: Kit, previous: torch.Tensor | None = None) -> torch.Tensor:
    """Sheets (n, 928, 1280, 3): one a picture, in the order of the batch; of a clip the frames that are worst in a score.

    `previous` are the earlier pictures that were compared with. More than 48 sheets are smaller, down to 512 pixels across, so
    that those of 400 pictures stay under 1 GiB.
    """
    chosen = worst_frames(scores) if scores.is_clip else range(len(scores))
    small = max(_LEAST / WIDTH, min(1.0, (_WHOLE / len(chosen)) ** 0.5))
    size = round(WIDTH * small), round(HEIGHT * small)
    bar, sheets = runtime.Progress(len(chosen)), np.empty((len(chosen), size[1], size[0], 3), np.float32)

    def drawn(one: tuple[int, torch.Tensor, PictureScore, str, np.ndarray | None]) -> None:
        place, picture, score, title, twin = one
        sheet = _sheet(picture.cpu(), score, kit, title, twin)
        sheet = sheet if small == 1 else cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
        np.divide(sheet, np.float32(255), out=sheets[place], dtype=np.float32)

    def told() -> Iterator[tuple[int, torch.Tensor, PictureScore, str, np.ndarray | None]]:
        for place, number in enumerate(chosen):
            score = scores.pictures[number]
            at = number if score.frame is None else score.frame
            picture = pictures.frame(at) if isinstance(pictures, Frames) else pictures[at]
            title = f"{'Picture' if score.frame is None else 'Frame'} {at}"
            yield place, picture, score, title, _twin(pictures, score, kit, previous)

    at_once(drawn, told(), lanes_for(math.prod(scores.size or (WIDTH, HEIGHT))), bar.step)
    return torch.from_numpy(sheets)


def worst_frames(scores: Scores) -> list[int]:
    """Sampled frames that have the lowest value of a score, in order; the first where nothing was tested."""
    known = [[(p.scores[name], i) for i, p in enumerate(scores.pictures) if p.scores[name] is not None] for name in SCORES]
    return sorted({min(values)[1] for values in known if values}) or [0]  # type: ignore[type-var]


def _repeated(score: PictureScore) -> tuple[str, float]:
    """What a picture nearly repeats, in the batch or of what was known, and in how many bits it differs; else nothing."""
    part, told = score.parts.get("duplicates"), score.headlines.get("originality")
    if part and part.value is not None and part.value < 0.5:
        return str(part.details.get("nearest", "")), part.raw or 0.0
    if told and told.value is not None and told.value < 0.5:
        return str(told.details.get("nearest", "")), float(str(told.details.get("bits", 0)))
    return "", 0.0


def _twin(pictures: torch.Tensor | Frames, score: PictureScore, kit: Kit, previous: torch.Tensor | None) -> np.ndarray | None:
    """The picture that this one nearly repeats: of the batch, an earlier one, or a counter-example."""
    kind, _, number = _repeated(score)[0].rpartition(" ")
    if not number.isdecimal():
        return None
    if kind in ("reference", "counter-example"):
        return thumbnail_canvas((kit.references if kind == "reference" else kit.counter_examples)[int(number)], 200)
    if kind == "earlier picture" and previous is not None:
        return canvas_of(previous[int(number)].cpu())
    if kind != "picture":
        return None
    return canvas_of((pictures.frame(int(number)) if isinstance(pictures, Frames) else pictures[int(number)]).cpu())


def _sheet(picture: torch.Tensor, score: PictureScore, kit: Kit, title: str, twin: np.ndarray | None) -> np.ndarray:
    out, canvas = draw.paper(HEIGHT, WIDTH), canvas_of(picture)
    out[:_TOP, :_LEFT] = draw.fit(marked(picture, score, (_LEFT, _TOP), kit, canvas=canvas), _LEFT, _TOP)
    panel(out[:, _LEFT + 12:], score, title)
    scale = min(1.0, _COUNTED / max(picture.shape[:2]))  # for swatches and heat that are shown small
    size = [max(1, round(side * scale)) for side in picture.shape[1::-1]]
    cells, foot = cells_of(torch.from_numpy(draw.fit(canvas, *size))), out[_TOP + 8:, :_LEFT]
    low = _colours(foot, cells, score, kit) if kit.palette else 0
    _near(foot[low:], cells, score, kit, twin)
    return out


def _colours(out: np.ndarray, cells: Cells, score: PictureScore, kit: Kit) -> int:
    """The palette: each colour of the kit over the nearest one in the picture, their difference on a gauge; gives its height."""
    told = score.parts["palette"].details.get("colours", [])
    known = {c["colour"]: c for c in told} if isinstance(told, list) else {}
    distance = cells.differences(kit.palette)
    off = [float(known.get(c.hex, {}).get("delta_e", distance[:, k].min())) for k, c in enumerate(kit.palette)]
    worst = sorted(range(len(off)), key=lambda k: -off[k] / kit.palette[k].tolerance)
    chosen = worst[:_COLOURS] if len(off) > _COLOURS else range(len(off))
    width = (out.shape[1] - EDGE) // max(4, len(chosen))
    more = f"; the {_COLOURS} farthest, and {len(off) - _COLOURS} more" if len(off) > _COLOURS else ""
    text(out, f"the kit's colours, and below each the nearest one in the picture{more}", (EDGE, 0), 18, draw.MUTED)
    for place, k in enumerate(chosen):
        x, right, colour, difference = EDGE + place * width, place * width + width, kit.palette[k], off[k]
        at = np.where(np.abs(distance[:, k] - difference) < 1, cells.share, 0)  # the part may have passed over a few pixels
        nearest = to_uint8(cells.rgb[int(at.argmax() if at.any() else distance[:, k].argmin())][None, None])[0, 0].tolist()
        within = difference <= colour.tolerance
        cv2.rectangle(out, (x, 28), (right, 62), [round(255 * v) for v in colour.rgb], -1)
        cv2.rectangle(out, (x, 64), (right, 86), nearest, -1)
        cv2.rectangle(out, (x, 28), (right, 86), (90, 94, 100), 1)
        ink = draw.COLOURS["pass" if within else "warn"]
        text(out, draw.shortened(colour.role or colour.hex, right - x, 20), (x, 90), 20)
        text(out, f"{difference:.1f} of {colour.tolerance:g} ΔE", (x, 116), 18, ink)
        _gauge(out, (x, 144, right - x), difference / colour.tolerance / 2, ink)
    return 164


def _gauge(out: np.ndarray, place: tuple[int, int, int], share: float, colour: Sequence[int]) -> None:
    """A bar with its limit in the middle and a pointer at `share` of it."""
    x, y, width = place
    cv2.rectangle(out, (x, y), (x + width, y + 6), BOX, -1)
    cv2.rectangle(out, (x, y), (x + width // 2, y + 6), (58, 92, 74), -1)
    cv2.line(out, (x + width // 2, y - 4), (x + width // 2, y + 10), draw.INK, 2)
    at = x + round(min(1.0, share) * width)
    cv2.circle(out, (at, y + 3), 7, draw.PAPER, -1, cv2.LINE_AA)
    cv2.circle(out, (at, y + 3), 5, [int(c) for c in colour], -1, cv2.LINE_AA)


def _near(out: np.ndarray, cells: Cells, score: PictureScore, kit: Kit, twin: np.ndarray | None) -> None:
    """Small pictures under their names: distance to the palette, what is repeated, the references, the counter-examples."""
    small: list[tuple[str, np.ndarray]] = []
    height = out.shape[0] - 40
    if kit.palette:
        off = cells.paint(cells.differences(kit.palette).min(1))
        small.append(("off palette", draw.heat(off, high=_HEAT_TOP)))
    if twin is not None:
        small.append((f"repeats: {_repeated(score)[1]:.0f} of 256 bits", twin))
    small += [("reference", thumbnail_canvas(sample, height)) for sample in kit.references[:3]]
    small += [("to avoid", thumbnail_canvas(sample, height)) for sample in kit.counter_examples[:2]]
    x = EDGE
    for name, canvas in small:
        width = max(110, min(round(height * canvas.shape[1] / canvas.shape[0]), 300))
        if x + width > out.shape[1]:
            break
        out[26:26 + height, x:x + width] = draw.fit(canvas, width, height)
        text(out, draw.shortened(name, width + 8, 18), (x, 0), 18, draw.MUTED)
        x += width + 12
