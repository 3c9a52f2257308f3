"""Nodes for colour: stamp a plate, read it, match a reference, apply and save a grade."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io

from .. import sockets

METHODS = ["transport", "transport in linear light", "mean and spread", "gains"]  # those of match.py, which needs OpenCV
_STRENGTH = "0 leaves the frames as they are, 1 applies the whole grade; between them encoded values are mixed."


class RaccordStampPlate(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from ..media.plates import plate_names

        return io.Schema(
            node_id="RaccordStampPlate", display_name="Stamp Plate", category="raccord/colour",
            description="Draws a calibration plate into a picture before generation. Normalize to Plate reads what became of "
                        "it and takes the drift of the colours back.",
            search_aliases=["color checker", "calibration chart", "colour card"],
            inputs=[
                io.Image.Input("image", tooltip="Picture, or pictures, to stamp; every frame of a batch gets the plate."),
                io.Combo.Input("plate", options=plate_names(), default="raccord12", tooltip=(
                    "Which plate. raccord12, also auto, is our own: large patches and corner marks that survive a generation.")),
                io.String.Input("placement", default="0.02 0.68 0.3 0.3", tooltip=(
                    "Where: x y w h in fractions of the frame; the plate keeps its shape in the middle of it. A larger w or h "
                    "makes larger patches, which survive better; 24 pixels a patch is little.")),
                io.String.Input("corners", default="", optional=True, tooltip=(
                    "Instead of placement: the plate's outer corners, pixels `x,y x,y x,y x,y` (TL TR BR BL), any perspective.")),
            ],
            outputs=[io.Image.Output(display_name="image"), sockets.Plate.Output(display_name="plate"),
                     io.String.Output(display_name="report")],
        )

    @classmethod
    def execute(cls, image: Any, plate: str, placement: str, corners: str = "") -> io.NodeOutput:
        from ..media.plates import load_plate
        from ..wires.quad import Quad
        from .answers import stamp_report
        from .stamp import placed, stamp_plate

        chosen = load_plate("raccord12" if plate == "auto" else plate)
        height, width = image.shape[1:3]
        quad = Quad.parse(corners) if corners.strip() else placed(chosen, placement, width, height)
        stamped, there = stamp_plate(image, chosen, quad)
        return io.NodeOutput(stamped, there, stamp_report(there).to_json())


class RaccordNormalizeToPlate(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from ..media.plates import plate_names

        return io.Schema(
            node_id="RaccordNormalizeToPlate", display_name="Normalize to Plate", category="raccord/colour",
            description="Finds a calibration plate, solves one correction for the whole clip and applies it. Says how far unseen "
                        "colours still are, and refuses, leaving the frames alone, where the plate cannot be trusted.",
            search_aliases=["color checker", "colour correction", "white balance", "chart"],
            inputs=[
                io.Image.Input("images", tooltip="Clip, or pictures of one look, that show the plate: all get the same grade."),
                io.Combo.Input("plate", options=plate_names(), default="auto", tooltip=(
                    "Which plate to look for. auto tries classic24, spydercheckr24 and raccord12 in every turn and mirror image; "
                    "name it to be stricter, or where the chart was made before November 2014.")),
                sockets.Plate.Input("stamped_plate", optional=True, tooltip=(
                    "Plate of Stamp Plate: wins over plate, is looked for where it was stamped first, and is compared with the "
                    "colours that were stamped.")),
                io.Int.Input("frames_to_read", default=5, min=1, max=99, optional=True, tooltip=(
                    "Frames, spread evenly, that the plate is read on. More are slower and even out noise and reflections.")),
            ],
            outputs=[io.Image.Output(display_name="images"), sockets.Grade.Output(display_name="grade"),
                     io.Image.Output(display_name="overlay"), io.Image.Output(display_name="before_after"),
                     io.String.Output(display_name="report")],
        )

    @classmethod
    def execute(cls, images: Any, plate: str, stamped_plate: Any = None, frames_to_read: int = 5) -> io.NodeOutput:
        from ..image.grade import apply_grade
        from .answers import normalize_pictures, normalize_report
        from .normalize import normalize

        answer = normalize(images, plate, stamped_plate, frames_to_read)
        graded = apply_grade(images, answer.grade)
        return io.NodeOutput(graded, answer.grade, *normalize_pictures(images, graded, answer),
                             normalize_report(images, plate, stamped_plate, answer).to_json())


class RaccordMatchReference(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordMatchReference", display_name="Match Reference", category="raccord/colour",
            description="Gives a clip the colours of a reference picture, without a plate: one map for the whole clip, so "
                        "that it never flickers.",
            search_aliases=["color match", "colour transfer", "shot match", "MKL"],
            inputs=[
                io.Image.Input("images", tooltip="Clip to match; statistics are taken over all of it."),
                io.Image.Input("reference", tooltip="Picture, or pictures, of the look to match; any size."),
                io.Combo.Input("method", options=METHODS, default=METHODS[0], tooltip=(
                    "transport: means, contrasts and how channels go together (Monge-Kantorovich), on encoded values. transport "
                    "in linear light: the same on light, closer to what a lamp or an exposure changes. mean and spread: each "
                    "channel by itself. gains: exposure and white balance alone, the safest.")),
                io.Mask.Input("mask", optional=True, tooltip=(
                    "White where the clip is to be compared, such as a background both shots share; also in the reference where "
                    "it has the same size. A larger area gives a steadier answer.")),
                io.Float.Input("strength", default=1.0, min=0.0, max=1.0, step=0.01, optional=True, tooltip=_STRENGTH),
            ],
            outputs=[io.Image.Output(display_name="images"), sockets.Grade.Output(display_name="grade"),
                     io.Image.Output(display_name="picture"), io.String.Output(display_name="report")],
        )

    @classmethod
    def execute(cls, images: Any, reference: Any, method: str, mask: Any = None, strength: float = 1.0) -> io.NodeOutput:
        from ..image.grade import apply_grade
        from .answers import match_picture, match_report
        from .match import match_reference

        matched = match_reference(images, reference, method, mask)
        graded = apply_grade(images, matched.grade, strength)
        return io.NodeOutput(graded, matched.grade, match_picture(images, graded, reference, matched),
                             match_report(images, reference, method, matched).to_json())


class RaccordApplyGrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordApplyGrade", display_name="Apply Grade", category="raccord/colour",
            description="Applies one grade to every frame, by the exact arithmetic. A refused grade leaves the frames alone.",
            search_aliases=["grade", "color correct", "LUT"],
            inputs=[
                io.Image.Input("images", tooltip="Frames to grade; alpha passes unchanged."),
                sockets.Grade.Input("grade", tooltip="Grade of Normalize to Plate, Match Reference or Load Grade."),
                io.Float.Input("strength", default=1.0, min=0.0, max=1.0, step=0.01, tooltip=_STRENGTH),
            ],
            outputs=[io.Image.Output(display_name="images"), io.String.Output(display_name="report")],
        )

    @classmethod
    def execute(cls, images: Any, grade: Any, strength: float) -> io.NodeOutput:
        from ..image.grade import apply_grade
        from ..image.layout import check_image
        from .answers import apply_report

        return io.NodeOutput(apply_grade(check_image(images), grade, strength), apply_report(images, grade, strength).to_json())


class RaccordLoadGrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordLoadGrade", display_name="Load Grade", category="raccord/colour",
            description="Reads a grade that works on sRGB-encoded values: a 3D .cube LUT, or an ASC CDL (.cdl, .cc, .ccc).",
            search_aliases=["import LUT", "cube", "CDL"],
            inputs=[io.String.Input("file", default="look.cube", tooltip=(
                "Name in the studio's raccord/luts folder, else in the input folder; sub-folders with /."))],
            outputs=[sockets.Grade.Output(display_name="grade"), io.String.Output(display_name="report")],
        )

    @classmethod
    def fingerprint_inputs(cls, file: str, **_: Any) -> str:
        from .load import find_grade

        state = find_grade(file).stat()
        return f"{file} {state.st_size} {state.st_mtime_ns}"

    @classmethod
    def execute(cls, file: str) -> io.NodeOutput:
        from .answers import load_report
        from .load import load_grade

        grade = load_grade(file)
        return io.NodeOutput(grade, load_report(grade, file).to_json())


class RaccordSaveGrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordSaveGrade", display_name="Save Grade", category="raccord/colour", is_output_node=True,
            description="Writes a grade for other tools: .cube LUT and ASC CDL, both for sRGB-encoded values, and says how far "
                        "each is from the exact grade. A refused grade writes nothing.",
            search_aliases=["export LUT", "cube", "CDL"],
            inputs=[
                sockets.Grade.Input("grade", tooltip="Grade to write."),
                io.String.Input("name", default="grade",
                                tooltip="Name of the files in the output folder, without ending; sub-folders with /."),
                io.String.Input("formats", default="cube, cdl", tooltip="Any of cube, cdl, cc, ccc, separated by commas."),
                io.Combo.Input("size", options=["33", "65"], default="33",
                               tooltip="Nodes of the LUT on each axis. 65 is nearer to the exact grade and 7 times larger."),
                io.Combo.Input("if_exists", options=["resume", "replace", "refuse"], default="resume", tooltip=(
                    "resume keeps identical files, others get the next version (name_v002); replace writes over; refuse stops.")),
            ],
            outputs=[io.String.Output(display_name="files"), io.String.Output(display_name="report")],
        )

    @classmethod
    def fingerprint_inputs(cls, name: str | None = None, **_: Any) -> int:
        from ..media.claim import generation

        return generation("RaccordSaveGrade", name)

    @classmethod
    def execute(cls, grade: Any, name: str, formats: str, size: str, if_exists: str) -> io.NodeOutput:
        from .answers import save_report
        from .save import save_grade

        saved = save_grade(grade, name, formats, int(size), if_exists)
        report = save_report(grade, saved)
        return io.NodeOutput("\n".join(saved.files), report.to_json())
