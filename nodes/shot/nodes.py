"""Nodes for what comes in: the shot's name and time, and clips read exactly."""

from __future__ import annotations

from comfy_api.v0_0_2 import io

from .. import sockets


class RaccordShot(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordShot",
            display_name="Shot",
            category="raccord/shot",
            description="Names the shot and its time: every node that writes files or names frames takes it.",
            search_aliases=["shot name", "frame rate", "start frame", "version"],
            inputs=[
                io.String.Input("show", default="show", tooltip="Name of the show, first part of file names."),
                io.String.Input("shot", default="SH010", tooltip="Name of the shot, such as SH010."),
                io.Int.Input("take", default=1, min=0, max=9999, tooltip="Number of the take, in reports."),
                io.Int.Input("version", default=1, min=0, max=9999, tooltip="Version of the delivery: v001 in file names."),
                io.Float.Input("fps", default=24.0, min=1.0, max=240.0, step=0.001,
                               tooltip="Frames per second. 23.976 means 24000/1001."),
                io.Int.Input("start_frame", default=1001, min=0, max=9_999_999,
                             tooltip="Number of the first frame in files, handles included."),
                io.Int.Input("handles", default=0, min=0, max=1000,
                             tooltip="Extra frames at each end that the cut does not show; more leave the editor more room."),
            ],
            outputs=[sockets.Shot.Output(display_name="shot")],
        )

    @classmethod
    def execute(cls, show: str, shot: str, take: int, version: int, fps: float, start_frame: int, handles: int) -> io.NodeOutput:
        from ..media.paths import check_relative
        from ..wires.shot import Shot, exact_rate

        for name, value in (("show", show), ("shot", shot)):
            if "/" in str(check_relative(value, name)):
                raise ValueError(f"expected {name} without folders, got {value!r}")
        return io.NodeOutput(Shot(show, shot, take, version, exact_rate(fps), start_frame, handles))


class RaccordLoadClip(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .files import films

        return io.Schema(
            node_id="RaccordLoadClip",
            display_name="Load Clip",
            category="raccord/shot",
            description="Reads a film exactly: no rounding drift, with the matrix that its tags state, and says what it assumed. "
                        "Core's Load Video scales by about 255/256.",
            search_aliases=["load video", "read film", "import clip"],
            inputs=[
                io.Combo.Input("file", options=films(), upload=io.UploadType.video,
                               tooltip="Film in the input folder, sub-folders with /."),
                io.Int.Input("first", default=0, min=0, max=1_000_000, tooltip="0-based number of the first frame to read."),
                io.Int.Input("count", default=0, min=0, max=1_000_000,
                             tooltip="Number of frames; 0 reads to the end. More frames take more memory: 25 MB each at 1080p."),
                io.Combo.Input("colour_space", options=["as tagged", "Rec.709", "Rec.601", "Rec.2020"], default="as tagged",
                               tooltip="Matrix of the film; set it where the tag is missing or wrong."),
            ],
            outputs=[
                io.Image.Output(display_name="images"),
                io.Audio.Output(display_name="audio"),
                io.Float.Output(display_name="fps"),
                sockets.Shot.Output(display_name="shot"),
                io.String.Output(display_name="report"),
            ],
        )

    @classmethod
    def validate_inputs(cls, file: str) -> bool | str:
        from .files import refusal

        return refusal(file) or True

    @classmethod
    def fingerprint_inputs(cls, file: str, **_: object) -> str:
        from .files import fingerprint

        return fingerprint(file)

    @classmethod
    def execute(cls, file: str, first: int, count: int, colour_space: str) -> io.NodeOutput:
        from ..media.paths import input_file
        from .load import load_film

        clip = load_film(input_file(file), first, count, colour_space)
        return io.NodeOutput(clip.images, clip.audio, float(clip.shot.fps), clip.shot, clip.report.to_json())
