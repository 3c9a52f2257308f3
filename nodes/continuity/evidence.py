"""The guard's picture: for each join and keyframe what lies on both sides, where they differ, and the worst place enlarged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..image import draw
from ..image.opencv import cv2
from ..wires.report import Finding, worst
from .anchor import Anchor
from .differences import anchor_difference, light_difference, seam_difference
from .pair import Proxy
from .region import Region
from .seam import Seam

_HEIGHT, _GAP, _LINE = 280, 10, 42
_FULL_HEAT = 40.0  # levels of difference that are shown brightest
_LIGHT_HEAT = 12.0  # the same for steps of light, which are weaker and wider


def _cell(picture: np.ndarray) -> tuple[int, int]:
    """Width and height of a cell: one height for all clips, the width by their shape."""
    return int(np.clip(_HEIGHT * picture.shape[1] / picture.shape[0], 240, 500)), _HEIGHT


def _width(cell: tuple[int, int]) -> int:
    return 4 * (cell[0] + _GAP) + _GAP


def _letters(width: int, count: int) -> int:
    """Size of letters of which about twice `count` stand in `width`: the picture is often looked at small."""
    return int(np.clip(width / count, 13, 20))


def _row(title: str, verdict: str, left: tuple[np.ndarray, str], right: tuple[np.ndarray, str], difference: np.ndarray,
         findings: Sequence[Finding], scale: tuple[float, float], high: float = _FULL_HEAT) -> np.ndarray:
    box = _worst_box(difference, findings, scale)
    hot = draw.blend(cv2.cvtColor(cv2.cvtColor(right[0], cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB) // 2, draw.heat(difference,
        high=high),
                     np.clip(difference / high, 0, 1) ** 0.5)
    colour = draw.COLOURS[verdict]
    marked = []
    for picture in (left[0], right[0], hot):
        shown = picture.copy()
        draw.rectangle(shown, box, colour)
        marked.append(shown)
    x, y, w, h = (round(v) for v in box)
    zoom = np.concatenate([left[0][y:y + h, x:x + w], np.full((h, 1, 3), draw.PAPER, np.uint8), right[0][y:y + h, x:x + w]],
                          axis=1)
    labels = (left[1], right[1], f"Difference, brightest at {high:.0f} of 255", f"Marked place: {left[1].split(',')[0].lower()} "
                                                                                f"| {right[1].split(',')[0].lower()}")
    return _cells(f"{title}: {verdict}", verdict, (*marked, zoom), labels, _cell(left[0]))


def _cells(title: str, verdict: str, pictures: Sequence[np.ndarray], labels: Sequence[str], cell: tuple[int, int]) -> np.ndarray:
    """Four pictures in a row under a title, a label below each."""
    out = np.full((cell[1] + _LINE * 2 + _GAP, _width(cell), 3), draw.PAPER, np.uint8)
    draw.write(out, title, (_GAP, 2), size=28, colour=draw.COLOURS[verdict], background=None)
    for i, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        left = _GAP + i * (cell[0] + _GAP)
        out[_LINE:_LINE + cell[1], left:left + cell[0]] = draw.fit(picture, *cell)
        column = out[_LINE + cell[1]:, left:left + cell[0]]
        shown = np.ascontiguousarray(column)
        draw.write(shown, label, (0, 4), size=_letters(cell[0], 24), colour=draw.MUTED, background=None)
        column[:] = shown
    return out


def _worst_box(difference: np.ndarray, findings: Sequence[Finding], scale: tuple[float, float]) -> tuple[float, float, float,
    float]:
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
    names = {"next": ("Clip", "Next"), "previous": ("Previous", "Clip"), "loop": ("Clip", "Clip")}[place.which]
    numbers = place.before(), place.behind() - (place.length if place.which == "next" else 0)
    left, right = (f"{name}, frame {number}" for name, number in zip(names, numbers, strict=True))
    verdict = worst(f.verdict for f in seam.findings)
    dropped = [f for f in seam.findings if f.verdict == "fail" and f.drop]
    if dropped:
        return _film(seam, f"{place.name.capitalize()}: {verdict}", dropped[0], _width(_cell(before)))
    bad = {f.check for f in seam.findings if f.verdict == "fail"}
    light = bool(bad & {"seam.exposure", "seam.colour"}) and "seam.position" not in bad
    difference, high = (light_difference(seam), _LIGHT_HEAT) if light else (seam_difference(seam), _FULL_HEAT)
    return _row(place.name.capitalize(), verdict, (before, left), (after, right), difference, seam.findings, scale, high)


def _film(seam: Seam, title: str, finding: Finding, width: int) -> np.ndarray:
    """Frames round the join in a row, those that the finding names in red, with its change from the one before, in levels."""
    place, window = seam.place, seam.window
    drop = finding.drop or {"clip": place.second, "count": 1}
    back = min(len(window.before), int(drop["count"]) + 2 if drop["clip"] == place.first != place.second else 3)
    frames = [*window.before[-back:], *window.after[:max(4, 9 - back)]][:12]
    w = (width - _GAP) // len(frames) - _GAP
    h = max(1, round(w * frames[0].luma.shape[0] / frames[0].luma.shape[1]))
    out = np.full((_LINE + h + 40, width, 3), draw.PAPER, np.uint8)
    draw.write(out, title, (_GAP, 2), size=28, colour=draw.COLOURS["fail"], background=None)
    for i, frame in enumerate(frames):
        number = place.before(back - i) if i < back else place.behind(i - back)
        x, bad = _GAP + i * (w + _GAP), number in finding.frames
        out[_LINE - 3:_LINE + h + 3, x - 3:x + w + 3] = draw.COLOURS["fail" if bad else "pass"]
        out[_LINE:_LINE + h, x:x + w] = cv2.resize(frame.rgb, (w, h), interpolation=cv2.INTER_AREA)
        pair = window.seam - back + i
        change = f": {window.pairs[pair].plain:.1f}" if 0 <= pair < len(window.pairs) else ""
        draw.write(out, f"{number}{change}", (x, _LINE + h + 6), size=_letters(w, 10),
                   colour=draw.COLOURS["fail"] if bad else draw.MUTED, background=None)
        if i == back:
            out[_LINE - 8:_LINE + h + 30, x - 6:x - 4] = draw.INK
    return out


def draw_anchor(anchor: Anchor, size: tuple[int, int]) -> np.ndarray:
    """Row of pictures for one keyframe."""
    scale = anchor.frame_rgb.shape[1] / size[0], anchor.frame_rgb.shape[0] / size[1]
    return _row(f"{anchor.which.capitalize()} keyframe", worst(f.verdict for f in anchor.findings), (anchor.key_rgb, "Keyframe"),
                (anchor.frame_rgb, f"Clip, frame {anchor.frame}"), anchor_difference(anchor), anchor.findings, scale)


def draw_clip(*shown: tuple[int, Proxy]) -> np.ndarray:
    """Row of pictures where there is neither keyframe nor neighbour: three numbered frames of the clip."""
    pictures = [proxy.rgb for _, proxy in shown]
    difference = cv2.GaussianBlur(np.abs(pictures[0].astype(np.float32) - pictures[-1]).max(-1), (0, 0), 2.0)
    labels = (*(f"Frame {number}" for number, _ in shown), "First against last, motion left in")
    return _cells("The clip by itself", "not tested", (*pictures, draw.heat(difference, high=2 * _FULL_HEAT)), labels,
                  _cell(pictures[0]))


def draw_region(region: Region) -> np.ndarray:
    """Row of pictures for one marked region."""
    difference = cv2.GaussianBlur(np.abs(region.start.astype(np.float32) - region.worst).max(-1), (0, 0), 1.0)
    labels = ("Region on frame 0", f"Frame {region.worst_frame}, where it differs most", "Difference",
              "ΔE2000 over the frames, line: limit")
    cell = (380, _HEIGHT)
    chart = _chart(region.values, float(region.finding.limit or 0), cell)
    verdict = region.finding.verdict
    return _cells(f"Marked region: {verdict}", verdict, (region.start, region.worst, draw.heat(difference, high=_FULL_HEAT),
                                                         chart), labels, cell)


def _chart(values: Sequence[float], limit: float, cell: tuple[int, int]) -> np.ndarray:
    out = np.full((cell[1], cell[0], 3), (34, 36, 41), np.uint8)
    high = max([limit * 1.5, 1.0, *(v for v in values if np.isfinite(v))])

    def height(value: float) -> float:
        return cell[1] - 8 - value / high * (cell[1] - 20)

    if limit:
        draw.outline(out, np.array([[0, height(limit)], [cell[0], height(limit)]]), draw.COLOURS["warn"], closed=False)
    points = np.array([[8 + i * (cell[0] - 16) / max(1, len(values) - 1), height(v)] for i,
                       v in enumerate(values) if np.isfinite(v)])
    if len(points) > 1:
        draw.outline(out, points, draw.INK, closed=False)
    return out
