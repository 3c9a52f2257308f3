"""The guard's picture: for each join and keyframe what lies on both sides, where they differ, and the worst place enlarged."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..image import draw
from ..image.flow import along, flow_both_ways
from ..wires.report import Finding, worst
from .anchor import Anchor
from .seam import Seam

_CELL = (360, 300)
_GAP, _LINE = 10, 30
WIDTH = 4 * (_CELL[0] + _GAP) + _GAP
_FULL_HEAT = 40.0  # levels of difference that are shown brightest


def seam_difference(seam: Seam) -> np.ndarray:
    """Difference of the frames at the join along the flow (h, w), levels; where no counterpart is found, the plain one."""
    before, after = seam.window.before[-1], seam.window.after[0]
    flow = flow_both_ways(before.luma, after.luma)
    warped = along(after.rgb.astype(np.float32), flow.forward)
    off = np.abs(warped - before.rgb).max(-1)
    plain = np.abs(after.rgb.astype(np.float32) - before.rgb).max(-1)
    return cv2.GaussianBlur(np.where(flow.valid, off, plain), (0, 0), 2.0)


def anchor_difference(anchor: Anchor) -> np.ndarray:
    """Difference of keyframe and frame as they lie, levels (h, w): a shifted picture differs too."""
    off = np.abs(anchor.key_rgb.astype(np.float32) - anchor.frame_rgb).max(-1)
    return cv2.GaussianBlur(np.maximum(off - 2, 0), (0, 0), 2.0)


def _row(title: str, verdict: str, left: tuple[np.ndarray, str], right: tuple[np.ndarray, str], difference: np.ndarray,
         findings: Sequence[Finding], scale: tuple[float, float]) -> np.ndarray:
    out = np.full((_CELL[1] + _LINE * 2 + _GAP, WIDTH, 3), draw.PAPER, np.uint8)
    draw.write(out, f"{title}: {verdict}", (_GAP, 4), size=18, colour=draw.COLOURS[verdict], background=None)
    box = _worst_box(difference, findings, scale)
    hot = draw.blend(cv2.cvtColor(cv2.cvtColor(right[0], cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB) // 2, draw.heat(difference, high=_FULL_HEAT),
                     np.clip(difference / _FULL_HEAT, 0, 1) ** 0.5)
    colour = draw.COLOURS[verdict]
    marked = []
    for picture in (left[0], right[0], hot):
        shown = picture.copy()
        draw.rectangle(shown, box, colour)
        marked.append(shown)
    x, y, w, h = (round(v) for v in box)
    zoom = np.concatenate([left[0][y:y + h, x:x + w], np.full((h, 1, 3), draw.PAPER, np.uint8), right[0][y:y + h, x:x + w]], axis=1)
    labels = (left[1], right[1], f"Difference, brightest at {_FULL_HEAT:.0f} of 255", "Marked place: before | behind")
    for i, (picture, label) in enumerate(zip((*marked, zoom), labels, strict=True)):
        left_edge = _GAP + i * (_CELL[0] + _GAP)
        out[_LINE:_LINE + _CELL[1], left_edge:left_edge + _CELL[0]] = draw.fit(picture, *_CELL)
        draw.write(out, label, (left_edge, _LINE + _CELL[1] + 4), size=15, colour=draw.MUTED, background=None)
    return out


def _worst_box(difference: np.ndarray, findings: Sequence[Finding], scale: tuple[float, float]) -> tuple[float, float, float, float]:
    """Place to enlarge: the box of the worst finding, else where the difference is largest."""
    height, width = difference.shape
    side = max(24, min(height, width) // 5)
    boxed = [f for f in findings if f.box is not None and f.verdict in ("fail", "warn")]
    if boxed:
        x, y, w, h = boxed[0].box  # type: ignore[misc]
        cx, cy = (x + w / 2) * scale[0], (y + h / 2) * scale[1]
    else:
        mean = cv2.blur(difference, (side, side))
        cy, cx = (float(v) for v in np.unravel_index(int(mean.argmax()), mean.shape))
    left = int(np.clip(cx - side / 2, 1, max(1, width - side - 1)))
    top = int(np.clip(cy - side / 2, 1, max(1, height - side - 1)))
    return left, top, min(side, width - left), min(side, height - top)


def draw_seam(seam: Seam, size: tuple[int, int]) -> np.ndarray:
    """Row of pictures for one join; `size` is the clip's width and height."""
    place, before, after = seam.place, seam.window.before[-1].rgb, seam.window.after[0].rgb
    scale = before.shape[1] / size[0], before.shape[0] / size[1]
    names = {"next": ("Clip, frame {}", "Next clip, frame {}"), "previous": ("Previous clip, frame {}", "Clip, frame {}"), "loop": ("Clip, frame {}", "Clip, frame {}")}[place.which]
    numbers = place.before(), place.behind() - (place.length if place.which == "next" else 0)
    return _row(place.name.capitalize(), worst(f.verdict for f in seam.findings), (before, names[0].format(numbers[0])), (after, names[1].format(numbers[1])),
                seam_difference(seam), seam.findings, scale)


def draw_anchor(anchor: Anchor, size: tuple[int, int]) -> np.ndarray:
    """Row of pictures for one keyframe."""
    scale = anchor.frame_rgb.shape[1] / size[0], anchor.frame_rgb.shape[0] / size[1]
    return _row(f"{anchor.which.capitalize()} keyframe", worst(f.verdict for f in anchor.findings), (anchor.key_rgb, "Keyframe"),
                (anchor.frame_rgb, f"Clip, frame {anchor.frame}"), anchor_difference(anchor), anchor.findings, scale)


def draw_clip(first: np.ndarray, middle: np.ndarray, last: np.ndarray, length: int) -> np.ndarray:
    """Row of pictures where there is neither keyframe nor neighbour: the clip's own ends."""
    out = np.full((_CELL[1] + _LINE * 2 + _GAP, WIDTH, 3), draw.PAPER, np.uint8)
    draw.write(out, "The clip by itself", (_GAP, 4), size=18, background=None)
    difference = cv2.GaussianBlur(np.abs(first.astype(np.float32) - last).max(-1), (0, 0), 2.0)
    for i, (picture, label) in enumerate(((first, "Frame 0"), (middle, f"Frame {length // 2}"), (last, f"Frame {length - 1}"),
                                          (draw.heat(difference, high=2 * _FULL_HEAT), "First against last, motion left in"))):
        left = _GAP + i * (_CELL[0] + _GAP)
        out[_LINE:_LINE + _CELL[1], left:left + _CELL[0]] = draw.fit(picture, *_CELL)
        draw.write(out, label, (left, _LINE + _CELL[1] + 4), size=15, colour=draw.MUTED, background=None)
    return out


def draw_strip(findings: Sequence[Finding], first: int, last: int) -> np.ndarray:
    """Checks × frames: green where a check holds, amber and red at the frames that it names, grey where it was not tested."""
    count = last - first + 1
    bins = min(count, 320)
    rows: dict[str, list[str]] = {}
    for f in findings:
        states = rows.setdefault(f.check, ["pass" if f.verdict != "not tested" else "not tested"] * bins)
        if f.verdict in ("pass", "not tested"):
            continue
        frames = range(f.frames[0], f.frames[-1] + 1) if f.is_range and f.frames else f.frames or range(first, last + 1)
        for frame in frames:
            place = min(bins - 1, max(0, (frame - first) * bins // count))
            for at in {place, min(bins - 1, place + 1)} if bins > 60 and not f.is_range else {place}:
                states[at] = worst([states[at], f.verdict])
    order = sorted(rows.items(), key=lambda r: all(s == "not tested" for s in r[1]))
    strip = draw.strip(order, WIDTH, 20)
    footer = np.full((28, WIDTH, 3), draw.PAPER, np.uint8)
    draw.write(footer, f"frame {first}", (190, 2), size=14, colour=draw.MUTED, background=None)
    draw.write(footer, f"frame {last}", (WIDTH - 90, 2), size=14, colour=draw.MUTED, background=None)
    return np.concatenate([strip, footer])


def compose(title: str, verdict: str, rows: Sequence[np.ndarray], strip: np.ndarray) -> np.ndarray:
    """Put the rows under each other, with the verdict on top."""
    head = np.full((40, WIDTH, 3), draw.PAPER, np.uint8)
    draw.write(head, f"{title}: {verdict}", (_GAP, 8), size=22, colour=draw.COLOURS[verdict], background=None)
    return np.concatenate([head, *rows, strip])


def draw_region(region) -> np.ndarray:  # noqa: ANN001
    """Row of pictures for one marked region."""
    start, now = region.start, region.worst
    difference = cv2.GaussianBlur(np.abs(start.astype(np.float32) - now).max(-1), (0, 0), 1.0)
    out = np.full((_CELL[1] + _LINE * 2 + _GAP, WIDTH, 3), draw.PAPER, np.uint8)
    verdict = region.finding.verdict
    draw.write(out, f"Marked region: {verdict}", (_GAP, 4), size=18, colour=draw.COLOURS[verdict], background=None)
    chart = _chart(region.values, float(region.finding.limit or 0))
    for i, (picture, label) in enumerate(((start, "On frame 0"), (now, f"Frame {region.worst_frame}, where it differs most"),
                                          (draw.heat(difference, high=_FULL_HEAT), "Difference"), (chart, "ΔE2000 over the frames, line: limit"))):
        left = _GAP + i * (_CELL[0] + _GAP)
        out[_LINE:_LINE + _CELL[1], left:left + _CELL[0]] = draw.fit(picture, *_CELL)
        draw.write(out, label, (left, _LINE + _CELL[1] + 4), size=15, colour=draw.MUTED, background=None)
    return out


def _chart(values: Sequence[float], limit: float) -> np.ndarray:
    out = np.full((_CELL[1], _CELL[0], 3), (34, 36, 41), np.uint8)
    known = [v for v in values if np.isfinite(v)]
    high = max([limit * 1.5, 1.0, *known])
    def y(v: float) -> float:
        return _CELL[1] - 8 - v / high * (_CELL[1] - 20)

    if limit:
        draw.outline(out, np.array([[0, y(limit)], [_CELL[0], y(limit)]]), draw.COLOURS["warn"], closed=False)
    points = np.array([[8 + i * (_CELL[0] - 16) / max(1, len(values) - 1), y(v)] for i, v in enumerate(values) if np.isfinite(v)])
    if len(points) > 1:
        draw.outline(out, points, draw.INK, closed=False)
    return out
