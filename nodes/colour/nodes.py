"""Nodes for colour: stamp a plate, read it, match a reference, apply and save a grade."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io

from .. import sockets

METHODS = ["auto", "transport", "transport in linear light", "mean and spread", "gains", "optimal transport"]  # of match.py
SIZES = ["17", "33", "65"]
_STRENGTH = ("Share of the grade, 0 to 1: 0 leaves the frames as they are, more brings them nearer to the whole grade; encoded "
             "values are mixed.")


class RaccordStampPlate(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from ..media.plates import plate_names

        return io.Schema(
            node_id="RaccordStampPlate", display_name="Stamp Plate", category="raccord/colour",
            description="Draws a calibration plate into a picture before generation. Normalize to Plate reads what became of "
                        "it and takes the drift of the colours back.",
            search_aliases=["color checker", "colorchecker", "macbeth chart", "calibration chart", "colour card", "grey card",
                            "gray card", "mire"],
            inputs=[
                io.Image.Input("image", tooltip="Picture, or pictures, to stamp; every frame of a batch gets the plate."),
                io.Combo.Input("plate", options=plate_names(), default="raccord12", tooltip=(
                    "Which plate. raccord12, also auto, is our own: 12 large patches and corner marks that outlive a generation. "
                    "classic24, classic24_before2014 and spydercheckr24 have 24 smaller patches, grey11 is one row of greys.")),
                io.String.Input("placement", default="0.02 0.68 0.3 0.3", tooltip=(
                    "Where, as `0.02 0.68 0.3 0.3`: x y w h in fractions of the frame; the plate keeps its shape in the middle. "
                    "A larger w or h makes larger patches, which survive better; 24 pixels a patch is little.")),
                io.String.Input("corners", default="", optional=True, tooltip=(
                    "The plate's outer corners in any perspective, as `20,330 300,320 310,470 25,480`: TL TR BR BL in pixels. "
                    "Empty: the placement counts.")),
            ],
            outputs=[
                io.Image.Output(display_name="image", tooltip="Picture with the plate, to generate from."),
                sockets.Plate.Output(display_name="plate", tooltip="The plate and where it stands, for Normalize to Plate."),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: Any) -> str:
        from ..media.memory import library_state

        return library_state("plates")

    @classmethod
    def execute(cls, image: Any, plate: str, placement: str, corners: str = "") -> io.NodeOutput:
        from ..image.layout import check_image
        from ..media.plates import load_plate
        from ..wires.quad import Quad
        from .answers import stamp_report
        from .stamp import placed, stamp_plate

        chosen = load_plate("raccord12" if plate == "auto" else plate)
        height, width = check_image(image, "image").shape[1:3]
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
            search_aliases=["color checker", "colorchecker", "color correction", "white balance", "neutralize", "color chart",
                            "color match chart", "balance des blancs", "mire"],
            inputs=[
                io.Image.Input("images", tooltip="Clip, or pictures of one look, that show the plate: all get the same grade."),
                io.Combo.Input("plate", options=plate_names(), default="auto", tooltip=(
                    "Which plate to look for. auto tries classic24, spydercheckr24 and raccord12 in every turn and mirror image; "
                    "name one to be stricter. classic24_before2014: charts made before November 2014. grey11 is only read "
                    "with stamped_plate.")),
                sockets.Plate.Input("stamped_plate", optional=True, tooltip=(
                    "Plate of Stamp Plate: wins over plate, is looked for first where it was stamped, and is compared with the "
                    "colours that were stamped. Unwired: the named plate is looked for everywhere.")),
                io.Int.Input("frames_to_read", default=5, min=1, max=99, optional=True, tooltip=(
                    "Number of frames, spread evenly, on which the plate is read. More are slower and even out noise and "
                    "reflections.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="Frames with the grade; unchanged where it was refused."),
                sockets.Grade.Output(display_name="grade", tooltip="The one correction, for Apply Grade and Save Grade."),
                io.Image.Output(display_name="overlay", tooltip="What was read as the plate, drawn on the frame."),
                io.Image.Output(display_name="before_after", tooltip=(
                    "The frame before and after; below, each patch as seen, corrected and wanted, with its error.")),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: Any) -> str:
        from ..media.memory import library_state

        return library_state("plates")

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
                        "that it never flickers. Exact where both show the same thing, overlap or meet at an edge.",
            search_aliases=["color match", "colour transfer", "color transfer", "shot match", "look match", "match color",
                            "MKL", "reinhard", "raccord couleur"],
            inputs=[
                io.Image.Input("images", tooltip="Clip to match; statistics are taken over up to 24 of its frames."),
                io.Image.Input("reference", tooltip="Picture, or pictures, of the look to match; any size."),
                io.Combo.Input("method", options=METHODS, default=METHODS[0], tooltip=(
                    "auto: by pairs of pixels, or by colours that both share, else as transport. transport: clouds of colours, "
                    "encoded. transport in linear light: of light. mean and spread: each channel alone. gains: exposure and "
                    "white balance. optimal transport: the cloud's whole shape.")),
                io.Mask.Input("mask", optional=True, tooltip=(
                    "White where the clip is compared, such as a background both shots share; also on a reference of the same "
                    "size. A larger area gives a steadier answer. Unwired: all of the frame.")),
                io.Float.Input("strength", default=1.0, min=0.0, max=1.0, step=0.01, optional=True, tooltip=_STRENGTH),
                io.Mask.Input("reference_mask", optional=True, tooltip=(
                    "White where the reference is compared. A larger area gives a steadier answer. Unwired: as mask says, if "
                    "the size is the same; else all of it.")),
                io.Boolean.Input("per_frame", default=False, optional=True, tooltip=(
                    "On: the map follows changes of light within the clip, smoothed, so that all frames look as the middle one. "
                    "Off: one map for all frames, which never flickers.")),
                io.Float.Input("protect_skin", default=0.0, min=0.0, max=1.0, step=0.01, optional=True, tooltip=(
                    "How much skin colours keep their hue and saturation, 0 to 1; their brightness goes with the map. More "
                    "keeps more; 0 protects nothing.")),
                io.Float.Input("protect_neutrals", default=0.0, min=0.0, max=1.0, step=0.01, optional=True, tooltip=(
                    "How much greys stay grey, 0 to 1; their brightness goes with the map. More keeps more; 0 protects "
                    "nothing, as a cast needs it.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="Frames with the colours of the reference."),
                sockets.Grade.Output(display_name="grade", tooltip=(
                    "The one map, for Apply Grade and Save Grade; with per_frame it changes over the clip.")),
                io.Image.Output(display_name="picture", tooltip="Frame, result and reference side by side."),
                sockets.report(),
            ],
        )

    @classmethod
    def execute(cls, images: Any, reference: Any, method: str, mask: Any = None, strength: float = 1.0,
                reference_mask: Any = None, per_frame: bool = False, protect_skin: float = 0.0,
                protect_neutrals: float = 0.0) -> io.NodeOutput:
        from ..image.grade import apply_grade
        from .match import Ask, match_reference
        from .match_answers import match_picture, match_report

        ask = Ask(method, mask, reference_mask, protect_skin, protect_neutrals, per_frame)
        matched = match_reference(images, reference, ask)
        graded = apply_grade(images, matched.grade, strength)
        return io.NodeOutput(graded, matched.grade, match_picture(images, graded, reference, matched),
                             match_report(images, reference, ask, matched).to_json())


class RaccordApplyGrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordApplyGrade", display_name="Apply Grade", category="raccord/colour",
            description="Applies one grade to every frame, by the exact arithmetic. A refused grade leaves the frames alone.",
            search_aliases=["apply lut", "lut", "color correct", "color grade", "OCIOFileTransform", "CDL transform", "lumetri"],
            inputs=[
                io.Image.Input("images", tooltip="Frames to grade; alpha passes unchanged."),
                sockets.Grade.Input("grade", tooltip="Grade of Normalize to Plate, Match Reference or Load Grade."),
                io.Float.Input("strength", default=1.0, min=0.0, max=1.0, step=0.01, tooltip=_STRENGTH),
                io.Int.Input("first_frame", default=0, min=0, max=1_000_000, optional=True, tooltip=(
                    "Which frame of its clip the first of these frames is. It matters only to a grade that changes over the "
                    "clip: higher where the frames are a later piece of it.")),
            ],
            outputs=[io.Image.Output(display_name="images", tooltip="Frames with the grade."), sockets.report()],
        )

    @classmethod
    def execute(cls, images: Any, grade: Any, strength: float, first_frame: int = 0) -> io.NodeOutput:
        from ..image.grade import apply_grade
        from ..image.layout import check_image
        from .answers import apply_report

        graded = apply_grade(check_image(images), grade, strength, first=first_frame)
        return io.NodeOutput(graded, apply_report(images, grade, strength, first_frame).to_json())


class RaccordLoadGrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .files import grade_names

        return io.Schema(
            node_id="RaccordLoadGrade", display_name="Load Grade", category="raccord/colour",
            description="Reads a grade that works on sRGB-encoded values: a .cube LUT (1D, 3D or both), an ASC CDL (.cdl, .cc, "
                        ".ccc), or the .grade.json of Save Grade.",
            search_aliases=["load lut", "import lut", "3d lut", "cube file", "CDL", "look file"],
            inputs=[io.Combo.Input("file", options=grade_names(), tooltip=(
                "Grade of the studio's raccord/luts folders, else of the input folder; sub-folders with /. A name such as "
                "`look.cube` that is not in the menu yet works too. Of a file with several corrections the first counts, or "
                "the one that is named after a #, such as `show.ccc#sh020`."))],
            outputs=[
                sockets.Grade.Output(display_name="grade", tooltip="The grade, for Apply Grade and Export VFX Package."),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, file: Any = None, **_: Any) -> str:
        from ..media.memory import reading_state
        from .load import find_grade

        return reading_state("RaccordLoadGrade", file, find_grade)

    @classmethod
    def validate_inputs(cls, file: str | None = None) -> bool | str:
        from .files import refusal

        return file is None or refusal(file) or True

    @classmethod
    def execute(cls, file: str) -> io.NodeOutput:
        from .file_answers import load_report
        from .load import load_grade

        loaded = load_grade(file)
        return io.NodeOutput(loaded.grade, load_report(loaded, file).to_json())


class RaccordSaveGrade(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordSaveGrade", display_name="Save Grade", category="raccord/colour", is_output_node=True,
            description="Writes a grade for other tools: .cube LUT and ASC CDL, both for sRGB-encoded values, and says how far "
                        "each is from the exact grade; or as it is, for Load Grade. A refused grade writes nothing.",
            search_aliases=["save lut", "export lut", "3d lut", "cube file", "CDL", "resolve", "nuke lut"],
            inputs=[
                sockets.Grade.Input("grade", tooltip="Grade to write; a refused one writes nothing."),
                io.String.Input("name", default="grade", tooltip=(
                    "Name under the output folder without ending, such as `grades/SH010`; sub-folders with /.")),
                io.String.Input("formats", default="cube, cdl", tooltip=(
                    "Any of cube, cube1d, cdl, cc, ccc, json, with commas, such as `cube, cdl`. cube is a LUT and closest to the "
                    "grade; cube1d has curves alone, for a grade that does not mix channels; cdl, cc, ccc hold slope, offset, "
                    "power and saturation, which can be edited on; json is the exact grade.")),
                io.Combo.Input("size", options=SIZES, default="33", tooltip=(
                    "Number of nodes of the 3D LUT on each axis. 33 is usual; 65 is nearer to the exact grade and about 8 times "
                    "larger; 17 suits monitors and cameras.")),
                sockets.if_exists(optional=False),
            ],
            outputs=[sockets.files(), sockets.report()],
        )

    @classmethod
    def fingerprint_inputs(cls, name: Any = None, **_: Any) -> int:
        from ..media.memory import generation

        return generation("RaccordSaveGrade", name)

    @classmethod
    def execute(cls, grade: Any, name: str, formats: str, size: str, if_exists: str) -> io.NodeOutput:
        from ..wires.check import one_of
        from .file_answers import save_report
        from .save import save_grade

        saved = save_grade(grade, name, formats, int(one_of(size, SIZES, "size")), if_exists)
        report = save_report(grade, saved)
        return io.NodeOutput("\n".join(saved.files), report.to_json())
