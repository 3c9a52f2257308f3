"""One sheet a picture: the picture with the places that the score speaks of, and beside it every part with its number."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import torch

from .. import runtime
from ..image import draw
from ..image.opencv import cv2
from ..media.frames import Frames
from ..wires.kit import SCORES, Kit
from ..wires.scores import Part, PictureScore, Scores
from .cells import cells_of
from .fit import PARTS
from .look import thumbnail_canvas
from .parts import shown

WIDTH, HEIGHT = 1280, 720
_LEFT, _TOP, _ROW = 800, 520, 27
_HEAT_TOP = 30.0
_SHOWN = ("zones", "banned", "logo", "palette", "continuity")


def evidence(pictures: Sequence[torch.Tensor] | torch.Tensor | Frames, scores: Scores, kit: Kit) -> torch.Tensor:
    """Sheets (n, 720, 1280, 3): one a picture, in the order of the batch; of a clip the frames that are worst in a score."""
    chosen = worst_frames(scores) if scores.is_clip else range(len(scores))
    bar, sheets = runtime.Progress(len(chosen)), []
    for number in chosen:
        score = scores.pictures[number]
        at = number if score.frame is None else score.frame
        picture = pictures.frame(at) if isinstance(pictures, Frames) else pictures[at]
        sheets.append(_sheet(picture, score, kit, f"{'Picture' if score.frame is None else 'Frame'} {at}"))
        bar.step()
    return draw.to_image(*sheets)


def worst_frames(scores: Scores) -> list[int]:
    """Sampled frames that have the lowest value of a score, in order; the first where nothing was tested."""
    known = [[(p.scores[name], i) for i, p in enumerate(scores.pictures) if p.scores[name] is not None] for name in SCORES]
    return sorted({min(values)[1] for values in known if values}) or [0]  # type: ignore[type-var]


def _sheet(picture: torch.Tensor, score: PictureScore, kit: Kit, title: str) -> np.ndarray:
    out = np.full((HEIGHT, WIDTH, 3), draw.PAPER, np.uint8)
    _place(out, _marked(picture, score), (0, 0, _LEFT, _TOP))
    _panel(out[:, _LEFT + 16:], score, title)
    _foot(out[_TOP + 8:, :_LEFT], picture, score, kit)
    return out


def _place(out: np.ndarray, picture: np.ndarray, box: tuple[int, int, int, int]) -> None:
    x, y, width, height = box
    out[y:y + height, x:x + width] = draw.fit(picture, width, height)


def _marked(picture: torch.Tensor, score: PictureScore) -> np.ndarray:
    """The picture with a box for every place, drawn at the size at which it is shown."""
    scale = min(_LEFT / picture.shape[1], _TOP / picture.shape[0])
    size = [max(1, round(side * scale)) for side in (picture.shape[1], picture.shape[0])]
    out = cv2.resize(draw.canvas(picture), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    out = np.ascontiguousarray(out.reshape(size[1], size[0], 3))
    for name in _SHOWN:
        part = score.parts.get(name)
        if part is None or part.box is None or (name == "palette" and part.verdict == "pass"):
            continue
        if name == "palette" and part.box[2] * part.box[3] > 0.4 * picture.shape[0] * picture.shape[1]:
            continue  # a box around half the picture points nowhere; the heat picture shows it
        if name == "zones":
            _mark_zones(out, part, scale)
        else:
            draw.rectangle(out, [v * scale for v in part.box], draw.COLOURS[part.verdict], _label(part))
    return out


def _mark_zones(out: np.ndarray, part: Part, scale: float) -> None:
    zones = part.details.get("zones", [])
    for zone in zones if isinstance(zones, list) else []:
        verdict = "pass" if zone["quality"] >= 1 else part.verdict
        draw.rectangle(out, [v * scale for v in zone["box"]], draw.COLOURS[verdict], f"{zone['zone']} {zone['ratio']:.1f}:1")
        if zone["quality"] < 1:
            draw.rectangle(out, [v * scale for v in zone["worst"]], draw.COLOURS[verdict])


def _label(part: Part) -> str:
    stray = part.details.get("stray")
    return f"stray {stray['colour']}" if isinstance(stray, dict) else part.name


def _panel(out: np.ndarray, score: PictureScore, title: str) -> None:
    fit = score.scores["brand_fit"]
    draw.write(out, f"{title}   brand fit {'not tested' if fit is None else f'{fit:.2f}'}", (0, 8), size=24, background=None)
    rest = "   ".join(f"{name} {'–' if v is None else f'{v:.2f}'}" for name, v in score.scores.items() if name != "brand_fit")
    draw.write(out, rest, (0, 42), size=14, colour=draw.MUTED, background=None)
    met = f"{score.passed} of {score.tested} tested guidelines are met"
    draw.write(out, met, (0, 62), size=14, colour=draw.MUTED, background=None)
    for row, name in enumerate(PARTS):
        _row(out, 92 + row * _ROW, name, score.parts[name])
    y = 100 + len(PARTS) * _ROW
    worst = sorted((p for p in score.parts.values() if p.tested), key=lambda p: p.value or 0)[:4]
    for part in worst:
        for line in textwrap.wrap(part.message, 58)[:4]:
            if y < HEIGHT - 20:
                draw.write(out, line, (0, y), size=14, colour=draw.COLOURS[part.verdict], background=None)
                y += 19
        y += 8


def _row(out: np.ndarray, y: int, name: str, part: Part) -> None:
    colour = draw.COLOURS[part.verdict]
    draw.write(out, name, (0, y), size=15, background=None)
    left, right = 96, 226
    cv2.rectangle(out, (left, y + 4), (right, y + 16), (52, 56, 62), -1)
    if part.value is None:
        state = "not found" if part.details.get("state") == "not found" else "not tested"
        draw.write(out, state, (right + 10, y), size=14, colour=draw.MUTED, background=None)
        return
    cv2.rectangle(out, (left, y + 4), (left + max(2, round(part.value * (right - left))), y + 16), colour, -1)
    cv2.line(out, ((left + right) // 2, y + 2), ((left + right) // 2, y + 18), draw.INK, 1)
    number = f"{shown(part.raw)} {part.unit}" if part.raw is not None else ""
    draw.write(out, f"{number}  (limit {part.limit:.3g})", (right + 10, y), size=14, colour=colour, background=None)


def _foot(out: np.ndarray, picture: torch.Tensor, score: PictureScore, kit: Kit) -> None:
    """Off-palette heat, the kit's colours with what is nearest to them, and the references."""
    height, x = out.shape[0] - 28, 8
    if kit.palette:
        cells = cells_of(picture)
        off = cells.paint(cells.differences(kit.palette).min(1))
        width = min(300, round(height * picture.shape[1] / picture.shape[0]))
        _place(out, draw.heat(off, high=_HEAT_TOP), (x, 0, width, height))
        draw.write(out, "distance to the palette, 0 to 30 ΔE", (x, height + 4), size=13, colour=draw.MUTED, background=None)
        x += max(width, 236) + 16
        x = _swatches(out, x, score)
    for sample in kit.references[:6]:
        small = thumbnail_canvas(sample, 72)
        if x + small.shape[1] < out.shape[1]:
            out[0:72, x:x + small.shape[1]] = small
            draw.write(out, "reference", (x, 76), size=12, colour=draw.MUTED, background=None)
            x += small.shape[1] + 8


def _swatches(out: np.ndarray, x: int, score: PictureScore) -> int:
    colours = score.parts["palette"].details.get("colours", [])
    for row, colour in enumerate(colours[:6] if isinstance(colours, list) else []):
        code, y = colour["colour"], row * 28
        ink = tuple(int(code[i:i + 2], 16) for i in (1, 3, 5))
        cv2.rectangle(out, (x, y), (x + 32, y + 22), ink, -1)
        near = colour["delta_e"] <= colour["tolerance"]
        draw.write(out, f"{code} {colour['delta_e']:.1f} ΔE", (x + 38, y + 2), size=13,
                   colour=draw.COLOURS["pass" if near else "warn"], background=None)
    return x + 180
