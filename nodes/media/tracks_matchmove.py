"""Track files of matchmove applications: 3DEqualizer, PFTrack, SynthEyes, mmSolver and Blender.

Each has its own origin, direction and first frame; they are turned here and nowhere else.
"""

from __future__ import annotations

import json

from .tracks_keys import CORNER_NAMES, Keys


def equalizer4(keys: Keys) -> str:
    """3DEqualizer 4: frames from 1 of the clip, pixels from the lower left corner; a gap is missing frames."""
    lines = [str(len(CORNER_NAMES))]
    for corner, name in enumerate(CORNER_NAMES):
        points = keys.up(corner)
        lines += [f"{keys.label}_{name}", "0", str(len(points)), *(f"{f + 1} {x:.15f} {y:.15f}" for f, x, y in points)]
    return "\n".join(lines) + "\n"


def syntheyes(keys: Keys) -> str:
    """SynthEyes' 2-D paths: frames from 0, -1..1 between the centres of the outer pixels, v down; 15 begins a run of keys."""
    width, height = (max(n - 1, 1) for n in keys.size)
    lines, known = [], set(keys.frames)
    for corner, name in enumerate(CORNER_NAMES):
        for frame, at in zip(keys.frames, keys.corners, strict=True):
            u, v = ((at[corner][0] - 0.5) / width - 0.5) * 2, ((at[corner][1] - 0.5) / height - 0.5) * 2
            lines.append(f"Corner{name} {frame} {u:.9f} {v:.9f} {7 if frame - 1 in known else 15}")
    return "\n".join(lines) + "\n"


def mmsolver(keys: Keys) -> str:
    """JSON of mmSolver of version 2: 0..1 from the lower left, shot frames, weight = confidence; missing frames are off."""
    points = []
    for corner, name in enumerate(CORNER_NAMES):
        frames = [
            {"frame": keys.start_frame + f, "pos": [x / keys.size[0], y / keys.size[1]], "weight": round(w, 4)}
            for (f, x, y), w in zip(keys.up(corner), keys.confidence, strict=True)
        ]
        points.append({"name": f"{keys.label}_{name}", "id": corner, "set_name": keys.label, "per_frame": frames})
    document = {"version": 2, "num_points": len(points), "is_undistorted": False, "points": points}
    return json.dumps(document, indent=1) + "\n"


def pftrack5(keys: Keys) -> str:
    """PFTrack 5: frames from 0, pixels from the centre of the lower left one, y up; the last column is doubt."""
    lines = []
    doubt = {f: (1 - c) / 8 for f, c in zip(keys.frames, keys.confidence, strict=True)}
    for corner, name in enumerate(CORNER_NAMES):
        points = keys.up(corner)
        lines += ["", "", f'"{keys.label}_{name}"', '"Primary"', str(len(points))]
        lines += [f"{f} {x - 0.5:.4f} {y - 0.5:.4f} {doubt[f]:.3f}" for f, x, y in points]
    return "\r\n".join(lines) + "\r\n"


_BLENDER = '''"""Raccord track for Blender: open the clip in the Movie Clip Editor, then run this in the Text Editor."""
import bpy

TRACKS = %s

clip = next(area.spaces.active.clip for area in bpy.context.screen.areas if area.type == "CLIP_EDITOR")
for name, keys in TRACKS.items():
    if not keys:
        continue
    track = clip.tracking.tracks.new(name=name, frame=keys[0][0])
    for index, (frame, x, y) in enumerate(keys):
        track.markers.insert_frame(frame, co=(x, y))
        following = keys[index + 1][0] if index + 1 < len(keys) else frame + 1
        if following > frame + 1:  # a gap: the track is off until its next key
            track.markers.insert_frame(frame + 1, co=(x, y)).mute = True
'''


def blender(keys: Keys) -> str:
    """A script for Blender: four tracks, clip frames from 1, 0..1 from the lower left, muted in gaps."""
    tracks = {
        f"{keys.label}_{name}": [
            [f + 1, round(x / keys.size[0], 9), round(y / keys.size[1], 9)] for f, x, y in keys.up(corner)
        ]
        for corner, name in enumerate(CORNER_NAMES)
    }
    return _BLENDER % json.dumps(tracks)
