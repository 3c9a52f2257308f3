"""How a picture of a help page is put together: panels under each other, few words, large enough for a narrow panel."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from raccord.nodes.image import draw
from raccord.nodes.image.layout import from_uint8

WIDTH, SIZE = 720, 32  # pixels of a picture, and of its letters: a help panel shows it at about a third
MOST_BYTES = 58_000
RED, BLUE, CREAM = (206, 58, 44), (22, 54, 82), (240, 232, 214)


def panel(picture: torch.Tensor | np.ndarray, label: str = "", *, crop: tuple[int, int, int, int] | None = None,
          width: int = WIDTH, colour: Sequence[int] = draw.INK, low: bool = False) -> np.ndarray:
    """One picture (H, W, 3) or its part `crop` (x, y, width, height), `width` wide, with a label in a corner."""
    out = draw.canvas(picture) if isinstance(picture, torch.Tensor) else picture
    if crop:
        x, y, w, h = crop
        out = out[y:y + h, x:x + w]
    height = round(out.shape[0] * width / out.shape[1])
    how = cv2.INTER_AREA if width < out.shape[1] else cv2.INTER_CUBIC
    out = cv2.resize(out, (width, height), interpolation=how)
    if label:
        draw.write(out, label, (10, height if low else 10), size=SIZE * width // WIDTH if width > 400 else 22, colour=colour)
    return out


def words(*lines: str | tuple[str, Sequence[int]], size: int = 27, width: int = WIDTH, indent: int = 14) -> np.ndarray:
    """Lines of text on dark paper, wrapped; a pair gives a line its colour."""
    rows = []
    for line in lines:
        text, colour = line if isinstance(line, tuple) else (line, draw.INK)
        for part in textwrap.wrap(text, max(8, int((width - 2 * indent) / (0.49 * size)))) or [""]:
            row = np.full((round(size * 1.42), width, 3), draw.PAPER, np.uint8)
            draw.write(row, part, (indent, 2), size=size, colour=colour, background=None)
            rows.append(row)
    return np.concatenate([np.full((8, width, 3), draw.PAPER, np.uint8), *rows, np.full((10, width, 3), draw.PAPER, np.uint8)])


def stack(*rows: np.ndarray, gap: int = 8) -> np.ndarray:
    """Rows under each other, the narrow ones filled up with paper."""
    width = max(row.shape[1] for row in rows)
    out = []
    for row in rows:
        full = np.full((row.shape[0], width, 3), draw.PAPER, np.uint8)
        full[:, :row.shape[1]] = row
        out += [full, np.full((gap, width, 3), draw.PAPER, np.uint8)]
    return np.concatenate(out[:-1])


def grid(panels: Sequence[np.ndarray], columns: int = 2, gap: int = 8) -> np.ndarray:
    """Panels of one size side by side, in rows."""
    rows = [panels[i:i + columns] for i in range(0, len(panels), columns)]
    return stack(*(draw.side_by_side(*row, gap=gap) for row in rows), gap=gap)


def swatch(colours: Sequence[tuple[str, str]], width: int = WIDTH, height: int = 96) -> np.ndarray:
    """Colours (#RRGGBB) in a row, each with a word on it."""
    out = np.full((height, width, 3), draw.PAPER, np.uint8)
    edges = np.linspace(0, width, len(colours) + 1).round().astype(int)
    for (code, text), left, right in zip(colours, edges[:-1], edges[1:], strict=True):
        rgb = tuple(int(code[i:i + 2], 16) for i in (1, 3, 5))
        out[:, left:right - 4] = rgb
        ink = draw.PAPER if sum(rgb) > 380 else draw.INK
        for n, part in enumerate(text.split("\n")):
            draw.write(out[:, left:right - 4], part, (6, 6 + 29 * n), size=24, colour=ink, background=None)
    return out


def drawn_poster() -> torch.Tensor:
    """A poster in the colours of the example's sign: (1, 500, 780, 3)."""
    picture = Image.new("RGB", (780, 500), CREAM)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 330, 780, 500), fill=RED)
    pen.ellipse((60, 60, 300, 300), fill=BLUE)
    pen.pieslice((110, 110, 250, 250), 30, 330, fill=CREAM)
    pen.text((340, 96), "ONE SHOT", font=ImageFont.load_default(78), fill=BLUE)
    pen.text((344, 190), "after another", font=ImageFont.load_default(58), fill=RED)
    pen.text((60, 368), "autumn 2026, all week", font=ImageFont.load_default(64), fill=CREAM)
    return from_uint8(np.asarray(picture))[None]


def jpeg(canvas: np.ndarray) -> bytes:
    """The best JPEG of a canvas that stays within `MOST_BYTES`; one that would be poor is made smaller first."""
    picture = Image.fromarray(canvas)
    for scale in (1.0, 0.85, 0.7):
        size = round(picture.width * scale), round(picture.height * scale)
        small = picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
        for quality in range(88, 54, -3):
            file = io.BytesIO()
            small.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            if file.tell() <= MOST_BYTES:
                return file.getvalue()
    raise ValueError(f"expected a picture that fits {MOST_BYTES} bytes, got {canvas.shape[1]}x{canvas.shape[0]}: crop it")


def save(folder: Path, node_id: str, canvas: np.ndarray) -> None:
    """Write the picture of a node's page."""
    (folder / f"{node_id}.jpg").write_bytes(jpeg(canvas))
