"""What lies beside the EXR frames: the grade, the track, the report."""

from __future__ import annotations

from ..media import grades, tracks
from ..media.frames import Frames
from ..media.package import Package
from ..media.paths import relative_to_output
from ..wires.grade import Grade
from ..wires.report import Finding
from ..wires.shot import Shot
from ..wires.track import Track

TRACK_FORMATS = ("json", "csv", "nuke_cornerpin", "nuke_tracker4", "ae_cornerpin")


def write_grade(grade: Grade | None, shot: Shot, count: int, package: Package) -> list[Finding]:
    """A .cube and a .cdl; of a grade that changes over the clip those of its ends, and all of it as .grade.json."""
    if grade is None:
        return []
    if grade.refused:
        return [Finding("publish.grade", "refused", f"No grade is delivered: it was refused ({grade.refused}).",
                        suggestion="Mend what the grade was measured on, or grade by eye.")]
    stem = package.folder.name
    ends = {f".{shot.number(n):04d}": grade.at(n) for n in (0, count - 1)} if grade.keys else {"": grade}
    for mark, steady in ends.items():
        package.write(f"{stem}{mark}.cube", grades.cube_text(steady, title=stem + mark).encode("utf-8"))
        package.write(f"{stem}{mark}.cdl", grades.cdl_text(grades.fit_cdl(steady), name=stem + mark).encode("utf-8"))
    path, text = package.path(f"{stem}{next(iter(ends))}.cube"), "The grade lies beside the frames as .cube and .cdl, for "
    if grade.keys:
        package.write(f"{stem}.grade.json", grades.json_text(grade).encode("utf-8"))
        text = "The grade changes over the clip: its first and last frame have a .cube and a .cdl, and all of it is a .json, for "
    text += "sRGB-encoded values; the frames are not graded."
    return [Finding("publish.grade", "pass", text, file=relative_to_output(path),
                    suggestion="Fade from one LUT to the other over the shot." if grade.keys else "")]


def why_no_track(track: Track, frames: Frames) -> str:
    """Why a track cannot go with a clip; empty where it can."""
    if track.refused:
        return f"it was refused ({track.refused})"
    if track.frame_size != frames.size or len(track.frames) != len(frames):
        return (f"it is of {len(track.frames)} frames of {track.frame_size[0]}×{track.frame_size[1]}, "
                f"the clip of {len(frames)} of {frames.width}×{frames.height}")
    return ""


def write_track(track: Track | None, frames: Frames, shot: Shot, package: Package) -> list[Finding]:
    """The track in the formats of `TRACK_FORMATS`."""
    if track is None:
        return []
    if why := why_no_track(track, frames):
        return [Finding("publish.track", "refused", f"No track is delivered: {why}.",
                        suggestion="Track another surface." if track.refused else "Track the clip that is delivered.")]
    stem = package.folder.name
    paths = [package.write(f"{stem}.{name}{tracks.FORMATS[name].suffix}",
                           tracks.track_text(track, name, start_frame=shot.start_frame, label=stem).encode("utf-8"))
             for name in TRACK_FORMATS]
    lost = track.first_bad_frame
    keys = lost is not None and any(f.state == "tracked" for f in track.frames[lost:])
    why = "a part of the surface moves by itself: its keys are not to be trusted there" if keys else "it holds no keys"
    tail = "" if lost is None else f" From frame {shot.number(lost)} on {why}."
    return [Finding("publish.track", "pass" if lost is None else "warn", f"The track lies beside the frames.{tail}",
                    frames=[] if lost is None else [lost], file=relative_to_output(paths[0]))]
