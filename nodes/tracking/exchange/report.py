"""What Load Track answers beside the track: its report, and a picture of the path."""

from __future__ import annotations

import numpy as np
import torch

from ...image import draw
from ...image.opencv import cv2
from ...media.tracks_read import PIN
from ...wires.report import Finding, Report
from .load import Ask, Loaded

_WIDEST = 960


def load_report(loaded: Loaded, ask: Ask) -> Report:
    """What was read, what had to be assumed, and where the track has gaps."""
    track = loaded.track
    known = [i for i, f in enumerate(track.frames) if f.state == "tracked"]
    gaps = [i for i in range(len(track.frames)) if i not in set(known)]
    if track.refused:
        found = [Finding("track.loaded", "refused", f"The track is not to be used: {track.refused}.")]
    else:
        sentence = f"Read from {loaded.source}: corners on {len(known)} of {len(track.frames)} frames."
        found = [Finding("track.loaded", "pass", sentence, value=len(known), unit="frames", limit=len(track.frames))]
    found += [Finding("track.assumed", "warn", text) for text in loaded.assumed]
    if gaps and known:
        sentence = f"{len(gaps)} of {len(track.frames)} frames have no corners that were tracked."
        found.append(Finding("track.gaps", "warn", sentence, value=len(gaps), unit="frames", frames=gaps))
    if loaded.outside:
        sentence = f"{loaded.outside} frames of the file lie outside the clip and are left out."
        found.append(Finding("track.outside", "warn", sentence, value=loaded.outside, unit="frames",
                             suggestion="Set start_frame to the number that the file gives to the clip's first frame."))
    rms = [r for r in loaded.rms if r is not None]
    metrics = {"track.first_bad_frame": track.first_bad_frame, "track.residual_px": float(np.median(rms)) if rms else None}
    inputs = {"file": ask.file, "frame_size": list(track.frame_size), "fps": track.fps, "frames": len(track.frames),
              "start_frame": ask.shot.start_frame if ask.shot else ask.start_frame, "corners": ask.corners}
    series = {"track.residual_px": list(loaded.rms)} if rms else {}
    return Report("RaccordLoadTrack", ask.shot.subject if ask.shot else "track", found, metrics, inputs, series)


def load_picture(loaded: Loaded, ask: Ask) -> torch.Tensor:
    """The surface on its reference frame (named corners), on the last one (white) and the path of its corners between.

    One IMAGE at most 960 px wide or high, on the clip's frame or on plain ground.
    """
    track = loaded.track
    width, height = track.frame_size
    scale = min(1.0, _WIDEST / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if ask.frames is not None:
        picture = cv2.resize(draw.canvas(ask.frames.frame(track.reference_frame)), size, interpolation=cv2.INTER_AREA)
    else:
        picture = np.full((size[1], size[0], 3), draw.PAPER, np.uint8)
    places = [f.corners.array * scale for f in track.frames if f.corners is not None and f.state == "tracked"]
    picture = np.ascontiguousarray(picture)
    if places:
        draw.outline(picture, places[-1], draw.INK, thickness=max(1, size[1] // 360))
        for path in np.stack(places, axis=1):
            draw.dots(picture, path, draw.COLOURS["warn"], radius=max(1.0, size[1] / 220))
    at = track.frames[track.reference_frame].corners
    if at is not None:
        draw.outline(picture, at.array * scale, draw.COLOURS["tracked"], thickness=max(1, size[1] // 180))
        for name, place in zip(PIN, at.array * scale, strict=True):
            draw.write(picture, name, tuple(place), size=max(11, size[1] // 30), colour=draw.COLOURS["tracked"])
    said = f"frame {track.reference_frame}  {len(places)} of {len(track.frames)} tracked"
    draw.write(picture, said, (4, 4), size=max(11, size[1] // 24))
    return draw.to_image(picture)
