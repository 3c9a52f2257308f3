"""Nodes for what comes in: the shot's name and time, and clips read exactly."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io

from .. import sockets

_SPACES = ["from file", "Rec.709", "Rec.601", "Rec.2020", "sRGB encoded", "linear Rec.709", "ACEScg", "ACES2065-1"]


class RaccordShot(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordShot", display_name="Shot", category="raccord/shot",
            description="Names the shot and its time: every node that writes files or names frames takes it.",
            search_aliases=["shot name", "slate", "timecode", "frame rate", "fps", "start frame", "frame range", "version up",
                            "cadence"],
            inputs=[
                io.String.Input("show", default="show", tooltip="Name of the show, first part of file names, such as `OPERA`."),
                io.String.Input("shot", default="SH010", tooltip="Name of the shot, second part of file names, such as `SH010`."),
                io.Int.Input("take", default=1, min=0, max=9999, tooltip=(
                    "Number of the take, as reports name it; larger is a later take.")),
                io.Int.Input("version", default=1, min=0, max=9999, tooltip=(
                    "Version number of the delivery, v001 in file names; larger is a later version.")),
                io.Float.Input("fps", default=24.0, min=1.0, max=240.0, step=0.001, tooltip=(
                    "Frames per second; more plays faster. 23.976 means exactly 24000/1001.")),
                io.Int.Input("start_frame", default=1001, min=0, max=9_999_999, tooltip=(
                    "Number of the first frame in files, handles included; a larger one numbers all frames higher.")),
                io.Int.Input("handles", default=0, min=0, max=1000, tooltip=(
                    "Frames at each end that the cut does not show; more leave the editor more room.")),
            ],
            outputs=[sockets.Shot.Output(display_name="shot", tooltip="Name and time, for every node with a shot input.")],
        )

    @classmethod
    def execute(cls, show: str, shot: str, take: int, version: int, fps: float, start_frame: int, handles: int) -> io.NodeOutput:
        from ..media.paths import check_relative
        from ..wires.shot import Shot, exact_rate

        for name, value in (("show", show), ("shot", shot)):
            if "/" in str(check_relative(value, name)):
                raise ValueError(f"expected {name} without folders, got {value!r}: leave out slashes")
        return io.NodeOutput(Shot(show, shot, take, version, exact_rate(fps), start_frame, handles))


class RaccordLoadClip(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .files import clips

        return io.Schema(
            node_id="RaccordLoadClip", display_name="Load Clip", category="raccord/shot",
            description="Reads a film, or a numbered EXR, PNG, TIFF or DPX sequence, exactly: with the matrix or colour space "
                        "that its tags state, and says what it assumed, what is missing and what was clipped. Core's Load Video "
                        "scales by about 255/256.",
            search_aliases=["load video", "load video path", "read film", "import clip", "load images", "image sequence",
                            "exr sequence", "load exr", "read dpx", "nuke read", "footage", "séquence d'images"],
            inputs=[
                io.Combo.Input("file", options=clips(), tooltip=(
                    "Film or sequence in the input folder, sub-folders with /. A sequence is one entry, `plates/sh010.####.exr`; "
                    "`sh010.%04d.exr` and the name of any one frame mean the same. `sh010.####.exr [1001-1048]` also says which "
                    "frames there should be.")),
                io.Int.Input("first", default=0, min=0, max=1_000_000, tooltip=(
                    "Number of the first frame to read, counted from 0 in a sequence too: where it begins at 1001, 12 is frame "
                    "1013. A larger number starts later.")),
                io.Int.Input("count", default=0, min=0, max=1_000_000,
                             tooltip="Number of frames; 0 reads to the end. More frames take more memory: 25 MB each at 1080p."),
                io.Combo.Input("colour_space", options=_SPACES, default="from file", tooltip=(
                    "from file: as the tags state. Rec.709, Rec.601, Rec.2020: matrix of a film whose tag is missing or wrong. "
                    "sRGB encoded, linear Rec.709, ACEScg, ACES2065-1: what the values of a sequence are; they become encoded "
                    "sRGB. Log is refused.")),
                io.Combo.Input("missing", options=["refuse", "hold", "black"], default="refuse", optional=True, tooltip=(
                    "Frames that a sequence lacks. refuse: the run stops and names them. hold: the frame before is shown again. "
                    "black: a black frame. The report names them always.")),
                io.Float.Input("fps", default=0.0, min=0.0, max=240.0, step=0.001, optional=True, tooltip=(
                    "Frames per second of a sequence; more plays faster. 0 takes what an EXR or DPX states, else 24. A film "
                    "keeps its own.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="Frames, encoded sRGB or as the film is encoded."),
                io.Audio.Output(display_name="audio", tooltip="Sound of the film; nothing where it is silent, or of a sequence."),
                io.Float.Output(display_name="fps", tooltip="Frames per second."),
                sockets.Shot.Output(display_name="shot", tooltip="Name and time, taken from the file."),
                sockets.report(),
            ],
        )

    @classmethod
    def validate_inputs(cls, file: str | None = None) -> bool | str:
        from .files import refusal

        return file is None or refusal(file) or True

    @classmethod
    def fingerprint_inputs(cls, file: object = None, **_: object) -> str:
        from .files import fingerprint

        return fingerprint(file)

    @classmethod
    def execute(cls, file: str, first: int, count: int, colour_space: str, missing: str = "refuse",
                fps: float = 0.0) -> io.NodeOutput:
        from .files import remember_clip
        from .load import load_clip

        remember_clip(file)
        clip = load_clip(file, first, count, colour_space, missing, fps)
        return io.NodeOutput(clip.images, clip.audio, float(clip.shot.fps), clip.shot, clip.report.to_json())


class RaccordExampleShot(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordExampleShot", display_name="Example Shot", category="raccord/shot",
            description="Draws a shot to try everything on: 48 frames of a street with a sign to track, a calibration plate in "
                        "the first frames, a car with a logo on its door, a light that warms, and a second take that joins it "
                        "with one frame shown twice. What is true of it comes as JSON. Given a painted first frame, it carries "
                        "the paint along.",
            search_aliases=["example clip", "test footage", "demo shot", "sample video", "ground truth", "plan de test"],
            inputs=[
                io.Image.Input("first_frame", optional=True, tooltip=(
                    "Prepared first frame: what was painted on the wall of this node's own first_frame, markers included, goes "
                    "along through the shot, in its light and behind the car. Unwired: the shot as it is.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="First take: 48 frames of 960 x 540."),
                io.Float.Output(display_name="fps", tooltip="24 frames per second."),
                io.Image.Output(display_name="first_frame", tooltip="Keyframe that the take begins on, without grain."),
                io.Image.Output(display_name="last_frame", tooltip="Keyframe that the take ends on, without grain."),
                io.Image.Output(display_name="next_clip", tooltip=(
                    "Second take: 24 frames; its first repeats the last of the first take.")),
                io.Image.Output(display_name="graphic", tooltip="Roundel of the car's door, 512 x 512: to pin, or to look for."),
                io.Mask.Output(display_name="graphic_mask", tooltip=(
                    "White where the graphic is transparent, as Load Image gives it.")),
                io.String.Output(display_name="truth", tooltip=(
                    "JSON: corners of sign and wall, patches of the plate, logo, light, join, defects.")),
            ],
        )

    @classmethod
    def execute(cls, first_frame: Any = None) -> io.NodeOutput:
        import json

        from .carried import painted
        from .example import FPS, draw_example, draw_layers

        shot = draw_example() if first_frame is None else draw_example(painted(draw_layers(), first_frame))
        return io.NodeOutput(shot.images, FPS, shot.first_frame, shot.last_frame, shot.next_clip, shot.graphic[..., :3],
                             1 - shot.graphic[..., 3], json.dumps(shot.truth))
