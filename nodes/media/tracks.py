"""Track files: what a `Track` becomes in the formats that matchmove and compositing read.

A track's corners are pixel areas, y down. Keys are written only where the plane was tracked: a gap is a gap, never a held or
predicted position. Sources: the grammar of Nuke's `{curve …}` and of After Effects' keyframe text as their own files show it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass

from ..wires.check import one_of
from ..wires.track import Track
from . import tracks_apps, tracks_matchmove, tracks_nuke
from .tracks_keys import Keys, keys_of


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its suffix, the function that writes its text, and what it is for."""

    suffix: str
    text: Callable[[Keys], str]
    sentence: str


def _json(keys: Keys) -> str:
    return json.dumps(keys.track.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _csv(keys: Keys) -> str:
    """Every frame a line; corners only where tracked, predicted ones are marked by their state."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["frame", "state", "confidence", *(f"{c}_{axis}" for c in ("tl", "tr", "br", "bl") for axis in "xy")])
    for i, frame in enumerate(keys.track.frames):
        points = (
            [f"{v:.6f}" for c in frame.corners.corners for v in c]
            if frame.corners and frame.state == "tracked"
            else [""] * 8
        )
        rows.writerow([keys.start_frame + i, frame.state, f"{frame.confidence:.4f}", *points])
    return out.getvalue()


FORMATS: dict[str, Format] = {
    "json": Format(".json", _json, "Raccord's own: every frame with state and confidence"),
    "csv": Format(".csv", _csv, "a table: frame, state, confidence and corners in pixels, y down"),
    "nuke_cornerpin": Format(".nk", tracks_nuke.corner_pin, "Nuke CornerPin2D to paste"),
    "nuke_tracker4": Format(".nk", lambda keys: tracks_nuke.tracker4(keys.named("")), "Nuke Tracker4 with one track a corner"),
    "ae_cornerpin": Format(".txt", tracks_apps.ae_corner_pin, "After Effects keyframe text: Corner Pin"),
    "ae_powerpin": Format(".txt", tracks_apps.ae_power_pin, "After Effects keyframe text: CC Power Pin"),
    "ae_jsx": Format(".jsx", tracks_apps.ae_jsx, "After Effects script: Corner Pin on the selected layer"),
    "fusion": Format(".setting", tracks_apps.fusion, "Fusion CornerPositioner to paste"),
    "blender": Format(".py", lambda keys: tracks_matchmove.blender(keys.points()), "Blender script: tracks in the open clip"),
    "3de4": Format(".txt", lambda keys: tracks_matchmove.equalizer4(keys.points()), "3DEqualizer 4 2D points"),
    "pftrack5": Format(".2dt", lambda keys: tracks_matchmove.pftrack5(keys.points()), "PFTrack 5 2D tracks"),
    "syntheyes_2d": Format(".txt", lambda keys: tracks_matchmove.syntheyes(keys.named("Corner")), "SynthEyes Tracker 2-D Paths"),
    "mmsolver_uv": Format(".uv", lambda keys: tracks_matchmove.mmsolver(keys.points()), "mmSolver 2D tracks, version 2"),
    "mocha_cornerpin": Format(".nk", tracks_nuke.bare_corner_pin, "CornerPin2D as Mocha reads it"),
}


STMAP = "stmap"  # a file a frame, see tracks_stmap.py
NAMES = (*FORMATS, STMAP)


def format_names(text: str) -> list[str]:
    """Read the `formats` input, `json, nuke_cornerpin`.

    Raises:
        ValueError: None, or one that is not written; all that are, are named.
    """
    names = list(dict.fromkeys(name.strip() for name in text.replace("\n", ",").split(",") if name.strip()))
    for name in names:
        one_of(name, NAMES, "formats")
    if not names:
        raise ValueError(f"expected at least one format of {', '.join(NAMES)}, got none: name it in formats")
    return names


def track_text(track: Track, name: str, *, start_frame: int = 1001, label: str = "raccord", pixel_aspect: float = 1.0) -> str:
    """Text of a track file.

    Args:
        track: Not refused.
        name: One of `FORMATS`.
        start_frame: Number of the first frame, for the formats that count as the shot does.
        label: Name of the node or layer inside the file.
        pixel_aspect: Width of a pixel by its height, for the formats that state it; positions stay pixels.

    Raises:
        ValueError: The format is not known, or the track is refused.
    """
    one_of(name, FORMATS, "formats")
    if track.refused:
        raise ValueError(f"expected a track that can be trusted, got one that was refused: {track.refused}")
    return FORMATS[name].text(keys_of(track, start_frame, label, pixel_aspect))
