"""Track files of matchmove applications: 3DEqualizer, PFTrack, SynthEyes, mmSolver and Blender.

Each has its own origin, direction and first frame; they are turned here and nowhere else.
"""

from __future__ import annotations

import json
import re

from .tracks_keys import Points, number


def equalizer4(points: Points) -> str:
    """3DEqualizer 4: frames from 1 of the clip, pixels from the lower left corner; a gap is missing frames."""
    lines = [str(len(points.points))]
    for point in points.points:
        rows = points.up(point)
        lines += [point.name, "0", str(len(rows)), *(f"{f + 1} {x:.15f} {y:.15f}" for f, x, y in rows)]
    return "\n".join(lines) + "\n"


def syntheyes(points: Points) -> str:
    """SynthEyes' 2-D paths: frames from 0, -1..1 between the centres of the outer pixels, v down; 15 begins a run of keys."""
    width, height = (max(n - 1, 1) for n in points.size)
    lines = []
    for point in points.points:
        known, name = point.frames, _camel(point.name)
        for frame, x, y, _ in point.keys:
            u, v = ((x - 0.5) / width - 0.5) * 2, ((y - 0.5) / height - 0.5) * 2
            lines.append(f"{name} {frame} {u:.9f} {v:.9f} {7 if frame - 1 in known else 15}")
    return "".join(f"{line}\n" for line in lines)


def _camel(name: str) -> str:
    """A name in one word: SynthEyes takes neither spaces nor underscores."""
    words = re.findall(r"[^\W_]+", name)
    return "".join(word[0].upper() + word[1:] for word in words) or "Tracker"


def mmsolver(points: Points) -> str:
    """JSON of mmSolver of version 2: 0..1 from the lower left, shot frames, weight = confidence; missing frames are off."""
    width, height = points.size
    rows = []
    for index, point in enumerate(points.points):
        frames = [
            {"frame": points.start_frame + f, "pos": [x / width, (height - y) / height], "weight": round(w, 4)}
            for f, x, y, w in point.keys
        ]
        rows.append({"name": point.name, "id": index, "set_name": points.label, "per_frame": frames})
    document = {"version": 2, "num_points": len(rows), "is_undistorted": False, "points": rows}
    return json.dumps(document, indent=1) + "\n"


def pftrack5(points: Points) -> str:
    """PFTrack 5: frames from 0, pixels from the centre of the lower left one, y up; the last column is doubt."""
    lines = []
    for point in points.points:
        lines += ["", "", f'"{point.name}"', '"Primary"', str(len(point.keys))]
        lines += [f"{f} {x - 0.5:.4f} {points.size[1] - y - 0.5:.4f} {(1 - w) / 8:.3f}" for f, x, y, w in point.keys]
    return "\r\n".join(lines) + "\r\n"


_BLENDER = '''"""Raccord track for Blender: open the clip in the Movie Clip Editor, then run this in the Text Editor."""
import bpy

PIXEL_ASPECT = %s
TRACKS = %s

clip = next(area.spaces.active.clip for area in bpy.context.screen.areas if area.type == "CLIP_EDITOR")
clip.tracking.camera.pixel_aspect = PIXEL_ASPECT
for name, keys in TRACKS.items():
    if not keys:
        continue
    known = {frame for frame, x, y in keys}
    track = clip.tracking.tracks.new(name=name, frame=keys[0][0])
    for frame, x, y in keys:
        track.markers.insert_frame(frame, co=(x, y)).mute = False
        for beside in (frame - 1, frame + 1):  # the track is off before, between and after its runs of keys
            if beside not in known:
                track.markers.insert_frame(beside, co=(x, y)).mute = True
'''


def blender(points: Points) -> str:
    """A script for Blender: tracks with clip frames from 1, 0..1 from the lower left, muted in gaps."""
    width, height = points.size
    tracks = {
        point.name: [[f + 1, round(x / width, 9), round(y / height, 9)] for f, x, y in points.up(point)]
        for point in points.points
    }
    return _BLENDER % (number(points.pixel_aspect), json.dumps(tracks))
