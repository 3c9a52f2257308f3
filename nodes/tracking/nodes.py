"""Nodes for matchmove: mark a surface before generation, track it after, pin a graphic on it, hand it over."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io

from .. import sockets

_IF_EXISTS = ["resume", "replace", "refuse"]
_CORNERS = "Corners of the surface in pixels from the upper left corner of the picture: `x,y x,y x,y x,y`, TL TR BR BL."


class RaccordStampMarkers(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordStampMarkers",
            display_name="Stamp Markers",
            category="raccord/tracking",
            description="Paints tracking markers onto a surface of the first frame, around its rim and in its shading, so that "
            "a generated clip carries something to track. The middle stays free for a graphic.",
            search_aliases=["tracking markers", "fiducials", "matchmove", "crosses", "dots"],
            inputs=[
                io.Image.Input(
                    "image", tooltip="Frame to generate from; a batch gets the same markers on every picture."
                ),
                io.String.Input("corners", default="", tooltip=_CORNERS + " Empty: placement is used."),
                io.String.Input(
                    "placement",
                    default="0.3 0.3 0.4 0.4",
                    tooltip="Upright surface as `x y w h` in fractions of the picture, where no corners are given.",
                ),
                io.Combo.Input(
                    "pattern",
                    options=["cross", "dot", "checker corner"],
                    default="cross",
                    tooltip="Shape of a marker. Checker corners measure best, crosses survive a generator best.",
                ),
                io.Int.Input(
                    "count",
                    default=9,
                    min=4,
                    max=64,
                    tooltip="Number of markers; more hold through occlusion, fewer hide less.",
                ),
                io.Float.Input(
                    "size_px",
                    default=28.0,
                    min=4.0,
                    max=512.0,
                    step=1.0,
                    tooltip="Width of a marker in pixels; below 24 a video model's compression may lose it.",
                ),
                io.Float.Input(
                    "strength",
                    default=0.8,
                    min=0.05,
                    max=1.0,
                    step=0.05,
                    tooltip="Contrast against the surface; 1 is nearly black or white, less looks more like paint.",
                ),
                sockets.Surfaces.Input("surface", optional=True, tooltip="Surfaces found; wins over corners."),
                io.Int.Input(
                    "surface_index",
                    default=0,
                    min=0,
                    max=63,
                    optional=True,
                    tooltip="Which of the surfaces, best first from 0.",
                ),
            ],
            outputs=[
                io.Image.Output(display_name="image"),
                io.Mask.Output(display_name="marker_mask"),
                sockets.Markers.Output(display_name="markers"),
                io.String.Output(display_name="report"),
            ],
        )

    @classmethod
    def execute(
        cls,
        image: Any,
        corners: str,
        placement: str,
        pattern: str,
        count: int,
        size_px: float,
        strength: float,
        surface: Any = None,
        surface_index: int = 0,
    ) -> io.NodeOutput:
        from ..image.layout import check_image
        from .forms import chosen_corners
        from .reports import stamp_report
        from .stamp import stamp_markers

        height, width = check_image(image, "image").shape[1:3]
        quad = chosen_corners((width, height), surface, surface_index, corners, placement=placement)
        stamped = stamp_markers(image, quad, pattern=pattern, count=count, size_px=size_px, strength=strength)
        return io.NodeOutput(stamped.image, stamped.mask, stamped.markers, stamp_report(stamped).to_json())


class RaccordTrackSurface(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordTrackSurface",
            display_name="Track Surface",
            category="raccord/tracking",
            description="Follows a flat surface through a clip, both ways from the reference frame, and says on every frame "
            "whether it can be trusted: tracked, occluded, out of the picture or lost. A surface that bends is given up.",
            search_aliases=["planar tracker", "corner pin", "matchmove", "motion tracking"],
            inputs=[
                sockets.read_clip("clip", tooltip="Frames as a batch, or a film, which is streamed."),
                io.String.Input("corners", default="", tooltip=_CORNERS + " On the reference frame."),
                io.Int.Input(
                    "reference_frame",
                    default=0,
                    min=-1_000_000,
                    max=1_000_000,
                    tooltip="Frame on which the corners lie, from 0; negative counts from the end. Choose the largest, sharpest.",
                ),
                io.String.Input(
                    "keyframes",
                    default="",
                    multiline=True,
                    tooltip="Corrections by hand, one a line: `37: x,y x,y x,y x,y`. They are kept exactly; the track is solved "
                    "anew between them.",
                ),
                io.Combo.Input(
                    "motion_model",
                    options=["homography", "affine", "similarity", "translation"],
                    default="homography",
                    tooltip="What the surface may do. Fewer freedoms (to the right) are steadier on small or plain surfaces.",
                ),
                io.Boolean.Input(
                    "refine",
                    default=True,
                    tooltip="Refine every frame on all pixels against the reference: slower, ten times more exact.",
                ),
                sockets.Surfaces.Input("surface", optional=True, tooltip="Surfaces found; wins over corners."),
                io.Int.Input(
                    "surface_index",
                    default=0,
                    min=0,
                    max=63,
                    optional=True,
                    tooltip="Which of the surfaces, best first from 0.",
                ),
                sockets.Markers.Input(
                    "markers",
                    optional=True,
                    tooltip="Markers stamped; their surface is tracked where no corners are given.",
                ),
                io.Mask.Input(
                    "mask",
                    optional=True,
                    tooltip="White where the surface may be looked at on the reference frame: leave out what moves by itself.",
                ),
                sockets.Shot.Input("shot", optional=True, tooltip="Names the shot; its rate wins over a film's."),
            ],
            outputs=[
                sockets.Track.Output(display_name="track"),
                io.Tracks.Output(display_name="tracks"),
                io.Mask.Output(
                    display_name="visible",
                    tooltip="Where the surface is seen. For a film over 256 MiB of masks it is smaller than the frame.",
                ),
                io.Image.Output(
                    display_name="overlay",
                    tooltip="At most 960 px wide; every frame of a batch, 96 evenly spaced ones of a film.",
                ),
                io.String.Output(display_name="report"),
            ],
        )

    @classmethod
    def execute(
        cls,
        clip: Any,
        corners: str,
        reference_frame: int,
        keyframes: str,
        motion_model: str,
        refine: bool,
        surface: Any = None,
        surface_index: int = 0,
        markers: Any = None,
        mask: Any = None,
        shot: Any = None,
    ) -> io.NodeOutput:
        from ..media.frames import Frames
        from .forms import chosen_corners, parse_keyframes
        from .overlay import overlay
        from .points import point_tracks
        from .reports import rate_of, track_report
        from .surface import track_surface
        from .visible import visible_mask

        frames = Frames(clip)
        quad = chosen_corners(frames.size, surface, surface_index, corners, markers)
        fps, said = rate_of(frames, shot)
        tracked = track_surface(
            frames,
            quad,
            reference_frame,
            fps=fps,
            mask=mask,
            keyframes=parse_keyframes(keyframes),
            model=motion_model,
            refine=refine,
        )
        picture = overlay(frames, tracked, shot.start_frame if shot else None)
        report = track_report(tracked, frames, quad, shot, said)
        return io.NodeOutput(
            tracked.track,
            point_tracks(tracked),
            visible_mask(tracked, whole=frames.is_batch),
            picture,
            report.to_json(),
        )


class RaccordInsertGraphic(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordInsertGraphic",
            display_name="Insert Graphic",
            category="raccord/tracking",
            description="Pins a graphic onto a tracked surface: area-filtered perspective, composited in linear light. Frames on "
            "which the surface is not seen pass unchanged.",
            search_aliases=["corner pin", "logo", "screen replacement", "composite"],
            inputs=[
                io.Image.Input("images", tooltip="Frames of the tracked clip."),
                sockets.Track.Input("track", tooltip="Where the surface is."),
                io.Combo.Input(
                    "fit",
                    options=["contain", "fill", "cover"],
                    default="contain",
                    tooltip="contain shows all of the graphic, fill stretches it, cover fills the surface and cuts what is over.",
                ),
                io.Float.Input(
                    "opacity",
                    default=1.0,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="1 hides the surface, less lets it through.",
                ),
                io.Float.Input(
                    "light",
                    default=1.0,
                    min=0.0,
                    max=1.0,
                    step=0.05,
                    tooltip="How much of the surface's changing light the graphic takes on: 0 none, 1 all of it.",
                ),
                io.Float.Input(
                    "softness",
                    default=0.0,
                    min=0.0,
                    max=20.0,
                    step=0.1,
                    tooltip="Blur in pixels of graphic and edge, as the plate's lens has it; larger is softer.",
                ),
                io.Image.Input(
                    "graphic",
                    optional=True,
                    tooltip="One picture, or one a frame. Without it the frames pass unchanged.",
                ),
                io.Mask.Input("graphic_mask", optional=True, tooltip="As Load Image gives it: white is transparent."),
                io.Mask.Input(
                    "visible",
                    optional=True,
                    tooltip="White where the surface is seen, from Track Surface: what stands in front stays in front.",
                ),
            ],
            outputs=[
                io.Image.Output(display_name="images"),
                io.Mask.Output(display_name="matte"),
                io.String.Output(display_name="report"),
            ],
        )

    @classmethod
    def execute(
        cls,
        images: Any,
        track: Any,
        fit: str,
        opacity: float,
        light: float,
        softness: float,
        graphic: Any = None,
        graphic_mask: Any = None,
        visible: Any = None,
    ) -> io.NodeOutput:
        from .insert import insert_graphic
        from .reports import insert_report

        done = insert_graphic(
            images, track, graphic, graphic_mask, visible, fit=fit, opacity=opacity, light=light, softness=softness
        )
        return io.NodeOutput(done.images, done.matte, insert_report(done, track, graphic is not None).to_json())


class RaccordFlattenSurface(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordFlattenSurface",
            display_name="Flatten Surface",
            category="raccord/tracking",
            description="Shows the tracked surface from the front and still on every frame: to see it breathe, to paint, "
            "or to measure.",
            search_aliases=["stabilize", "rectify", "unwarp", "planar"],
            inputs=[
                io.Image.Input("images", tooltip="Frames of the tracked clip."),
                sockets.Track.Input("track", tooltip="Where the surface is."),
                io.Int.Input(
                    "width", default=0, min=0, max=2048, tooltip="Width of the flat view in pixels; 0 takes the largest view's."
                ),
            ],
            outputs=[
                io.Image.Output(display_name="images"),
                io.Mask.Output(display_name="mask", tooltip="White where the surface is tracked and inside the frame."),
                io.String.Output(display_name="report"),
            ],
        )

    @classmethod
    def execute(cls, images: Any, track: Any, width: int) -> io.NodeOutput:
        from .flatten import flatten_surface
        from .reports import flatten_report

        views, mask = flatten_surface(images, track, width)
        return io.NodeOutput(views, mask, flatten_report(views, track).to_json())


class RaccordExportTrack(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordExportTrack",
            display_name="Export Track",
            category="raccord/tracking",
            description="Writes the track for compositing and matchmove, each format with its own origin, order and first frame. "
            "Frames that are not tracked are gaps, never held keys. A refused track is not written.",
            search_aliases=["nuke", "after effects", "corner pin", "matchmove", "tracker4"],
            is_output_node=True,
            inputs=[
                sockets.Track.Input("track", tooltip="Track to write."),
                io.String.Input(
                    "formats",
                    default="json, nuke_cornerpin, ae_cornerpin",
                    tooltip="Names with commas: json, csv, nuke_cornerpin, nuke_tracker4, ae_cornerpin, ae_powerpin, ae_jsx, "
                    "fusion, blender, 3de4, pftrack5, syntheyes_2d, mmsolver_uv, mocha_cornerpin.",
                ),
                io.String.Input(
                    "name",
                    default="tracks/surface",
                    tooltip="Name under the output folder, sub-folders with /: files are <name>.<format>.<ext>.",
                ),
                sockets.Shot.Input(
                    "shot",
                    optional=True,
                    tooltip="Its first frame numbers the keys (1001 without) and its rate is written.",
                ),
                io.Combo.Input(
                    "if_exists",
                    options=_IF_EXISTS,
                    default="resume",
                    optional=True,
                    tooltip="Files there already: resume keeps identical ones and gives others the next version, replace writes "
                    "over, refuse stops.",
                ),
            ],
            outputs=[
                io.String.Output(display_name="files", tooltip="One path a line, relative to the output folder."),
                io.String.Output(display_name="report"),
            ],
        )

    @classmethod
    def fingerprint_inputs(
        cls, track: Any, formats: Any, name: Any, shot: Any = None, if_exists: Any = "resume"
    ) -> Any:
        from ..media.claim import generation

        return generation("RaccordExportTrack", name if isinstance(name, str) else None)

    @classmethod
    def execute(cls, track: Any, formats: str, name: str, shot: Any = None, if_exists: str = "resume") -> io.NodeOutput:
        from .export import export_track

        files, report = export_track(track, formats, name, shot, if_exists)
        return io.NodeOutput("\n".join(files), report.to_json())
