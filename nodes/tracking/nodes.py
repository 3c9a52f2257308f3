"""Nodes for matchmove: mark a surface before generation, track it after, pin a graphic on it, hand it over."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io

from .. import sockets

_CORNERS = "Corners of the surface as `120,80 520,90 510,330 130,320`: TL TR BR BL, in pixels from the picture's upper left."
_TRACK = "Track of the surface, from Track Surface. A refused track leaves the frames as they are."


def _surface() -> list:
    """A surface that was found, and which of them."""
    return [
        sockets.Surfaces.Input("surface", optional=True, tooltip=(
            "Surfaces found in the clip, best first; the chosen one wins over corners. Unwired: the corners count.")),
        io.Int.Input("surface_index", default=0, min=0, max=63, optional=True, tooltip=(
            "Number of the chosen surface, counted from 0; a larger number is a surface that tracks worse. Without a surface "
            "it means nothing.")),
    ]


class RaccordFindSurfaces(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordFindSurfaces", display_name="Find Surfaces", category="raccord/tracking",
            description="Proposes flat surfaces that can be tracked, the surest first, each with the corner error to expect and "
                        "how long it lasts. On a still it judges detail alone; over a clip it sees what moves as one plane.",
            search_aliases=["planar surface", "what can be tracked", "trackability", "plane detection", "detect quad",
                            "feature heatmap", "matchmove", "match move", "trouver un plan"],
            inputs=[
                sockets.read_clip("clip", tooltip=(
                    "A still, or the clip itself: a batch, or a VIDEO, which is read frame by frame. Corners lie on its first "
                    "frame.")),
                io.Int.Input("count", default=5, min=1, max=64, tooltip=(
                    "Largest number of surfaces to propose. Fewer come where no more can be tracked; more of them are smaller or "
                    "track worse.")),
                io.Mask.Input("mask", optional=True, tooltip=(
                    "White where surfaces may lie on the first frame: leave out people and screens that play. Unwired: the whole "
                    "frame.")),
            ],
            outputs=[
                sockets.Surfaces.Output(display_name="surfaces", tooltip=(
                    "Surfaces, the surest first, for Track Surface and Stamp Markers, where a number chooses one.")),
                io.Image.Output(display_name="heatmap", tooltip="First frame, bright where its detail holds a tracker."),
                io.Image.Output(display_name="overlay", tooltip=(
                    "First frame with the surfaces, their numbers, errors and frames, and dots in one colour a plane.")),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, clip: Any, count: int, mask: Any = None) -> io.NodeOutput:
        from ..media.frames import Frames
        from .find.picture import heatmap, overlay
        from .find.report import surfaces_report
        from .find.surfaces import find_surfaces

        frames = Frames(clip)
        found = find_surfaces(frames, count, mask)
        pictures = heatmap(found), overlay(found, frames.frame(0))
        return io.NodeOutput(found.surfaces, *pictures, surfaces_report(found, count).to_json())


class RaccordStampMarkers(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordStampMarkers", display_name="Stamp Markers", category="raccord/tracking",
            description="Paints tracking markers onto a surface of the first frame, around its rim and in its shading, so that "
                        "a generated clip carries something to track. The middle stays free for a graphic.",
            search_aliases=["tracking markers", "tracking dots", "track points", "fiducials", "matchmove", "match move",
                            "crosses", "witness marks", "mouches de tracking"],
            inputs=[
                io.Image.Input("image", tooltip="Frame to generate from; a batch gets the same markers on every picture."),
                io.String.Input("corners", default="", tooltip=f"{_CORNERS} Empty: the placement counts."),
                io.String.Input("placement", default="0.3 0.3 0.4 0.4", tooltip=(
                    "Upright surface where no corners are given: `0.3 0.3 0.4 0.4` is x y w h in fractions of the picture.")),
                io.Combo.Input("pattern", options=["cross", "dot", "checker corner", "ring", "survey triangle", "apriltag 36h11"],
                               default="cross", tooltip=(
                    "Shape of a marker. cross: two bars. dot: a disc. checker corner: a disc of dark and light quarters. ring: a "
                    "disc with a hole. survey triangle: a triangle with a light point. apriltag 36h11: a code for each marker.")),
                io.Int.Input("count", default=9, min=4, max=64, tooltip=(
                    "Number of markers: four in the corners, the others along the edges. More of them hold when some are hidden; "
                    "fewer leave more of the surface bare.")),
                io.Float.Input("size_px", default=28.0, min=4.0, max=512.0, step=1.0, tooltip=(
                    "Width of a marker in pixels, seen from the front. Larger ones outlive a video model better; below 24 its "
                    "compression may lose them.")),
                io.Float.Input("strength", default=0.8, min=0.05, max=1.0, step=0.05, tooltip=(
                    "Contrast against the surface, 0 to 1. A larger value is stronger: 1 hides up to three quarters of it, less "
                    "looks more like thin paint.")),
                *_surface(),
            ],
            outputs=[
                io.Image.Output(display_name="image", tooltip="Frame with the markers, to generate from."),
                io.Mask.Output(display_name="marker_mask", tooltip="White where a marker is."),
                sockets.Markers.Output(display_name="markers", tooltip="Where the markers stand, for Track Surface."),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, image: Any, corners: str, placement: str, pattern: str, count: int, size_px: float, strength: float,
                surface: Any = None, surface_index: int = 0) -> io.NodeOutput:
        from ..image.layout import check_image
        from .forms import chosen_corners
        from .markers.stamp import stamp_markers
        from .reports import stamp_report

        height, width = check_image(image, "image").shape[1:3]
        quad = chosen_corners((width, height), surface, surface_index, corners, placement=placement)
        stamped = stamp_markers(image, quad, pattern=pattern, count=count, size_px=size_px, strength=strength)
        return io.NodeOutput(stamped.image, stamped.mask, stamped.markers, stamp_report(stamped).to_json())


class RaccordTrackSurface(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordTrackSurface", display_name="Track Surface", category="raccord/tracking",
            description="Follows a flat surface through a clip, both ways from the reference frame, and says on every frame "
                        "whether it can be trusted: tracked, occluded, out of the picture or lost. A surface that bends is "
                        "given up.",
            search_aliases=["planar tracker", "planar track", "corner pin track", "mocha", "matchmove", "match move",
                            "motion tracking", "track points", "point tracker", "trackage"],
            inputs=[
                sockets.read_clip("clip", tooltip="Frames to track in: a batch, or a VIDEO, which is read block by block."),
                io.String.Input("corners", default="", tooltip=(
                    f"{_CORNERS} They lie on the reference frame. Empty: a wired surface or markers count.")),
                io.Int.Input("reference_frame", default=0, min=-1_000_000, max=1_000_000, tooltip=(
                    "Number of the frame on which the corners lie, from 0; larger is later, negative counts from the end. Choose "
                    "one that shows the surface large and sharp.")),
                io.String.Input("keyframes", default="", multiline=True,
                                placeholder="keyframes\n37: 120,80 520,90 510,330 130,320", tooltip=(
                    "Corrections by hand, one a line, as `37: 120,80 520,90 510,330 130,320`: frame from 0, then corners. They "
                    "are kept exactly and the track is solved anew between them. Empty: none.")),
                io.Combo.Input("motion_model", options=["homography", "affine", "similarity", "translation"],
                               default="homography", tooltip=(
                    "What the surface may do. homography: turn in space. affine: shift, turn, stretch and shear. similarity: "
                    "shift, turn and zoom. translation: shift only. Fewer freedoms are steadier on small or plain surfaces.")),
                io.Boolean.Input("refine", default=True, tooltip=(
                    "On: every frame is aligned to the reference on all of the surface's detail, which is slower and more "
                    "exact. Off: points are followed only.")),
                *_surface(),
                sockets.Markers.Input("markers", optional=True, tooltip=(
                    "Markers of Stamp Markers: they are found on the reference frame, set the corners right, and are looked at "
                    "again on some frames. Unwired: give corners or a surface.")),
                io.Mask.Input("mask", optional=True, tooltip=(
                    "White where the surface may be looked at on the reference frame: leave out what moves by itself. Unwired: "
                    "all of the surface.")),
                sockets.Shot.Input("shot", optional=True, tooltip=(
                    "Names the track and numbers the overlay's frames; its rate wins over a film's. Unwired: the film's rate, "
                    "or 24, and frames from 0.")),
            ],
            outputs=[
                sockets.Track.Output(display_name="track", tooltip=(
                    "Four corners a frame with state and confidence, for Insert Graphic and Export Track. Confidence: how much "
                    "of the surface's detail agrees with the reference, times likeness, times how sure the corners are.")),
                io.Tracks.Output(display_name="tracks", tooltip="Points on the surface, for core's nodes that take TRACKS."),
                io.Mask.Output(display_name="visible", tooltip=(
                    "Where the surface is seen. For a film over 256 MiB of masks it is smaller than the frame.")),
                io.Image.Output(display_name="overlay", tooltip=(
                    "Track drawn on the frames, at most 960 px wide: all of a batch, at most 96 of a film. Red cells: a part of "
                    "the surface moves by itself.")),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, clip: Any, corners: str, reference_frame: int, keyframes: str, motion_model: str, refine: bool,
                surface: Any = None, surface_index: int = 0, markers: Any = None, mask: Any = None,
                shot: Any = None) -> io.NodeOutput:
        from ..media.frames import Frames
        from .forms import chosen_corners, parse_keyframes, why_nothing
        from .markers.marked import marked_corners
        from .reports import rate_of, track_report
        from .track.overlay import overlay
        from .track.points import point_tracks
        from .track.surface import track_surface
        from .track.visible import visible_mask

        frames = Frames(clip)
        quad, marked = chosen_corners(frames.size, surface, surface_index, corners, markers), None
        if markers is not None:
            given = bool(surface is not None or corners.strip())
            quad, marked = marked_corners(frames, reference_frame, markers, quad, given=given)
        fps, said = rate_of(frames, shot)
        tracked = track_surface(frames, quad, reference_frame, fps=fps, mask=mask, keyframes=parse_keyframes(keyframes),
                                model=motion_model, refine=refine, refused=why_nothing(surface, corners, markers))
        picture = overlay(frames, tracked, shot.start_frame if shot else None)
        report = track_report(tracked, frames, quad, shot, said, marked)
        visible = visible_mask(tracked, whole=frames.is_batch)
        return io.NodeOutput(tracked.track, point_tracks(tracked), visible, picture, report.to_json())


class RaccordLoadTrack(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .exchange.files import track_names

        return io.Schema(
            node_id="RaccordLoadTrack", display_name="Load Track", category="raccord/tracking",
            description="Takes a track that was made elsewhere: Raccord's JSON, a Nuke script with a CornerPin2D or a Tracker4, "
                        "coordinates of a spline editor or a point tracker, or TRACKS. It says what it had to assume.",
            search_aliases=["import track", "nuke", "CornerPin2D", "Tracker4", "coordinates", "cotracker", "spline editor",
                            "matchmove", "external track"],
            inputs=[
                io.Combo.Input("file", options=track_names(), default="none", tooltip=(
                    "Track file of the input folder: .nk, .json or .txt; sub-folders with /. A name that is not in the menu yet "
                    "works too. none: coordinates or tracks count.")),
                io.String.Input("coordinates", default="", multiline=True,
                                placeholder='coordinates\n[[{"x": 12, "y": 30}]]', tooltip=(
                    'Points as text, `[[{"x": 12, "y": 30}]]`: a list of tracks, each with a place a frame, in pixels. Four '
                    "tracks are corners TL TR BR BL. Wins over file. Empty: the file counts.")),
                io.String.Input("corners", default="", tooltip=(
                    "Surface that the points carry along, as `120,80 520,90 510,330 130,320`: TL TR BR BL on the first frame "
                    "with enough points. Empty: four points are the corners, of more the box around them.")),
                io.Int.Input("width", default=0, min=0, max=65536, tooltip=(
                    "Width of the tracked frames in pixels, more for a larger format; 0 takes that of the clip or the file. A "
                    "Nuke corner pin has none.")),
                io.Int.Input("height", default=0, min=0, max=65536, tooltip=(
                    "Height of the tracked frames in pixels, more for a larger format; 0 takes that of the clip or the file. "
                    "Nuke counts from the lower edge, so it moves every point.")),
                io.Float.Input("fps", default=0.0, min=0.0, max=1000.0, step=0.001, tooltip=(
                    "Number of frames a second, more is faster; 0 takes the rate of the file, else of the film, else 24. A "
                    "wired shot wins.")),
                io.Int.Input("start_frame", default=1001, min=-1_000_000, max=1_000_000, tooltip=(
                    "Number that a Nuke file gives to the clip's first frame; a larger one leaves out more of the file's "
                    "beginning. A wired shot wins; JSON and coordinates count from 0.")),
                sockets.read_clip("clip", optional=True, tooltip=(
                    "Frames that were tracked: they give size, length and rate, and the picture is drawn on them. Unwired: the "
                    "file's size and length.")),
                io.Tracks.Input("tracks", optional=True, tooltip=(
                    "Points of a node that gives TRACKS; they win over file and coordinates. Unwired: those count.")),
                sockets.Shot.Input("shot", optional=True, tooltip=(
                    "Names the track; its first frame and its rate win over start_frame and fps. Unwired: those count.")),
            ],
            outputs=[
                sockets.Track.Output(display_name="track", tooltip=(
                    "Four corners a frame, for Insert Graphic and Export Track; frames without keys are lost.")),
                io.Image.Output(display_name="path", tooltip=(
                    "Surface on its first and its last frame (white), and the path of its corners; at most 960 px.")),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, file: Any = None, **_: Any) -> str:
        from ..media.memory import reading_state
        from .exchange.files import find_track

        return reading_state("RaccordLoadTrack", file, find_track)

    @classmethod
    def validate_inputs(cls, file: str | None = None) -> bool | str:
        from .exchange.files import refusal

        return file is None or refusal(file) or True

    @classmethod
    def execute(cls, file: str, coordinates: str, corners: str, width: int, height: int, fps: float, start_frame: int,
                clip: Any = None, tracks: Any = None, shot: Any = None) -> io.NodeOutput:
        from ..media.frames import Frames
        from .exchange.load import Ask, load_track
        from .exchange.report import load_picture, load_report

        frames = None if clip is None else Frames(clip)
        ask = Ask(file, coordinates, tracks, corners, (width, height), fps, start_frame, frames, shot)
        loaded = load_track(ask)
        return io.NodeOutput(loaded.track, load_picture(loaded, ask), load_report(loaded, ask).to_json())


class RaccordRemoveMarkers(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordRemoveMarkers", display_name="Remove Markers", category="raccord/tracking",
            description="Takes stamped markers out of a tracked clip. The surface is calculated back from under their thin "
                        "paint, or taken from where it is seen, or filled in; each frame keeps its light.",
            search_aliases=["marker removal", "clean plate", "paint out", "dustbust", "inpaint markers", "remove tracking dots",
                            "effacer les mouches"],
            inputs=[
                io.Image.Input("images", tooltip="Frames of the tracked clip, as many as the track has and of its size."),
                sockets.Track.Input("track", tooltip=_TRACK),
                sockets.Markers.Input("markers", tooltip="Markers of Stamp Markers, on the surface that was tracked."),
                io.Image.Input("clean_image", optional=True, tooltip=(
                    "Frame as it was before Stamp Markers: it knows what the markers hide. Unwired: what `markers` noted "
                    "there when they were stamped.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="Frames without the markers; all else is unchanged."),
                io.Image.Output(display_name="picture", tooltip="Surface on one frame, before and after."),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, images: Any, track: Any, markers: Any, clean_image: Any = None) -> io.NodeOutput:
        from .remove.markers import remove_markers
        from .remove.report import before_and_after, remove_report

        done = remove_markers(images, track, markers, clean_image)
        return io.NodeOutput(done.images, before_and_after(images, done, track), remove_report(done, track, markers).to_json())


class RaccordInsertGraphic(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordInsertGraphic", display_name="Insert Graphic", category="raccord/tracking",
            description="Pins a graphic onto a tracked surface: area-filtered perspective in linear light, with the light, the "
                        "softness and the grain of the surface. Frames on which it is not seen pass unchanged.",
            search_aliases=["corner pin", "CornerPin2D", "power pin", "logo replacement", "screen replacement",
                            "sign replacement", "composite", "merge over", "overlay logo", "incrustation"],
            inputs=[
                io.Image.Input("images", tooltip="Frames of the tracked clip, as many as the track has and of its size."),
                sockets.Track.Input("track", tooltip=_TRACK),
                io.Combo.Input("fit", options=["contain", "fill", "cover"], default="contain", tooltip=(
                    "contain shows all of the graphic, fill stretches it, cover fills the surface and cuts what is over.")),
                io.Float.Input("opacity", default=1.0, min=0.0, max=1.0, step=0.05, tooltip=(
                    "Share of the graphic in the mix, 0 to 1: 1 hides the surface, less lets it through, 0 draws nothing.")),
                io.Float.Input("light", default=1.0, min=0.0, max=1.0, step=0.05, tooltip=(
                    "Share of the surface's changing light that the graphic takes on, 0 to 1: more follows shadows and flicker, "
                    "0 keeps the graphic's own brightness.")),
                io.Float.Input("softness", default=-1.0, min=-1.0, max=20.0, step=0.1, tooltip=(
                    "Blur of the graphic and its edge in pixels; larger is softer, 0 is sharp, -1 is as soft as the edges that "
                    "are measured on the surface.")),
                io.Image.Input("graphic", optional=True, tooltip=(
                    "One picture, or one a frame; its alpha counts. Unwired: the frames pass unchanged.")),
                io.Mask.Input("graphic_mask", optional=True, tooltip=(
                    "Mask beside the graphic as Load Image gives it: white is transparent. Unwired: the graphic's own "
                    "alpha, else all of it is seen.")),
                io.Mask.Input("visible", optional=True, tooltip=(
                    "White where the surface is seen, from Track Surface: what stands in front stays in front. Unwired: the "
                    "graphic lies over everything.")),
                io.Float.Input("grain", default=1.0, min=0.0, max=2.0, step=0.05, optional=True, tooltip=(
                    "Share of the surface's grain, measured for dark and bright, that the graphic takes on: 1 is as much, a "
                    "larger value is coarser, 0 is none, for a flat view that is put back.")),
                io.Float.Input("shutter", default=0.0, min=0.0, max=360.0, step=5.0, optional=True, tooltip=(
                    "Motion blur from the track: number of degrees that a shutter is open. 180 is film's, a larger one is "
                    "longer, 0 is none, as most generated clips.")),
                io.Boolean.Input("clean_border", default=True, optional=True, tooltip=(
                    "On: what the old surface's colour leaves in the pixels of its border is taken out, for a graphic that takes "
                    "a sign's place. Off: it stays, for a flat view that is put back.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="Frames with the graphic in them."),
                io.Mask.Output(display_name="matte", tooltip="Where the graphic covers the frame, and how much."),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, images: Any, track: Any, fit: str, opacity: float, light: float, softness: float, graphic: Any = None,
                graphic_mask: Any = None, visible: Any = None, grain: float = 1.0, shutter: float = 0.0,
                clean_border: bool = True) -> io.NodeOutput:
        from .insert.graphic import insert_graphic
        from .reports import insert_report

        done = insert_graphic(images, track, graphic, graphic_mask, visible, fit=fit, opacity=opacity, light=light,
                              softness=softness, grain=grain, shutter=shutter, clean_border=clean_border)
        return io.NodeOutput(done.images, done.matte, insert_report(done, track, graphic is not None).to_json())


class RaccordFlattenSurface(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordFlattenSurface", display_name="Flatten Surface", category="raccord/tracking",
            description="Shows the tracked surface from the front and still on every frame: to see it breathe, to paint, "
                        "or to measure.",
            search_aliases=["stabilize", "stabilise", "rectify", "unwarp", "unpin", "inverse corner pin", "clean plate"],
            inputs=[
                io.Image.Input("images", tooltip="Frames of the tracked clip, as many as the track has and of its size."),
                sockets.Track.Input("track", tooltip="Track of the surface, from Track Surface. Refused, the views are black."),
                io.Int.Input("width", default=0, min=0, max=2048, tooltip=(
                    "Width of the flat view in pixels; larger is finer and takes more memory, 0 is that of the largest view.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="The surface from the front, one view a frame."),
                io.Mask.Output(display_name="mask", tooltip="White where the surface is tracked and inside the frame."),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, images: Any, track: Any, width: int) -> io.NodeOutput:
        from .insert.flatten import flatten_surface
        from .reports import flatten_report

        views, mask = flatten_surface(images, track, width)
        return io.NodeOutput(views, mask, flatten_report(views, track).to_json())


class RaccordExportTrack(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordExportTrack", display_name="Export Track", category="raccord/tracking", is_output_node=True,
            description="Writes the track for compositing and matchmove, each format with its own origin, order and first frame. "
                        "Frames that are not tracked are gaps, never held keys. A refused track is not written.",
            search_aliases=["nuke", "after effects", "fusion", "blender", "3DEqualizer", "PFTrack", "SynthEyes", "mocha",
                            "corner pin", "Tracker4", "save track"],
            inputs=[
                sockets.Track.Input("track", tooltip="Track to write; a refused one writes nothing."),
                io.String.Input("formats", default="json, nuke_cornerpin, ae_cornerpin", tooltip=(
                    "Names with commas, such as `json, nuke_cornerpin`: json, csv, nuke_cornerpin, nuke_tracker4, ae_cornerpin, "
                    "ae_powerpin, ae_jsx, fusion, blender, 3de4, pftrack5, syntheyes_2d, mmsolver_uv, mocha_cornerpin, stmap.")),
                io.String.Input("name", default="tracks/surface", tooltip=(
                    "Name under the output folder, such as `tracks/surface`: files are <name>.<format>.<ending>.")),
                sockets.Shot.Input("shot", optional=True, tooltip=(
                    "Its first frame numbers the keys and its rate is written. Unwired: keys from 1001 at the track's rate.")),
                io.Float.Input("pixel_aspect", default=1.0, min=0.1, max=10.0, step=0.01, optional=True, tooltip=(
                    "Width of a pixel as a number of times its height, for the formats that state it: 2 for anamorphic film, a "
                    "larger value for wider pixels. The keys stay in pixels of the picture.")),
                sockets.if_exists(),
            ],
            outputs=[sockets.files(), sockets.report()],
        )

    @classmethod
    def fingerprint_inputs(cls, name: Any = None, **_: Any) -> int:
        from ..media.memory import generation

        return generation("RaccordExportTrack", name)

    @classmethod
    def execute(cls, track: Any, formats: str, name: str, shot: Any = None, pixel_aspect: float = 1.0,
                if_exists: str = "resume") -> io.NodeOutput:
        from .exchange.export import export_track

        files, report = export_track(track, formats, name, shot, if_exists, pixel_aspect)
        return io.NodeOutput("\n".join(files), report.to_json())
