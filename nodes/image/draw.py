"""Every picture of the pack has one look: outlines, labels, signs, heat maps and contact sheets.

Canvases are uint8 arrays (H, W, 3). Positions are pixel areas of the canvas.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from .layout import from_uint8, to_uint8
from .letters import length, line_mask, padding, spelt
from .opencv import cv2

INK, PAPER, MUTED = (242, 240, 235), (24, 26, 30), (140, 144, 152)
COLOURS = {"pass": (88, 196, 132), "warn": (240, 180, 60), "fail": (232, 74, 62), "refused": (176, 122, 232),
           "not tested": MUTED,
           "tracked": (88, 196, 132), "occluded": (240, 180, 60), "out": (96, 156, 240), "lost": (232, 74, 62)}
_SUBPIXEL_BITS = 5


def canvas(image: torch.Tensor) -> np.ndarray:
    """Copy one frame (H, W, 3|4) into a canvas."""
    return to_uint8(image[..., :3]).copy()


def paper(height: int, width: int) -> np.ndarray:
    """An empty canvas (`height`, `width`, 3)."""
    out = np.empty((height, width, 3), np.uint8)
    out.reshape(height, -1)[:] = np.tile(np.array(PAPER, np.uint8), width)  # by lines: by pixels it takes thirty times as long
    return out


def to_image(*canvases: np.ndarray) -> torch.Tensor:
    """Stack canvases of one size into an IMAGE batch."""
    return from_uint8(np.stack(canvases))


def text_size(height: int) -> int:
    """Size of letters, in pixels, that reads well on a picture of `height` lines."""
    return int(np.clip(height / 28, 11, 48))


def write(target: np.ndarray, text: str, at: tuple[float, float], *, size: int = 0, colour: Sequence[int] = INK,
          background: Sequence[int] | None = PAPER) -> None:
    """Write a line of text on `target` with its upper-left corner at `at`, moved inside the picture, on a dark label."""
    mask = line_mask(spelt(text), size or text_size(target.shape[0]))
    height, width = mask.shape
    x = int(np.clip(at[0], 0, max(0, target.shape[1] - width)))
    y = int(np.clip(at[1], 0, max(0, target.shape[0] - height)))
    patch = target[y:y + height, x:x + width]
    if background is not None:
        patch[:] = background
    ink = mask[:patch.shape[0], :patch.shape[1], None].astype(np.uint16)
    patch[:] = (patch * (255 - ink) + np.array(colour, np.uint16) * ink + 127) // 255


def wrapped(text: str, width: int, size: int) -> list[str]:
    """Lines of a text that fit `width` pixels in letters of `size`, as `write` draws them."""
    room, gap, lines, long = width - 4 * padding(size), length(" ", size), [""], 0.0
    for word in spelt(text).split():
        longer = long + gap + length(word, size) if lines[-1] else length(word, size)
        if lines[-1] and longer > room:
            lines.append(word)
            long = length(word, size)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
            long = longer
    return lines


def caption(target: np.ndarray, text: str, *, colour: Sequence[int] = INK) -> None:
    """Write a sentence along the lower edge of `target`, on as many lines as its width asks for, at most half the picture."""
    size = text_size(target.shape[0])
    step = int(size * 1.5)
    lines = wrapped(text, target.shape[1], size)[:max(1, target.shape[0] // 2 // step)]
    for row, line in enumerate(lines):
        write(target, line, (8, target.shape[0] - step * (len(lines) - row)), size=size, colour=colour)


def _fixed(points: np.ndarray) -> np.ndarray:
    scale = 1 << _SUBPIXEL_BITS
    return np.round((np.asarray(points, float) - 0.5).clip(-30000, 30000) * scale).astype(np.int32)


def outline(target: np.ndarray, points: np.ndarray, colour: Sequence[int], *, thickness: int = 0, closed: bool = True) -> None:
    """Draw a line through `points` (N, 2) with a dark rim, sub-pixel accurate."""
    if not np.isfinite(points).all():
        return
    thickness = thickness or max(1, target.shape[0] // 360)
    for ink, width in ((PAPER, thickness + 2), (colour, thickness)):
        cv2.polylines(target, [_fixed(points)], closed, [int(c) for c in ink], width, cv2.LINE_AA, _SUBPIXEL_BITS)


def dots(target: np.ndarray, points: np.ndarray, colour: Sequence[int], *, radius: float = 0) -> None:
    """Draw small discs at `points` (N, 2)."""
    radius = radius or max(1.5, target.shape[0] / 240)
    for centre in _fixed(np.asarray(points, float).reshape(-1, 2)):
        cv2.circle(target, tuple(map(int, centre)), int(radius * (1 << _SUBPIXEL_BITS)), [int(c) for c in colour],
                   -1, cv2.LINE_AA, _SUBPIXEL_BITS)


def rectangle(target: np.ndarray, box: Sequence[float], colour: Sequence[int], label: str = "") -> None:
    """Draw `box` (x, y, width, height) with an optional label on its upper edge."""
    x, y, w, h = box
    outline(target, np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]]), colour)
    if label:
        write(target, label, (x, y - text_size(target.shape[0]) * 1.6), colour=colour)


def badge(target: np.ndarray, verdict: str, at: tuple[float, float], size: int) -> None:
    """Draw the sign of a verdict, told by its shape alone: tick, triangle, cross, bar, or an empty ring for `not tested`."""
    shapes = {"pass": [[(0.1, 0.55), (0.4, 0.85), (0.95, 0.15)]],
              "fail": [[(0.1, 0.1), (0.9, 0.9)], [(0.9, 0.1), (0.1, 0.9)]],
              "refused": [[(0.05, 0.5), (0.95, 0.5)]],
              "warn": [[(0.5, 0.08), (0.96, 0.9), (0.04, 0.9), (0.5, 0.08)]]}
    turn = np.linspace(0, 2 * np.pi, 25)
    ring = [list(zip(0.5 + 0.42 * np.cos(turn), 0.5 + 0.42 * np.sin(turn), strict=True))]
    thick = max(2, size // (8 if verdict in ("warn", "not tested") else 6))
    for line in shapes.get(verdict, ring):
        points = _fixed(np.array(line) * size + at)
        cv2.polylines(target, [points], False, [int(c) for c in COLOURS[verdict]], thick, cv2.LINE_AA, _SUBPIXEL_BITS)


def heat(values: np.ndarray, *, low: float = 0.0, high: float | None = None) -> np.ndarray:
    """Turn values (H, W) into colours, dark at `low`, bright at `high` (by default the largest)."""
    high = float(np.nanmax(values)) if high is None else high
    scaled = np.nan_to_num((values - low) / max(high - low, 1e-9)).clip(0, 1)
    shown = cv2.applyColorMap((scaled * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)
    return np.ascontiguousarray(shown[..., ::-1])


def blend(target: np.ndarray, over: np.ndarray, amount: np.ndarray | float = 0.5) -> np.ndarray:
    """Mix `over` into `target`; `amount` 0..1 is one number or (H, W)."""
    share = amount if isinstance(amount, float) else np.asarray(amount)[..., None]
    return (target * (1 - share) + over * share + 0.5).astype(np.uint8)


def scaled(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """A canvas brought to `width` × `height`, which has about its shape."""
    if picture.shape[:2] == (height, width):
        return picture
    times = min(picture.shape[0] // height, picture.shape[1] // width)
    if times > 1:  # whole steps are quick, and what is left is less than half and may be read between two pixels
        lines, columns = picture.shape[0] // times, picture.shape[1] // times
        picture = cv2.resize(picture[:lines * times, :columns * times], (columns, lines), interpolation=cv2.INTER_AREA)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR if times else cv2.INTER_CUBIC)


def fit(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """Scale a canvas into a cell of `width` × `height`, keeping its shape, on dark paper."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    w, h = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    cell = paper(height, width)
    top, left = (height - h) // 2, (width - w) // 2
    cell[top:top + h, left:left + w] = scaled(picture, w, h)
    return cell


def sheet(pictures: Sequence[np.ndarray], labels: Sequence[str] = (), *, columns: int = 4,
          cell: tuple[int, int] = (320, 240)) -> np.ndarray:
    """Contact sheet of canvases with a label below each; `cell` is width, height of a picture."""
    columns, line = max(1, min(columns, len(pictures))), 26
    rows = -(-len(pictures) // columns)
    out = np.full((rows * (cell[1] + line + 8) + 8, columns * (cell[0] + 8) + 8, 3), PAPER, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = (i // columns) * (cell[1] + line + 8) + 8, (i % columns) * (cell[0] + 8) + 8
        out[y:y + cell[1], x:x + cell[0]] = fit(picture, *cell)
        if i < len(labels):
            write(out, labels[i], (x, y + cell[1] + 2), size=14, background=None)
    return out


def side_by_side(*pictures: np.ndarray, gap: int = 6) -> np.ndarray:
    """Canvases of one height in a row."""
    space = np.full((pictures[0].shape[0], gap, 3), PAPER, np.uint8)
    parts = [part for picture in pictures for part in (picture, space)][:-1]
    return np.concatenate(parts, axis=1)


def shortened(text: str, width: int, size: int) -> str:
    """A text that fits a line of `width` pixels in letters of `size`, cut between words."""
    most = max(8, int(width / size / 0.47))
    return text if len(text) <= most else text[:most - 1].rsplit(" ", 1)[0] + " …"


def notes(rows: Sequence[tuple[str, str, str]], width: int, *, size: int = 16) -> np.ndarray:
    """Canvas of sentences under each other: (verdict, sentence, remark in small letters), each behind a bar of its colour."""
    line, small = round(size * 2.75), round(size * 0.82)
    out = np.full((len(rows) * line + 8, width, 3), PAPER, np.uint8)
    for i, (verdict, sentence, remark) in enumerate(rows):
        y = 4 + line * i
        out[y + 2:y + line - 8, 10:16] = COLOURS[verdict]
        write(out, shortened(sentence, width - 36, size), (28, y), size=size, background=None)
        write(out, shortened(remark, width - 36, small), (28, y + round(size * 1.3)), size=small, colour=MUTED, background=None)
    return out
