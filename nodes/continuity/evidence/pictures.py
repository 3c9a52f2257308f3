"""What the guard's picture shows of each keyframe, join, region and clip: both sides, where they differ, the place enlarged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from ...image import draw
from ...image.opencv import cv2
from ...media.frames import Frames
from ...wires.report import Finding, worst
from ..inside.scan import Scan
from ..join.judge import Seam
from ..join.pair import Proxy
from ..keyframe.anchor import Anchor
from ..watch.region import Region
from . import rows
from .differences import FULL_HEAT, anchor_difference, looks_difference, shown_difference
from .rows import Row

Box = tuple[float, float, float, float]
_BAD = ("warn", "refused", "fail")
_SERIES = {"exposure": "luma"}  # of the whole clip, where a check has no series of its own


def _hot(picture: np.ndarray, difference: np.ndarray, high: float) -> np.ndarray:
    """The difference in the colours of heat, over the picture in dim grey."""
    dim = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB) // 2
    return draw.blend(dim, draw.heat(difference, high=high), np.clip(difference / high, 0, 1) ** 0.5)


def _place(difference: np.ndarray, findings: Sequence[Finding], scale: tuple[float, float]) -> Box:
    """Where to look: the box of the worst finding, else where the difference is largest."""
    for verdict in ("fail", "warn"):
        for f in findings:
            if f.box is not None and f.verdict == verdict:
                x, y, w, h = f.box
                return x * scale[0], y * scale[1], w * scale[0], h * scale[1]
    height, width = difference.shape
    side = max(12, min(height, width) // 6)
    row, column = np.unravel_index(int(cv2.blur(difference, (side, side)).argmax()), difference.shape)
    return (float(np.clip(column - side / 2, 1, max(1, width - side - 1))),
            float(np.clip(row - side / 2, 1, max(1, height - side - 1))), side, side)


def _compared(title: str, findings: Sequence[Finding], left: tuple[np.ndarray, str], right: tuple[np.ndarray, str],
              difference: np.ndarray, high: float, words: str, scale: tuple[float, float]) -> Row:
    """Two pictures and their difference; where something is wrong also its place, marked and enlarged."""
    verdict = worst(f.verdict for f in findings)
    hot = _hot(right[0], difference, high)
    if verdict not in _BAD:
        return rows.pictures(title, verdict, [left, right, (hot, words)], columns=6)
    box = _place(difference, findings, scale)
    marked = []
    for picture in (left[0], right[0], hot):
        shown = picture.copy()
        draw.rectangle(shown, box, draw.COLOURS[verdict])
        marked.append(shown)
    near = rows.zoom(left[0], right[0], box, rows.cell_of(left[0].shape))
    names = [text.rsplit(",", 1)[0].lower() for text in (left[1], right[1])]
    return rows.pictures(title, verdict, [(marked[0], left[1]), (marked[1], right[1]), (marked[2], words),
                                          (near, f"The marked place: {names[0]}, then {names[1]}")])


def draw_seam(seam: Seam, size: tuple[int, int]) -> Row:
    """What a join looks like; `size` is the clip's width and height."""
    place, before, after = seam.place, seam.window.before[-1].rgb, seam.window.after[0].rgb
    names = {"next": ("Clip", "Next clip"), "previous": ("Previous clip", "Clip"), "loop": ("Clip", "Clip")}[place.which]
    left, right = (f"{name}, frame {number}" for name, number in zip(names, (place.before(), place.behind()), strict=True))
    dropped = [f for f in seam.findings if f.verdict in _BAD and f.drop]
    title = place.name[0].upper() + place.name[1:]
    if dropped:
        return _film(seam, title, dropped[0])
    difference, high, words = shown_difference(seam)
    scale = before.shape[1] / size[0], before.shape[0] / size[1]
    return _compared(title, seam.findings, (before, left), (after, right), difference, high, words, scale)


def draw_stated(which: str, edge: str, own: np.ndarray, neighbour: torch.Tensor) -> Row:
    """A join that is a cut by intent, shown and not judged: the clip's end (h, w, 3), the neighbour's frame (H, W, 3|4)."""
    shown = [(own, "Clip"), (draw.canvas(neighbour), f"{which.capitalize()} clip")]
    return rows.pictures(f"{edge.capitalize()} by intent", "not tested", shown[::1 if which == "next" else -1], columns=6)


def _film(seam: Seam, title: str, finding: Finding) -> Row:
    """Frames round the join in a row, those at fault marked, each with its change from the one before, in levels."""
    place, window = seam.place, seam.window
    drop = finding.drop or {"clip": place.second, "count": 1}
    back = min(len(window.before), int(drop["count"]) + 2 if drop["clip"] == place.first != place.second else 3)
    frames = [*window.before[-back:], *window.after[:max(4, 8 - back)]][:11]
    shown = []
    for i, frame in enumerate(frames):
        number = place.before(back - i) if i < back else place.behind(i - back)
        pair = window.seam - back + i
        change = f", change {window.pairs[pair].plain:.1f}" if 0 <= pair < len(window.pairs) else ""
        shown.append((frame.rgb, f"{number}{change}", number in finding.frames))
    return rows.film(title, worst(f.verdict for f in seam.findings), shown, seam=back)


def draw_anchor(anchor: Anchor, size: tuple[int, int], end: Proxy | None = None) -> Row:
    """What a keyframe looks like beside its frame; `end` is the clip's end where the keyframe lies elsewhere."""
    title, frame = f"{anchor.which.capitalize()} keyframe", anchor.frame_rgb
    misplaced = next((f for f in anchor.findings if f.verdict == "fail" and f.drop), None)
    if misplaced is not None and end is not None:
        words = "The clip begins on" if anchor.which == "first" else "The clip ends on"
        verdict = worst(f.verdict for f in anchor.findings)
        return rows.pictures(title, verdict, [(anchor.key_rgb, "Keyframe"), (end.rgb, words), (
            _hot(end.rgb, anchor_difference(anchor.key_rgb, end.rgb), FULL_HEAT), "Difference of these two"),
            (frame, f"Frame {anchor.frame} is the keyframe")])
    scale = frame.shape[1] / size[0], frame.shape[0] / size[1]
    return _compared(title, anchor.findings, (anchor.key_rgb, "Keyframe"), (frame, f"Clip, frame {anchor.frame}"),
                     anchor_difference(anchor.key_rgb, frame), FULL_HEAT, f"Difference, up to {FULL_HEAT:.0f}", scale)


def draw_moments(findings: Sequence[Finding], frames: Frames) -> list[Row]:
    """Frames round what happens inside the clip, the worst first, three at most."""
    order = ("fail", "warn")
    bad = [f for f in findings if f.check.startswith("integrity.") and f.verdict in order and f.frames and not f.is_range
           and min(f.frames) >= 0 and max(f.frames) < len(frames)]
    bad.sort(key=lambda f: order.index(f.verdict))
    out = []
    for f in bad[:3]:
        first = int(np.clip(f.frames[0] - 3, 0, max(0, len(frames) - 8)))
        numbers = range(first, min(first + 8, len(frames)))
        shown = [(_small(frames, n), str(n), n in f.frames) for n in numbers]
        out.append(rows.film(f"Inside the clip, {f.check}", f.verdict, shown))
    return out


def _small(frames: Frames, number: int) -> np.ndarray:
    picture = draw.canvas(frames.frame(number))
    scale = min(1.0, 480 / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture


def draw_drift(findings: Sequence[Finding], series: Mapping[str, Sequence[float | None]], scan: Scan) -> Row:
    """The clip by itself: three numbered frames, and the number that drifts most over the frames."""
    drifts = [f for f in findings if f.check.startswith("drift.") and f.check != "drift.region" and f.is_range]
    verdict = worst(f.verdict for f in drifts)
    shown = [(proxy.rgb, f"Frame {number}") for number, proxy in
             (scan.through[at] for at in sorted({0, len(scan.through) // 2, len(scan.through) - 1}))]
    bad = next((f for v in ("fail", "warn") for f in drifts if f.verdict == v), None)
    if bad is None:
        return rows.pictures("Inside the clip", verdict, shown, columns=6)
    name = bad.check.split(".")[1]
    own = series.get(bad.check)
    values = own or series.get(f"clip.{_SERIES.get(name, name)}", ())
    limit = float(bad.limit) if own and isinstance(bad.limit, (int, float)) else 0.0
    what = f"{bad.check}, {bad.unit}" if own else f"{_SERIES.get(name, name)} of the whole picture"
    drawn = rows.chart(values, limit, rows.cell_of(shown[0][0].shape), bad.unit if own else "")
    return rows.pictures("Inside the clip", verdict, [*shown, (drawn, what)])


def draw_region(region: Region) -> Row:
    """A marked region at the start, where it differs most, and its number over the frames."""
    finding = region.finding
    difference = looks_difference(region.start, region.worst)
    limit = float(finding.limit) if isinstance(finding.limit, (int, float)) else 0.0
    drawn = rows.chart([v if np.isfinite(v) else None for v in region.values], limit, rows.cell_of(region.start.shape),
                       finding.unit, first=1)
    shown = [(region.start, "Frame 0"), (region.worst, f"Frame {region.worst_frame}, differs most"),
             (draw.heat(difference, high=FULL_HEAT), f"Difference, up to {FULL_HEAT:.0f} of 255"),
             (drawn, f"{finding.unit} over the frames")]
    bad = finding.verdict in _BAD
    return rows.pictures("Watched region", finding.verdict, shown if bad else [*shown[:2], shown[3]], columns=4 if bad else 6)
