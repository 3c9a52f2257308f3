"""Nodes for delivery: channel files, the VFX package, the checklist, the report."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io, ui

from .. import sockets


class RaccordChannelExport(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .channel_cards import channel_cards
        from .channels import channel_names

        return io.Schema(
            node_id="RaccordChannelExport", display_name="Export Channels", category="raccord/delivery", is_output_node=True,
            description="Writes the files that channels take: web pictures at a byte budget, films for YouTube, feeds, "
                        "ads, screens and broadcast, a review proxy. Cut around the subject, at the channel's loudness, colours "
                        "exact, AI disclosure in each, no prompt in any, signed on request. Every film is read back.",
            search_aliases=["save video", "video combine", "youtube", "reels", "tiktok", "shorts", "webp", "avif", "mp4",
                            "h264", "social media", "media encoder", "deliver", "livraison", "réseaux sociaux"],
            inputs=[
                sockets.read_clip(tooltip="Frames to deliver. A VIDEO is read block by block, whatever its length."),
                io.Audio.Input("audio", optional=True, tooltip=(
                    "Sound of the films, cut or padded with silence to the clip's length. Unwired: a VIDEO's own, else silent "
                    "films.")),
                sockets.Shot.Input("shot", optional=True, tooltip=(
                    "Names the files and gives the frame rate. Unwired: show_shot at a film's own rate, or 24.")),
                io.String.Input("channels", default="web_hero, youtube_16x9, vertical_9x16", extra_dict=channel_cards(), tooltip=(
                    f"Names with commas, such as `web_hero, youtube_16x9`: {', '.join(channel_names())}. A studio's own come "
                    "from raccord/channels/*.json.")),
                io.Int.Input("budget_kb", default=0, min=0, max=100_000, optional=True, tooltip=(
                    "Most kilobytes of the widest hero picture in each format, metadata included; 0 takes the template's (100). "
                    "More looks better and shows later on a slow phone.")),
                io.Mask.Input("subject_mask", optional=True, tooltip=(
                    "White on what must stay in the picture; one frame, or one for every frame: then the cut follows it. "
                    "Unwired: what draws the eye stays.")),
                io.String.Input("captions", default="", optional=True, tooltip=(
                    "Name of an .srt in the input folder, such as `SH010_fr.srt`, or its text, wired from a text node; it goes "
                    "beside the films, and into those whose channel asks for it. Empty: none.")),
                io.String.Input("rights", default="", multiline=True, optional=True,
                                placeholder="rights\ncreator: Studio", tooltip=(
                    "Lines such as `creator: Studio`: creator, credit, licence, releases, expires, alt, digital_source_type, "
                    "sign_off. Without a digital_source_type, or empty, the files say trainedAlgorithmicMedia.")),
                io.String.Input("certificate", default="", optional=True, tooltip=(
                    "Certificate in raccord/certificates that signs every file with content credentials (C2PA), such as "
                    "`studio.pem`. Needs c2pa-python. Empty: nothing is signed.")),
                sockets.Kit.Input("kit", optional=True, tooltip=(
                    "Brand kit: its text zones are compared with what each platform leaves free. Unwired: they are not.")),
                sockets.growing("reports", io.String, "report", most=32, tooltip=(
                    "Reports of the nodes before: a fail or refusal is named in this report, and their verdict is burnt into the "
                    "review proxy. None wired: nothing is named.")),
                io.String.Input("folder", default="delivery", optional=True, tooltip=(
                    "Folder under the output folder, such as `delivery/SH010`. Empty: the output folder itself.")),
                io.Combo.Input("fit", options=["crop", "pad", "pad blurred", "crop middle"], default="crop", optional=True,
                               tooltip=(
                    "How another shape is filled. crop: cut around the subject, or what draws the eye. pad: all of the picture "
                    "between black bars. pad blurred: between a blurred copy of it. crop middle: the middle stays.")),
                io.Int.Input("hero_frame", default=0, min=0, max=1_000_000, optional=True, tooltip=(
                    "Number of the frame that becomes the hero picture, counted from 0; a larger one is later.")),
                sockets.if_exists(),
                io.Boolean.Input("workflow_sidecar", default=True, optional=True, tooltip=(
                    "Keep the graph in a .workflow.json beside the files, which carry none of it. Off: it is kept nowhere.")),
            ],
            outputs=[
                sockets.files(),
                io.Image.Output(display_name="picture", tooltip="Contact sheet of the files, read back."),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, folder: Any = None, **_: Any) -> str:
        from ..media.memory import generation, library_state

        states = " ".join(map(library_state, ("channels", "luts", "certificates")))
        return f"{generation('RaccordChannelExport', folder)} {states}"

    @classmethod
    def execute(cls, clip: Any, channels: str, budget_kb: int = 0, audio: Any = None, shot: Any = None, subject_mask: Any = None,
                captions: str = "", rights: str = "", certificate: str = "", kit: Any = None, reports: dict | None = None,
                folder: str = "delivery", fit: str = "crop", hero_frame: int = 0, if_exists: str = "resume",
                workflow_sidecar: bool = True) -> io.NodeOutput:
        from ..media.xmp import Rights
        from ..wires.check import wired_or_none
        from ..wires.kit import Kit
        from . import answers
        from .channels import parse_channels
        from .contact import contact_sheet
        from .export import export_channels
        from .graph import graph_text
        from .order import Order

        shot, remarks = answers.timed_shot(shot, clip)
        signing, unsigned = answers.certificate_for(certificate)
        remarks += [*answers.upstream(sockets.grown(reports)), *unsigned]
        audio = answers.sound_of(clip) if audio is None else audio
        order = Order(parse_channels(channels), shot, Rights.parse(rights), folder, fit, budget_kb, hero_frame, if_exists, audio,
                      subject_mask, answers.captions_for(folder, captions), signing, wired_or_none(kit, Kit, "kit"),
                      answers.verdict_before(sockets.grown(reports)),
                      graph_text(cls.hidden) if workflow_sidecar else "")
        delivery = export_channels(clip, order)
        answers.remember_files("RaccordChannelExport", folder, delivery.files)
        delivery.findings += remarks
        report = answers.channel_report(order, delivery)
        return io.NodeOutput("\n".join(delivery.files), contact_sheet(delivery.files), report.to_json())


class RaccordVFXExport(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordVFXExport", display_name="Export VFX Package", category="raccord/delivery", is_output_node=True,
            description="Writes what compositing starts from: an EXR sequence (half float, ZIP), data layers untouched in 32 "
                        "bit, named masks as Cryptomatte, a 10-bit mezzanine, the grade as .cube and .cdl, the track, the "
                        "report, and a manifest with SHA-256.",
            search_aliases=["save exr", "exr sequence", "openexr", "multilayer exr", "image sequence", "plates", "nuke write",
                            "AOV", "ACES", "cryptomatte", "prores", "dnxhr", "mezzanine", "st map", "livraison", "séquence EXR"],
            inputs=[
                sockets.read_clip(tooltip="Frames to deliver, ungraded. A VIDEO is read block by block, whatever its length."),
                sockets.Shot.Input("shot", optional=True, tooltip=(
                    "Names and numbers the frames. Unwired: show_shot from 1001 at a film's own rate, or 24.")),
                sockets.growing("layers", io.Image, "layer", tooltip=(
                    "Data that goes with every frame (depth, motion, ids, masks): 1 frame or as many as the clip, same size; "
                    "values are written as they come. None wired: the picture alone.")),
                io.String.Input("layer_names", default="", multiline=True, optional=True,
                                placeholder="layer_names\ndepth", tooltip=(
                    "One name a line, in slot order, such as `depth`, `motion`, `id`, `mask:hero`; as many as layers. Empty: no "
                    "layers.")),
                sockets.Track.Input("track", optional=True, tooltip=(
                    "Goes beside the frames as JSON, Nuke and After Effects corner pin; a refused one is left out. Unwired: no "
                    "track.")),
                sockets.Grade.Input("grade", optional=True, tooltip=(
                    "Goes beside the frames as .cube and .cdl; a refused one is left out. Unwired: no grade.")),
                io.Combo.Input("colour_space", options=["linear Rec.709", "ACEScg", "ACES2065-1", "sRGB encoded"],
                               default="linear Rec.709", optional=True, tooltip=(
                    "Colour space of the EXR pictures, stated in their colorInteropID. linear Rec.709, ACEScg (AP1) and "
                    "ACES2065-1 (AP0) are scene-linear; sRGB encoded writes the values as they are.")),
                io.String.Input("task", default="comp", optional=True, tooltip=(
                    "Task in the file names, such as `comp`: {show}_{shot}_{task}_v001.1001.exr.")),
                io.String.Input("folder", default="vfx", optional=True, tooltip=(
                    "Folder under the output folder, such as `vfx/SH010`. Empty: the output folder itself.")),
                sockets.if_exists(),
                io.Combo.Input("mezzanine", options=["none", "DNxHR HQX", "ProRes 422 HQ", "ProRes 4444"], default="none",
                               optional=True, tooltip=(
                    "A film beside the frames for the edit, 10 bit, BT.709, with time code. DNxHR HQX: 4:2:2, written fastest. "
                    "ProRes 422 HQ: 4:2:2. ProRes 4444: colour at full size, and alpha. none: frames alone.")),
                io.Audio.Input("audio", optional=True, tooltip=(
                    "Sound of the mezzanine, cut or padded with silence to the clip's length. Unwired: a VIDEO's own, else "
                    "none.")),
                io.Boolean.Input("st_map", default=True, optional=True, tooltip=(
                    "With a track: every frame carries its ST-map, st.u, st.v and its coverage st.A, for pinning a picture to "
                    "the surface. Off: lighter files.")),
                io.Boolean.Input("workflow_sidecar", default=False, optional=True, tooltip=(
                    "Keep the graph in a .workflow.json beside the frames, which carry none of it. Off: it is kept "
                    "nowhere, since the package goes to others.")),
                io.String.Input("rights", default="", multiline=True, optional=True,
                                placeholder="rights\ncreator: Studio", tooltip=(
                    "Lines such as `creator: Studio`, the keys of Export Channels; in every EXR header, the mezzanine and the "
                    "manifest. Without a digital_source_type, or empty, they say trainedAlgorithmicMedia.")),
            ],
            outputs=[
                sockets.files(),
                io.Image.Output(display_name="picture", tooltip="First, middle and last frame, with their numbers."),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, folder: Any = None, **_: Any) -> int:
        from ..media.memory import generation

        return generation("RaccordVFXExport", folder)

    @classmethod
    def execute(cls, clip: Any, shot: Any = None, layers: dict | None = None, layer_names: str = "", track: Any = None,
                grade: Any = None, colour_space: str = "linear Rec.709", task: str = "comp", folder: str = "vfx",
                if_exists: str = "resume", mezzanine: str = "none", audio: Any = None, st_map: bool = True,
                workflow_sidecar: bool = False, rights: str = "") -> io.NodeOutput:
        from ..media.xmp import Rights
        from . import answers
        from .graph import graph_text

        vfx = answers.load_vfx()
        shot, remarks = answers.timed_shot(shot, clip)
        audio = answers.sound_of(clip) if audio is None and mezzanine != "none" else audio
        order = vfx.VfxOrder(shot, task, folder, colour_space, if_exists, vfx.name_layers(sockets.grown(layers), layer_names),
                             track, grade, mezzanine, audio, st_map, graph_text(cls.hidden) if workflow_sidecar else "",
                             Rights.parse(rights))
        delivered = vfx.export_package(clip, order)
        answers.remember_files("RaccordVFXExport", folder, delivered.files)
        delivered.findings += remarks
        report = answers.vfx_report(order, delivered)
        return io.NodeOutput("\n".join(delivered.files), answers.frames_picture(delivered.shown, shot), report.to_json())


class RaccordPublishCheck(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .channel_cards import channel_cards
        from .channels import channel_names

        return io.Schema(
            node_id="RaccordPublishCheck", display_name="Publish Check", category="raccord/delivery", is_output_node=True,
            description="Reads every delivered file back, ours or not, and says what is wrong: shape, weight, coding, colours, "
                        "loudness, captions, flashes, banding, alternative text, rights, signatures, names, gaps, checksums, "
                        "differences between channels, leaked prompts. Writes nothing.",
            search_aliases=["qc", "quality control", "verify files", "delivery checklist", "metadata leak", "checksum",
                            "media info", "livraison", "contrôle qualité"],
            inputs=[
                io.String.Input("folder", default=".", tooltip=(
                    "Folder under the output folder, such as `delivery`; `.` for all of it. Empty: only what is wired to "
                    "files.")),
                sockets.growing("files", io.String, "files", tooltip=(
                    "`files` of the nodes that write: checked too, after they are written. None wired: only the folder.")),
                io.MultiType.Input("source", types=[io.Image, io.Video], optional=True, tooltip=(
                    "Clip the files were made from: then colours are compared, film and frames. Unwired: they are not.")),
                sockets.Kit.Input("kit", optional=True, tooltip=(
                    "Brand kit: the contrast of its texts and the place of its logo are measured on the files. Unwired: they are "
                    "not.")),
                io.String.Input("channels", default="", optional=True, extra_dict=channel_cards(), tooltip=(
                    "Channels that must be there, with commas, such as `web_hero, youtube_16x9`. Empty: any whose name a path "
                    f"carries. There are {', '.join(channel_names())}.")),
            ],
            outputs=[
                io.String.Output(display_name="verdict", tooltip="pass, warn, refused, fail or not tested."),
                sockets.report(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, folder: Any = None, **_: Any) -> str:
        from ..media.memory import generation, library_state

        return f"{generation('RaccordPublishCheck', folder)} {library_state('channels')} {library_state('certificates')}"

    @classmethod
    def execute(cls, folder: str, files: dict | None = None, source: Any = None, kit: Any = None,
                channels: str = "") -> io.NodeOutput:
        from ..wires.check import wired_or_none
        from ..wires.kit import Kit
        from . import answers
        from .check import check_files

        answers.remember_checked(folder, sockets.grown(files))
        checklist = check_files(folder, sockets.grown(files), channels, source, wired_or_none(kit, Kit, "kit"))
        report = answers.check_report(folder, channels, checklist)
        return io.NodeOutput(report.verdict, report.to_json())


class RaccordSaveReport(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordSaveReport", display_name="Save Report", category="raccord/delivery", is_output_node=True,
            description="Merges reports, the worst verdict wins, and saves them as one HTML page with its pictures inside, "
                        "as JSON and as a table.",
            search_aliases=["html report", "qc report", "contact sheet", "save text", "csv", "json", "supervisor"],
            inputs=[
                sockets.growing("reports", io.String, "report", most=32, tooltip=(
                    "Reports of any nodes; they appear under their job. None wired: the verdict is not tested.")),
                sockets.growing("pictures", io.Image, "picture", most=32, tooltip=(
                    "Pictures that go with the reports: picture 0 belongs to report 0, and so on. None wired: a page without "
                    "pictures.")),
                io.String.Input("name", default="report", tooltip=(
                    "Name under the output folder without ending, such as `reports/SH010`; sub-folders with /.")),
                sockets.if_exists("replace"),
            ],
            outputs=[sockets.files(), sockets.report(), io.Image.Output(display_name="picture", tooltip=(
                "The report as a card: the verdict, a line for each job, the pictures. The node shows it too."))],
        )

    @classmethod
    def fingerprint_inputs(cls, name: Any = None, **_: Any) -> int:
        from ..media.memory import generation

        return generation("RaccordSaveReport", name)

    @classmethod
    def execute(cls, name: str, reports: dict | None = None, pictures: dict | None = None,
                if_exists: str = "replace") -> io.NodeOutput:
        from .answers import remember_files, save_report

        files, report, card = save_report(name, reports or {}, pictures or {}, if_exists)
        remember_files("RaccordSaveReport", name, files)
        return io.NodeOutput("\n".join(files), report.to_json(), card, ui=ui.PreviewImage(card, cls=cls))
