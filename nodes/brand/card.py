"""A kit as one picture: what the studio agreed on, to look at, print or send."""

from __future__ import annotations

import numpy as np
import torch

from ..image import draw
from ..image.layout import to_uint8
from ..image.opencv import cv2
from ..wires.kit import Kit, Logo, brief_of
from ..wires.kit_colours import KitColour
from .look import thumbnail_canvas

WIDTH = 1280
_EDGE, _HALF, _NAMES = 28, 612, 190
_LINE = (66, 70, 78)


def kit_card(kit: Kit) -> torch.Tensor:
    """The card (1, H, 1280, 3) of a kit; what it lacks takes no room."""
    left = [block for block in (_logos(kit), _looks(kit)) if block is not None]
    right = [block for block in (_zones(kit), _words(kit)) if block is not None]
    full = [_head(kit), *(block for block in (_palette(kit), _banned(kit)) if block is not None)]
    columns = [np.concatenate(blocks) for blocks in (left, right) if blocks]
    if columns:
        high = max(len(column) for column in columns)
        body = np.full((high, WIDTH, 3), draw.PAPER, np.uint8)
        for i, column in enumerate(columns):
            body[:len(column), i * (WIDTH // 2):i * (WIDTH // 2) + column.shape[1]] = column
        full.append(body)
    return draw.to_image(np.concatenate([*full, _block(12)]))


def _block(height: int, width: int = WIDTH) -> np.ndarray:
    return np.full((height, width, 3), draw.PAPER, np.uint8)


def _title(out: np.ndarray, text: str) -> None:
    draw.write(out, text, (_EDGE - 6, 6), size=22, colour=draw.MUTED, background=None)


def _head(kit: Kit) -> np.ndarray:
    out = _block(76)
    draw.write(out, "Brand kit", (_EDGE - 8, 14), size=42, background=None)
    draw.write(out, f"seal {kit.digest[:12]}", (WIDTH - 260, 26), size=22, colour=draw.MUTED, background=None)
    cv2.line(out, (_EDGE, 72), (WIDTH - _EDGE, 72), _LINE, 2)
    return out


def _palette(kit: Kit) -> np.ndarray | None:
    """Swatches as wide as their shares where all have one, else alike."""
    if not kit.palette:
        return None
    colours, room = kit.palette[:12], WIDTH - 2 * _EDGE
    shares = [c.share or 0.0 for c in colours]
    even = not all(shares) or min(shares) / sum(shares) < 0.08
    edges = np.round(np.cumsum([0, *([1 / len(colours)] * len(colours) if even else np.array(shares) / sum(shares))]) * room)
    out = _block(272)
    _title(out, "palette")
    for colour, left, right in zip(colours, edges, edges[1:], strict=False):
        box = int(_EDGE + left), 40, int(_EDGE + right) - 8, 168
        cv2.rectangle(out, box[:2], box[2:], _ink(colour), -1)
        cv2.rectangle(out, box[:2], box[2:], _LINE, 1)
        size = 24 if len(colours) <= 6 else 18
        share = "" if colour.share is None else f"{colour.share * 100:g} %  "
        for row, (text, ink) in enumerate(((colour.role or "-", draw.INK), (colour.hex, draw.INK),
                                           (f"{share}~{colour.tolerance:g} ΔE", draw.MUTED))):
            draw.write(out, draw.shortened(text, box[2] - box[0] + 8, size), (box[0] - 6, 174 + row * 30), size=size, colour=ink,
                       background=None)
    return out


def _ink(colour: KitColour) -> list[int]:
    return [round(255 * v) for v in colour.rgb]


def _banned(kit: Kit) -> np.ndarray | None:
    if not kit.banned:
        return None
    out = _block(104)
    _title(out, "never")
    for k, colour in enumerate(kit.banned[:6]):
        x = _EDGE + k * 206
        cv2.rectangle(out, (x, 40), (x + 52, 92), _ink(colour), -1)
        draw.badge(out, "fail", (x + 12, 52), 28)
        draw.write(out, colour.hex, (x + 58, 38), size=20, background=None)
        draw.write(out, f"{colour.role} ~{colour.tolerance:g}".strip(), (x + 58, 66), size=18, colour=draw.MUTED, background=None)
    return out


def _logos(kit: Kit) -> np.ndarray | None:
    if not kit.logos:
        return None
    rows = [np.concatenate([_logo(logo) for logo in pair] + [_block(270, _HALF // 2)] * (2 - len(pair)), 1)
            for pair in (kit.logos[i:i + 2] for i in range(0, min(len(kit.logos), 6), 2))]
    head = _block(38, _HALF)
    _title(head, "logos in their clear space")
    return np.concatenate([head, *(np.pad(row, ((0, 0), (0, _HALF - row.shape[1]), (0, 0))) for row in rows)])


def _logo(logo: Logo) -> np.ndarray:
    """A variant on a ground that it may stand on, with the room that it needs, and its rules."""
    width = _HALF // 2
    out = _block(270, width)
    ground = {"light": (228, 228, 226), "dark": (34, 36, 40)}.get(logo.backgrounds)
    stage = out[4:184, _EDGE:width - 8]
    tiles = (np.indices(stage.shape[:2]) // 14).sum(0)[..., None] % 2
    stage[:] = np.where(tiles == 0, 74, 88) if ground is None else ground
    lines, columns = logo.rgba.shape[:2]
    room = 2 * logo.clear_space * lines
    scale = min((stage.shape[1] - 24) / (columns + room), (stage.shape[0] - 24) / (lines + room))
    size = max(1, round(columns * scale)), max(1, round(lines * scale))
    mark = cv2.resize(to_uint8(logo.rgba), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    mark = mark.reshape(size[1], size[0], 4)
    y, x = (stage.shape[0] - size[1]) // 2, (stage.shape[1] - size[0]) // 2
    part = stage[y:y + size[1], x:x + size[0]]
    part[:] = draw.blend(part, mark[..., :3], mark[..., 3] / 255)
    free = round(logo.clear_space * size[1])
    if free:
        cv2.rectangle(stage, (x - free, y - free), (x + size[0] + free, y + size[1] + free), draw.COLOURS["warn"], 1)
    least = f"at least {logo.min_width:g} px" if logo.min_width else ""
    grounds = "any ground" if logo.backgrounds == "any" else f"{logo.backgrounds} grounds"
    draw.write(out, draw.shortened(logo.variant, width - _EDGE, 22), (_EDGE - 6, 188), size=22, background=None)
    draw.write(out, ", ".join(filter(None, (grounds, least))), (_EDGE - 6, 218), size=18, colour=draw.MUTED, background=None)
    return out


def _looks(kit: Kit) -> np.ndarray | None:
    rows = []
    for name, group in (("the look", kit.references), ("not this", kit.counter_examples)):
        if group:
            row = _block(176, _HALF)
            _title(row, f"{name}, {len(group)} picture{'s' if len(group) > 1 else ''}")
            x = _EDGE
            for sample in group[:5]:
                small = thumbnail_canvas(sample, 118)
                if x + small.shape[1] > _HALF:
                    break
                row[42:42 + 118, x:x + small.shape[1]] = small
                if name == "not this":
                    draw.badge(row, "fail", (x + 8, 50), 24)
                x += small.shape[1] + 10
            rows.append(row)
    return np.concatenate(rows) if rows else None


def _zones(kit: Kit) -> np.ndarray | None:
    """The zones on an empty frame, each in the colour of its text."""
    if not kit.text_zones:
        return None
    width, height = _HALF - 2 * _EDGE, round((_HALF - 2 * _EDGE) * 9 / 16)
    out = _block(height + 56, _HALF)
    _title(out, "text zones")
    frame = out[42:42 + height, _EDGE:_EDGE + width]
    frame[:] = (58, 62, 68)
    for zone in kit.text_zones[:8]:
        x, y, wide, high = zone.box(width, height)
        ink = tuple(int(zone.colour[i:i + 2], 16) for i in (1, 3, 5)) if zone.colour else draw.INK
        draw.rectangle(frame, (x, y, wide, high), draw.COLOURS["warn"])
        letters = int(np.clip((zone.height_px or 40) * height / 1080, 13, 40))
        label = f"{zone.name}{f' {zone.height_px:g}px' if zone.height_px else ''}{f' @{zone.channel}' if zone.channel else ''}"
        draw.write(frame, draw.shortened(label, wide, letters), (x + 4, y + 3), size=letters, colour=ink, background=None)
    return out


def _words(kit: Kit) -> np.ndarray | None:
    """Brief, fonts and rights."""
    rows = [*(("to avoid" if key == "avoid" else key, text) for key, text in brief_of(kit.brief).items()),
            *((f"font {role}", font) for role, font in kit.fonts), *((f"rights, {key}", text) for key, text in kit.rights)]
    room = _HALF - _EDGE - _NAMES
    lines = [(name if row == 0 else "", line) for name, text in rows for row, line in enumerate(draw.wrapped(text, room, 20)[:4])]
    lines = lines[:20]
    if not lines:
        return None
    out = _block(50 + 30 * len(lines), _HALF)
    _title(out, "brief and notes")
    for row, (name, text) in enumerate(lines):
        draw.write(out, draw.shortened(name, _NAMES, 20), (_EDGE - 6, 42 + 30 * row), size=20, colour=draw.MUTED, background=None)
        draw.write(out, text, (_EDGE - 6 + _NAMES, 42 + 30 * row), size=20, background=None)
    return out
