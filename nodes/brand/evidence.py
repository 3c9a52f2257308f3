"""One sheet a picture: the places on it, every part with its number, the palette with its tolerances, what it is near to.

The large letters can be read at 512 pixels across, all of them at 1024.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from .. import runtime
from ..image import draw
from ..image.layout import from_uint8, to_uint8
from ..image.opencv import cv2
from ..media.frames import Frames
from ..wires.kit import SCORES, Kit
from ..wires.scores import Part, PictureScore, Scores
from .cells import Cells, cells_of
from .fit import PARTS
from .look import thumbnail_canvas
from .marks import marked
from .parts import shown

WIDTH, HEIGHT = 1280, 928
_LEFT, _TOP = 840, 560
_ROW = 38
_WHOLE, _LEAST, _COUNTED = 48, 512, 400
_EDGE = 12
_HEAT_TOP = 30.0
_TITLES = {"coverage": "shares", "duplicates": "repeats"}
_UNITS = {"ΔE2000": " ΔE", "% of the area": " %", "% of the picture": " %", ":1": ":1", "bits of 256": " bits", "%": " %",
          "px at 1080 lines": " px"}
_BOX = (44, 48, 54)


def evidence(pictures: torch.Tensor | Frames, scores: Scores, kit: Kit, previous: torch.Tensor | None = None) -> torch.Tensor:
    """Sheets (n, 928, 1280, 3): one a picture, in the order of the batch; of a clip the frames that are worst in a score.

    `previous` are the earlier pictures that were compared with. More than 48 sheets are smaller, down to 512 pixels across, so
    that those of 400 pictures stay under 1 GiB.
    """
    chosen = worst_frames(scores) if scores.is_clip else range(len(scores))
    bar, sheets = runtime.Progress(len(chosen)), []
    small = max(_LEAST / WIDTH, min(1.0, (_WHOLE / len(chosen)) ** 0.5))
    for number in chosen:
        score = scores.pictures[number]
        at = number if score.frame is None else score.frame
        picture = pictures.frame(at) if isinstance(pictures, Frames) else pictures[at]
        twin = _twin(pictures, score, kit, previous)
        sheet = _sheet(picture.cpu(), score, kit, f"{'Picture' if score.frame is None else 'Frame'} {at}", twin)
        sheets.append(sheet if small == 1 else cv2.resize(sheet, None, fx=small, fy=small, interpolation=cv2.INTER_AREA))
        bar.step()
    return draw.to_image(*sheets)


def worst_frames(scores: Scores) -> list[int]:
    """Sampled frames that have the lowest value of a score, in order; the first where nothing was tested."""
    known = [[(p.scores[name], i) for i, p in enumerate(scores.pictures) if p.scores[name] is not None] for name in SCORES]
    return sorted({min(values)[1] for values in known if values}) or [0]  # type: ignore[type-var]


def _twin(pictures: torch.Tensor | Frames, score: PictureScore, kit: Kit, previous: torch.Tensor | None) -> np.ndarray | None:
    """The picture that this one nearly repeats: of the batch, an earlier one, or a counter-example."""
    part = score.parts.get("duplicates")
    near = str(part.details.get("nearest", "")) if part and part.value is not None and part.value < 0.5 else ""
    kind, _, number = near.rpartition(" ")
    if not number.isdecimal():
        return None
    if kind == "counter-example":
        return thumbnail_canvas(kit.counter_examples[int(number)], 200)
    if kind == "earlier picture" and previous is not None:
        return draw.canvas(previous[int(number)].cpu())
    if kind != "picture":
        return None
    return draw.canvas((pictures.frame(int(number)) if isinstance(pictures, Frames) else pictures[int(number)]).cpu())


def _sheet(picture: torch.Tensor, score: PictureScore, kit: Kit, title: str, twin: np.ndarray | None) -> np.ndarray:
    out = np.full((HEIGHT, WIDTH, 3), draw.PAPER, np.uint8)
    out[:_TOP, :_LEFT] = draw.fit(marked(picture, score, (_LEFT, _TOP), kit), _LEFT, _TOP)
    _panel(out[:, _LEFT + 12:], score, title)
    scale = min(1.0, _COUNTED / max(picture.shape[:2]))  # for swatches and heat that are shown small
    size = [max(1, round(side * scale)) for side in picture.shape[1::-1]]
    cells, foot = cells_of(from_uint8(draw.fit(draw.canvas(picture), *size))), out[_TOP + 8:, :_LEFT]
    low = _colours(foot, cells, score, kit) if kit.palette else 0
    _near(foot[low:], cells, score, kit, twin)
    return out


def _text(out: np.ndarray, text: str, at: tuple[float, float], size: int, colour: Sequence[int] = draw.INK) -> None:
    """Write so that letters of every size begin at the same place."""
    draw.write(out, text, (at[0] - size // 4, at[1]), size=size, colour=colour, background=None)


def _panel(out: np.ndarray, score: PictureScore, title: str) -> None:
    fit, x = score.scores["brand_fit"], _EDGE
    _text(out, title, (x, 8), 26, draw.MUTED)
    verdict = "not tested" if fit is None else "pass" if fit >= 0.75 else "warn" if fit >= 0.5 else "fail"
    _text(out, f"brand fit {'-' if fit is None else f'{fit:.2f}'}", (x, 42), 46, draw.COLOURS[verdict])
    rest = "   ".join(f"{name} {'-' if v is None else f'{v:.2f}'}" for name, v in score.scores.items() if name != "brand_fit")
    _text(out, rest, (x, 106), 19)
    gated = score.fit.get("gated_by") or []
    held = f"held down by {', '.join(map(str, gated))}" if isinstance(gated, list) and gated else ""
    _text(out, f"{score.passed} of {score.tested} tested parts pass", (x, 134), 19, draw.MUTED)
    _text(out, draw.shortened(held, out.shape[1] - x, 19), (x, 160), 19, draw.COLOURS["fail"])
    y = 192
    for name in PARTS:
        _row(out, y, score.parts[name])
        y += _ROW
    _sentences(out, y + 8, score)


def _row(out: np.ndarray, y: int, part: Part) -> None:
    colour = draw.COLOURS[part.verdict]
    draw.badge(out, part.verdict, (_EDGE, y + 5), 20)
    _text(out, _TITLES.get(part.name, part.name), (_EDGE + 34, y), 24, draw.INK if part.tested else draw.MUTED)
    left, right = 180, 300
    if part.value is None:
        state = "not found" if part.details.get("state") == "not found" else part.verdict
        _text(out, state, (left, y + 2), 20, draw.MUTED)
        return
    cv2.rectangle(out, (left, y + 8), (right, y + 24), _BOX, -1)
    cv2.rectangle(out, (left, y + 8), (left + max(3, round(part.value * (right - left))), y + 24), colour, -1)
    cv2.line(out, ((left + right) // 2, y + 4), ((left + right) // 2, y + 28), draw.INK, 2)
    number = "" if part.raw is None else f"{shown(part.raw)}{_UNITS.get(part.unit, '')}"
    _text(out, number, (right + 12, y + 2), 20, colour)


def _sentences(out: np.ndarray, y: int, score: PictureScore) -> None:
    """What the worst parts say, as far as there is room."""
    cv2.line(out, (_EDGE, y), (out.shape[1] - 16, y), _BOX, 2)
    y += 10
    worst = sorted((p for p in score.parts.values() if p.tested and p.verdict != "pass"), key=lambda p: p.value or 0)
    if not worst and score.tested:
        _text(out, "Every tested part keeps its limit.", (_EDGE, y), 20, draw.COLOURS["pass"])
    for part in worst:
        lines = draw.wrapped(part.message, out.shape[1] - 36, 19)[:4]
        if y + 25 * len(lines) > HEIGHT - 6:
            break
        cv2.rectangle(out, (_EDGE, y + 4), (_EDGE + 4, y + 25 * len(lines)), draw.COLOURS[part.verdict], -1)
        for line in lines:
            _text(out, line, (_EDGE + 16, y), 19)
            y += 25
        y += 10


def _colours(out: np.ndarray, cells: Cells, score: PictureScore, kit: Kit) -> int:
    """The palette: each colour of the kit over the nearest one in the picture, their difference on a gauge; gives its height."""
    told = score.parts["palette"].details.get("colours", [])
    known = {c["colour"]: c for c in told} if isinstance(told, list) else {}
    distance, shown_colours = cells.differences(kit.palette), kit.palette[:7]
    width = (out.shape[1] - _EDGE) // max(4, len(shown_colours))
    _text(out, "the kit's colours, and below each the nearest one in the picture", (_EDGE, 0), 18, draw.MUTED)
    for k, colour in enumerate(shown_colours):
        x, right = _EDGE + k * width, k * width + width
        difference = float(known.get(colour.hex, {}).get("delta_e", distance[:, k].min()))
        at = np.where(np.abs(distance[:, k] - difference) < 1, cells.share, 0)  # the part may have passed over a few pixels
        nearest = to_uint8(cells.rgb[int(at.argmax() if at.any() else distance[:, k].argmin())][None, None])[0, 0].tolist()
        within = difference <= colour.tolerance
        cv2.rectangle(out, (x, 28), (right, 62), [round(255 * v) for v in colour.rgb], -1)
        cv2.rectangle(out, (x, 64), (right, 86), nearest, -1)
        cv2.rectangle(out, (x, 28), (right, 86), (90, 94, 100), 1)
        ink = draw.COLOURS["pass" if within else "warn"]
        _text(out, draw.shortened(colour.role or colour.hex, right - x, 20), (x, 90), 20)
        _text(out, f"{difference:.1f} of {colour.tolerance:g} ΔE", (x, 116), 18, ink)
        _gauge(out, (x, 144, right - x), difference / colour.tolerance / 2, ink)
    return 164


def _gauge(out: np.ndarray, place: tuple[int, int, int], share: float, colour: Sequence[int]) -> None:
    """A bar with its limit in the middle and a pointer at `share` of it."""
    x, y, width = place
    cv2.rectangle(out, (x, y), (x + width, y + 6), _BOX, -1)
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
        bits = score.parts["duplicates"].raw or 0
        small.append((f"repeats: {bits:.0f} of 256 bits", twin))
    small += [("reference", thumbnail_canvas(sample, height)) for sample in kit.references[:3]]
    small += [("to avoid", thumbnail_canvas(sample, height)) for sample in kit.counter_examples[:2]]
    x = _EDGE
    for name, canvas in small:
        width = max(110, min(round(height * canvas.shape[1] / canvas.shape[0]), 300))
        if x + width > out.shape[1]:
            break
        out[26:26 + height, x:x + width] = draw.fit(canvas, width, height)
        _text(out, draw.shortened(name, width + 8, 18), (x, 0), 18, draw.MUTED)
        x += width + 12
