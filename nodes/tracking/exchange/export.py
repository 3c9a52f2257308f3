"""Writing a track to files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from ... import runtime
from ...media.claim import Made, Placed, check_if_exists, place
from ...media.listing import names_in
from ...media.memory import remember_written
from ...media.paths import check_relative, relative_to_output
from ...media.tracks import FORMATS, STMAP, format_names, track_text
from ...media.tracks_stmap import stmap_files
from ...wires.check import number, wired, wired_or_none
from ...wires.report import Finding, Report
from ...wires.shot import Shot
from ...wires.track import Track


def export_track(
    track: Track, formats: str, name: str, shot: Shot | None = None, if_exists: str = "resume", pixel_aspect: float = 1.0
) -> tuple[list[str], Report]:
    """Write `<name>.<format>.<ext>` for every format; `stmap` is a sequence, `<name>.stmap.<frame>.exr`.

    Args:
        track: A refused one writes nothing.
        formats: Names with commas.
        name: Under the output directory.
        shot: Numbers the keys and gives the rate; without it 1001 and the track's own.
        if_exists: `resume`, `replace` or `refuse`.
        pixel_aspect: Width of a pixel by its height, for the formats that state it; positions stay pixels.

    Returns:
        Paths relative to the output directory, and the report.

    Raises:
        ValueError: A format that is not written, an unsafe name, or `refuse` and a file is there.
    """
    wired(track, Track, "track")
    wired_or_none(shot, Shot, "shot")
    names = format_names(formats)
    check_if_exists(if_exists)
    number(pixel_aspect, "pixel_aspect", 0.1, 10)
    stem = check_relative(name)
    start = shot.start_frame if shot else Shot().start_frame
    inputs = {
        "formats": names,
        "name": str(stem),
        "start_frame": start,
        "if_exists": if_exists,
        "frames": len(track.frames),
        "pixel_aspect": pixel_aspect,
    }
    subject = shot.subject if shot else stem.name
    if track.refused:
        sentence = f"Nothing is written: the track was refused, {track.refused}."
        return [], Report(
            "RaccordExportTrack", subject, [Finding("track.export", "refused", sentence)], {"files": []}, inputs
        )
    rated = replace(track, fps=shot.fps) if shot else track
    contents: dict[str, str | Made] = {}
    first: dict[str, int] = {}
    for one in names:
        first[one] = len(contents)
        contents |= stmap_files(rated, start, pixel_aspect) if one == STMAP else {
            f".{one}{FORMATS[one].suffix}": track_text(rated, one, start_frame=start, label=stem.name, pixel_aspect=pixel_aspect)}
    runtime.check_cancelled()
    placed = place(name, contents, if_exists)
    if STMAP in names and if_exists == "replace":
        _clear_old_maps(placed)
    remember_written("RaccordExportTrack", name, placed.paths)
    files = [relative_to_output(p) for p in placed.paths]
    found = [
        Finding("track.export", "pass", _sentence(n, rated), value=_keys(rated), unit="keys", file=files[first[n]])
        for n in names
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


def _clear_old_maps(placed: Placed) -> None:
    """Take away the maps of a longer clip that `replace` leaves behind: they would be keys that nobody tracked."""
    stem = PurePosixPath(placed.name).name
    old = re.compile(re.escape(f"{stem}.{STMAP}.") + r"\d{4,}\.exr")
    new = {path.name for path in placed.paths}
    folder = next(path for path in placed.paths if old.fullmatch(path.name)).parent
    for found in names_in(folder)[0]:
        if old.fullmatch(found) and found not in new:
            (folder / found).unlink()


def _sentence(name: str, track: Track) -> str:
    if name == STMAP:
        return f"ST-maps, a 32-bit EXR a frame: {_keys(track)} of {len(track.frames)} show the surface, the others are empty."
    return f"{FORMATS[name].sentence}: keys on {_keys(track)} of {len(track.frames)} frames."
