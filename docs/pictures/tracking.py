"""Pictures of the tracking job."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from raccord.nodes.image import draw
from raccord.nodes.wires.track import Track, TrackFrame

from .cards import drawn_poster, grid, panel, stack, words
from .nodes import REFERENCE, Place, example, run, tracked

HEAD, STRIP = (0, 0, 680, 345), (0, 518, 960, 22)
AROUND = (180, 10, 560, 340)  # x, y, width, height: the sign on every frame, without the car


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    frames = example().images
    found = run("RaccordFindSurfaces", clip=frames, count=5)
    yield "RaccordFindSurfaces", stack(panel(found["overlay"][0]), panel(found["heatmap"][0]), gap=4)
    door = "781,134 930,131 931,487 782,489"
    made = run("RaccordStampMarkers", image=frames[12:13], corners=door, count=9, size_px=36.0, strength=0.7)
    crop = (716, 90, 244, 430)
    yield "RaccordStampMarkers", grid([panel(frames[12], "a plain door", crop=crop, width=356),
                                       panel(made["image"][0], "with 9 markers", crop=crop, width=356)])
    overlay = tracked()["overlay"]
    yield "RaccordTrackSurface", stack(panel(overlay[16], crop=HEAD), panel(overlay[40], crop=HEAD),
                                       panel(overlay[40], crop=STRIP), gap=4)
    done = run("RaccordInsertGraphic", images=frames, track=tracked()["track"], graphic=drawn_poster(),
               visible=tracked()["visible"], fit="fill")
    yield "RaccordInsertGraphic", stack(panel(frames[30], "as generated"), panel(done["images"][30], "graphic pinned"))
    flat = run("RaccordFlattenSurface", images=frames, track=tracked()["track"], width=356)["images"]
    shown = frames[40].clone()
    outlined = draw.canvas(shown)
    draw.outline(outlined, np.array(tracked()["track"].frames[40].corners.array), draw.COLOURS["tracked"], thickness=4)
    yield "RaccordFlattenSurface", stack(panel(outlined, "frame 40", crop=AROUND), grid(
        [stack(panel(flat[n], width=356), words(f"flat, frame {n}", width=356), gap=0) for n in (0, 40)]))
    yield "RaccordRemoveMarkers", _removed()
    yield "RaccordExportTrack", _exported(place)
    script = run("RaccordExportTrack", track=tracked()["track"], formats="nuke_cornerpin", name="pin")["files"]
    (place.input_directory / "pin.nk").write_bytes((place.output_directory / script).read_bytes())
    yield "RaccordLoadTrack", panel(run("RaccordLoadTrack", file="pin.nk", clip=frames)["path"][0])


def _removed() -> np.ndarray:
    """Checkers on the door, before and after."""
    still = example().images[12:13].expand(3, -1, -1, -1)
    marked = run("RaccordStampMarkers", image=still, corners="781,134 930,131 931,487 782,489", pattern="checker corner",
                 size_px=26.0, strength=0.7)
    track = Track((960, 540), Fraction(24), (TrackFrame(marked["markers"].corners, "tracked", 1.0),) * 3)
    done = run("RaccordRemoveMarkers", images=marked["image"], track=track, markers=marked["markers"])
    crop = (716, 90, 244, 430)
    return grid([panel(marked["image"][0], "with 9 markers", crop=crop, width=356),
                 panel(done["images"][0], "taken out", crop=crop, width=356)])


def _exported(place: Place) -> np.ndarray:
    formats = "nuke_cornerpin, ae_cornerpin, blender, csv"
    files = run("RaccordExportTrack", track=tracked()["track"], formats=formats, name="sign")["files"].splitlines()
    corners = tracked()["track"].frames[REFERENCE].corners.array
    shown = draw.canvas(example().images[REFERENCE])
    draw.outline(shown, corners, draw.COLOURS["tracked"], thickness=3)
    draw.dots(shown, corners, draw.COLOURS["tracked"], radius=9)
    for name, (x, y), (dx, dy) in zip(("TL", "TR", "BR", "BL"), corners, ((-52, -44), (10, -44), (10, 4), (-52, 4)), strict=True):
        draw.write(shown, name, (x + dx, y + dy), size=28, colour=draw.COLOURS["tracked"])
    first = (place.output_directory / files[0]).read_text(encoding="utf-8").splitlines()
    keys = next(line.strip() for line in first if "curve" in line)[:38]
    return stack(panel(shown, crop=AROUND), words(*files, (f"{keys} ...", draw.MUTED)))

