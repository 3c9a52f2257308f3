"""Writing a track to files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from .. import runtime
from ..media.claim import check_if_exists, place
from ..media.memory import remember_written
from ..media.paths import check_relative, relative_to_output
from ..media.tracks import FORMATS, format_names, track_text
from ..wires.check import wired, wired_or_none
from ..wires.report import Finding, Report
from ..wires.shot import Shot
from ..wires.track import Track


def export_track(
    track: Track, formats: str, name: str, shot: Shot | None = None, if_exists: str = "resume"
) -> tuple[list[str], Report]:
    """Write `<name>.<format>.<ext>` for every format.

    Args:
        track: A refused one writes nothing.
        formats: Names with commas.
        name: Under the output directory.
        shot: Numbers the keys and gives the rate; without it 1001 and the track's own.
        if_exists: `resume`, `replace` or `refuse`.

    Returns:
        Paths relative to the output directory, and the report.

    Raises:
        ValueError: A format that is not written, an unsafe name, or `refuse` and a file is there.
    """
    wired(track, Track, "track")
    wired_or_none(shot, Shot, "shot")
    names = format_names(formats)
    check_if_exists(if_exists)
    stem = check_relative(name)
    start = shot.start_frame if shot else Shot().start_frame
    inputs = {
        "formats": names,
        "name": str(stem),
        "start_frame": start,
        "if_exists": if_exists,
        "frames": len(track.frames),
    }
    subject = shot.subject if shot else stem.name
    if track.refused:
        sentence = f"Nothing is written: the track was refused, {track.refused}."
        return [], Report(
            "RaccordExportTrack", subject, [Finding("track.export", "refused", sentence)], {"files": []}, inputs
        )
    rated = replace(track, fps=shot.fps) if shot else track
    contents = {f".{n}{FORMATS[n].suffix}": track_text(rated, n, start_frame=start, label=stem.name) for n in names}
    runtime.check_cancelled()
    placed = place(name, contents, if_exists)
    remember_written("RaccordExportTrack", name, placed.paths)
    files = [relative_to_output(p) for p in placed.paths]
    found = [
        Finding("track.export", "pass", _sentence(n, rated), value=_keys(rated), unit="keys", file=f)
        for n, f in zip(names, files, strict=True)
    ]
    if _keys(rated) < len(rated.frames):
        missing = len(rated.frames) - _keys(rated)
        found.append(
            Finding(
                "track.gaps",
                "warn",
                f"{missing} of {len(rated.frames)} frames are not tracked and have no keys.",
                value=missing,
                unit="frames",
                frames=[i for i, f in enumerate(rated.frames) if f.state != "tracked"],
            )
        )
    found.append(Finding("track.files", "pass", placed.sentence))
    return files, Report(
        "RaccordExportTrack",
        subject,
        found,
        {"files": [{"path": f, "bytes": p.stat().st_size} for f, p in zip(files, placed.paths, strict=True)]},
        inputs | {"written_as": str(PurePosixPath(placed.name))},
    )


def _keys(track: Track) -> int:
    return sum(f.state == "tracked" for f in track.frames)


def _sentence(name: str, track: Track) -> str:
    return f"{FORMATS[name].sentence}: keys on {_keys(track)} of {len(track.frames)} frames."
