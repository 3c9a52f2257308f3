"""Nodes of the brand job: write the kit, keep it, score pictures against it, choose the best with reasons."""

from __future__ import annotations

from typing import Any

from comfy_api.v0_0_2 import io

from .. import sockets

_PALETTE = "#E63C28 primary 40%\n#FFFFFF secondary\n#14143C accent"
_WEIGHTS = ("How much each score counts, such as `brand_fit=2, legibility=1`: brand_fit, legibility, originality, continuity. "
            "A larger number counts more, 0 leaves it out. Empty:")


def _card() -> Any:
    """Socket that gives a picture of the kit."""
    return io.Image.Output(display_name="card", tooltip="A picture of all that the kit holds, for Preview Image or Save Report.")


class RaccordBrandKit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordBrandKit", display_name="Brand Kit", category="raccord/brand",
            description="Writes down what a picture of the brand must look like: colours, look, places for text, what to avoid.",
            search_aliases=["brand guidelines", "brand colors", "color palette", "style guide", "safe zones", "moodboard",
                            "charte graphique"],
            inputs=[
                io.String.Input("palette", default=_PALETTE, multiline=True, tooltip=(
                    "Colours as `#E63C28 primary 40% ~5`: role, share of the picture and tolerance may be left out. A larger "
                    "tolerance (~, in ΔE2000) accepts colours farther away; 5 without one.")),
                io.String.Input("banned", default="", multiline=True, optional=True, placeholder="banned\n#00A0FF ~8", tooltip=(
                    "Colours that must not appear, as `#00A0FF ~8`. A larger tolerance (in ΔE2000) bans more. Empty: none.")),
                io.Image.Input("references", optional=True, tooltip=(
                    "Pictures of the wanted look; their order does not matter. Unwired: the look is not tested.")),
                io.Image.Input("counter_examples", optional=True, tooltip=(
                    "Pictures of what to avoid, in any order: a picture near them has the wrong look, and repeating one "
                    "is a duplicate. Unwired: none.")),
                io.String.Input("text_zones", default="", multiline=True, optional=True,
                                placeholder="text_zones\nheadline: 0.05 0.7 0.6 0.2 #FFFFFF 48px", tooltip=(
                    "Where text will stand, one a line: `headline: 0.05 0.7 0.6 0.2 #FFFFFF 48px` is x y w h in fractions of the "
                    "frame, then, if known, its colour and height in px at 1080 lines (from 24 px on less contrast is needed). "
                    "Empty: not tested.")),
                io.String.Input("brief", default="", multiline=True, optional=True,
                                placeholder="brief\naudience: cyclists\nmessage: slow is fine\navoid: crowds", tooltip=(
                    "The brief in words, or in lines `audience: …`, `message: …` and `avoid: …`; kept with the kit and shown, "
                    "not measured. Empty: none.")),
                io.String.Input("weights", default="", optional=True, tooltip=(
                    f"{_WEIGHTS} 2, 1, 1, 1. Names of parts, such as `palette=5, look=0`, weigh them in the brand fit.")),
                io.String.Input("gates", default="", optional=True, tooltip=(
                    "Parts that hold the brand fit down when they miss their limit, such as `banned, logo`; `none` for no part. "
                    "Empty: banned, logo, zones.")),
                io.String.Input("fonts", default="", multiline=True, optional=True, placeholder="fonts\nheadline: Inter 700",
                                tooltip=("Fonts, one a line: `headline: Inter 700`; kept with the kit and shown, not measured. "
                                         "Empty: none.")),
                io.String.Input("rights", default="", multiline=True, optional=True,
                                placeholder="rights\ncreator: Atelier\nexpires: 2027-12-31", tooltip=(
                    "Notes of rights in lines `key: value`: creator, credit, licence, releases, expires, alt, "
                    "digital_source_type, sign_off. Kept with the kit and shown. Empty: none.")),
                sockets.Kit.Input("start", optional=True, tooltip=(
                    "Kit to start from, such as one that Load Brand Kit read from design tokens: what is empty or unwired here "
                    "comes from it, its logos always. Unwired: from nothing.")),
                io.ClipVision.Input("clip_vision", optional=True, tooltip=(
                    "Vision model that is shown the pictures, for the part `style` of Brand Score; wire the same model there. "
                    "Unwired: style is not tested.")),
                io.Image.Input("background", optional=True, tooltip=(
                    "Eight or more pictures that are not of the brand, against which `clip_vision` measures likeness. Unwired: "
                    "the counter-examples alone.")),
            ],
            outputs=[
                sockets.Kit.Output(display_name="kit", tooltip="The kit, for Add Logo, Save Brand Kit and Brand Score."),
                sockets.report(), _card(),
            ],
        )

    @classmethod
    def execute(cls, palette: str, banned: str = "", references: Any = None, counter_examples: Any = None, text_zones: str = "",
                brief: str = "", weights: str = "", gates: str = "", fonts: str = "", rights: str = "", start: Any = None,
                clip_vision: Any = None, background: Any = None) -> io.NodeOutput:
        from .answers import kit_report
        from .build import build_kit
        from .card import kit_card
        from .encoder import encoder_of

        kit = build_kit(palette, banned, references, counter_examples, text_zones, brief, weights, gates=gates, fonts=fonts,
                        rights=rights, start=start, encoder=encoder_of(clip_vision), background=background)
        return io.NodeOutput(kit, kit_report("RaccordBrandKit", kit).to_json(), kit_card(kit))


class RaccordAddLogo(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordAddLogo", display_name="Add Logo", category="raccord/brand",
            description="Adds one variant of the logo and the rules for its use. Without a logo the kit passes unchanged.",
            search_aliases=["brand mark", "wordmark", "clear space", "logo rules", "watermark check"],
            inputs=[
                sockets.Kit.Input("kit", tooltip="Kit to add to; it is not changed itself."),
                io.Image.Input("logo", optional=True, tooltip=(
                    "The mark, one picture, as large as it is delivered. Unwired: the kit passes unchanged.")),
                io.Mask.Input("logo_mask", optional=True, tooltip=(
                    "Mask beside the logo as Load Image gives it: white is transparent. Unwired: the logo's own alpha.")),
                io.String.Input("variant", default="primary", optional=True, tooltip=(
                    "Name of the variant, such as `primary`, `light`, `dark` or `mono`; the same name on the same grounds takes "
                    "the earlier one's place. Empty: primary.")),
                io.Float.Input("clear_space", default=0.25, min=0.0, max=2.0, step=0.05, optional=True, tooltip=(
                    "Free room around the mark as a share of its height; larger asks for more, 0 for none.")),
                io.Float.Input("min_width", default=0.0, min=0.0, max=4096.0, step=1.0, optional=True, tooltip=(
                    "Least width of the mark in pixels at 1080 lines; larger refuses smaller marks, 0 sets no limit.")),
                io.Combo.Input("backgrounds", options=["any", "light", "dark"], default="any", optional=True, tooltip=(
                    "Grounds that this variant may stand on. any: no rule. light, dark: grounds of such lightness only.")),
            ],
            outputs=[sockets.Kit.Output(display_name="kit", tooltip="A new kit with the logo."), sockets.report(), _card()],
        )

    @classmethod
    def execute(cls, kit: Any, logo: Any = None, logo_mask: Any = None, variant: str = "primary", clear_space: float = 0.25,
                min_width: float = 0.0, backgrounds: str = "any") -> io.NodeOutput:
        from .answers import kit_report
        from .build import add_logo
        from .card import kit_card

        grown = add_logo(kit, logo, logo_mask, variant, clear_space, min_width, backgrounds)
        said = "No logo is wired: the kit passes unchanged." if logo is None else f"The logo {variant} is added."
        return io.NodeOutput(grown, kit_report("RaccordAddLogo", grown, said).to_json(), kit_card(grown))


class RaccordSaveBrandKit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordSaveBrandKit", display_name="Save Brand Kit", category="raccord/brand", is_output_node=True,
            description="Writes the kit as one .safetensors file with a seal, for the studio's kits folder, and says what "
                        "changed since the version before.",
            search_aliases=["export kit", "export brand guidelines", "store palette"],
            inputs=[
                sockets.Kit.Input("kit", tooltip="Kit to write, with its logos and samples of its pictures."),
                io.String.Input("name", default="kits/brand", tooltip=(
                    "Name under the output folder without ending, such as `kits/brand`; sub-folders with /.")),
                sockets.if_exists(optional=False),
            ],
            outputs=[sockets.files(), sockets.report(), _card()],
        )

    @classmethod
    def fingerprint_inputs(cls, name: Any = None, **_: Any) -> int:
        from ..media.memory import generation

        return generation("RaccordSaveBrandKit", name)

    @classmethod
    def execute(cls, kit: Any, name: str, if_exists: str) -> io.NodeOutput:
        from ..media.paths import relative_to_output
        from .answers import kit_report
        from .card import kit_card
        from .kit_file import save_kit

        saved = save_kit(kit, name, if_exists)
        files = [relative_to_output(path) for path in saved.placed.paths]
        report = kit_report("RaccordSaveBrandKit", kit, saved.placed.sentence, files[0], before=saved.before,
                            changed=saved.changed)
        return io.NodeOutput("\n".join(files), report.to_json(), kit_card(kit))


class RaccordLoadBrandKit(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .kit_names import kit_names

        return io.Schema(
            node_id="RaccordLoadBrandKit", display_name="Load Brand Kit", category="raccord/brand",
            description="Reads a kit by name from the studio's kits folders or input/raccord/kits: one of Save Brand Kit, JSON, "
                        "or W3C design tokens. A changed file is refused.",
            search_aliases=["import kit", "brand guidelines", "brand library", "design tokens", "figma tokens", "tokens.json"],
            inputs=[
                io.Combo.Input("name", options=kit_names(), tooltip=(
                    "Kit of the studio's raccord/kits folders or of input/raccord/kits: a file of Save Brand Kit, a .json or a "
                    ".tokens.json. A name such as `brand` that is not in the menu yet works too.")),
                io.String.Input("since", default="", optional=True, tooltip=(
                    "Name of an earlier kit of the same folders, such as `brand_v003`: the report says what changed since. "
                    "Empty: nothing is compared.")),
            ],
            outputs=[
                sockets.Kit.Output(display_name="kit", tooltip="The kit, for Brand Kit, Add Logo and Brand Score."),
                sockets.report(), _card(),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, name: Any = None, since: Any = "", **_: Any) -> str:
        from ..media.memory import reading_state
        from .kit_names import find_kit

        return " ".join(reading_state("RaccordLoadBrandKit", one, find_kit) for one in (name, since) if one)

    @classmethod
    def validate_inputs(cls, name: str | None = None, since: str | None = None) -> bool | str:
        from .kit_names import refusal

        return (name is not None and refusal(name)) or (bool(since) and refusal(since, "since")) or True

    @classmethod
    def execute(cls, name: str, since: str = "") -> io.NodeOutput:
        from .answers import kit_report
        from .card import kit_card
        from .kit_file import load_kit

        loaded = load_kit(name, since)
        report = kit_report("RaccordLoadBrandKit", loaded.kit, loaded.said, remarks=loaded.remarks, before=since,
                            changed=loaded.changed)
        return io.NodeOutput(loaded.kit, report.to_json(), kit_card(loaded.kit))


class RaccordBrandScore(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordBrandScore", display_name="Brand Score", category="raccord/brand",
            description="Scores pictures against a kit in named parts, each with a number, a place and a sentence; every picture "
                        "for itself. It measures the kit's rules, not taste.",
            search_aliases=["brand check", "brand fit", "brand compliance", "legibility", "contrast check", "find duplicates",
                            "rate images", "qc", "charte graphique"],
            inputs=[
                sockets.read_clip("clip", tooltip="Takes as a batch of pictures, or one clip as VIDEO."),
                sockets.Kit.Input("kit", tooltip="Kit to measure against."),
                sockets.growing("reports", io.String, "report", tooltip=(
                    "Reports of Guard Continuity. As many as pictures: one each, in order; else all are about every picture. "
                    "None wired: continuity is not tested.")),
                io.Image.Input("previous", optional=True, tooltip=(
                    "Earlier pictures that must not be repeated. Unwired: only the kit's pictures and the batch itself "
                    "are compared.")),
                io.ClipVision.Input("clip_vision", optional=True, tooltip=(
                    "Vision model that also saw the kit's references in Brand Kit: adds the part `style`. Another model is "
                    "refused in the report. Unwired: style is not tested.")),
                io.Combo.Input("mode", options=["advisory", "strict"], default="advisory", optional=True, tooltip=(
                    "advisory: what misses its limit warns. strict: it fails. Scores are the same.")),
                io.String.Input("parts", default="", optional=True, tooltip=(
                    "Parts to test with commas, such as `palette, zones`: palette, coverage, banned, logo, look, style, zones, "
                    "clutter, duplicates, continuity. Empty: all.")),
                io.Combo.Input("batch", options=["takes", "one clip"], default="takes", optional=True, tooltip=(
                    "What an IMAGE batch is. takes: pictures to choose from. one clip: the frames of a clip, of which 16 are "
                    "sampled.")),
                io.String.Input("channel", default="", optional=True, tooltip=(
                    "Channel whose text zones count beside those that name none, such as `youtube_16x9`. Empty: all zones.")),
            ],
            outputs=[
                sockets.Scores.Output(display_name="scores", tooltip="Scores of every picture, for Shortlist."),
                io.Image.Output(display_name="evidence", tooltip=(
                    "A sheet a picture, of a clip its worst frames: what was measured, and where.")),
                sockets.report(),
                io.Image.Output(display_name="contact_sheet", tooltip="One sheet of the whole batch, with what each one misses."),
            ],
        )

    @classmethod
    def execute(cls, clip: Any, kit: Any, reports: dict | None = None, previous: Any = None, clip_vision: Any = None,
                mode: str = "advisory", parts: str = "", batch: str = "takes", channel: str = "") -> io.NodeOutput:
        from .run import score_node

        return io.NodeOutput(*score_node(clip, kit, sockets.grown(reports), previous, mode=mode, parts=parts, batch=batch,
                                         clip_vision=clip_vision, channel=channel))


class RaccordShortlist(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordShortlist", display_name="Shortlist", category="raccord/brand",
            description="Chooses the best takes or clips and argues: why the first is before the second, and where they tie. "
                        "Latents, masks and clips of the chosen come along.",
            search_aliases=["pick best", "best frame", "best image", "rank images", "select images", "choose take",
                            "image from batch", "meilleure image", "choix des prises"],
            inputs=[
                io.Image.Input("images", optional=True, tooltip=(
                    "The batch that was scored, or one picture a clip. Unwired: the worst frame of each of the wired clips, if"
                    " the scores are those of clips.")),
                sockets.Scores.Input("scores", tooltip="Scores of that batch, or of the first of several clips."),
                io.Int.Input("count", default=2, min=1, max=4096, tooltip="Number of takes to choose; a larger one keeps more."),
                io.String.Input("weights", default="", optional=True, tooltip=f"{_WEIGHTS} the kit's."),
                io.Latent.Input("latents", optional=True, tooltip=(
                    "Latents of the batch, one a picture: those of the chosen come out. Unwired: no latents come out.")),
                io.Mask.Input("masks", optional=True, tooltip=(
                    "Masks of the batch, one a picture: those of the chosen come out. Unwired: no masks come out.")),
                io.Combo.Input("repeats", options=["leave out", "last", "keep"], default="leave out", optional=True, tooltip=(
                    "Near-duplicates of a better picture. leave out: never chosen, even if fewer come out. last: only when "
                    "nothing else is left. keep: chosen as any other.")),
                io.String.Input("names", default="", multiline=True, optional=True, placeholder="names\nseed 8812\nseed 8813",
                                tooltip=("Seed or file name of each picture, such as `seed 8812`, one a line in the order of the "
                                         "batch; those of the chosen come out. Empty: numbers alone.")),
                sockets.growing("clips", io.Video, "clip", tooltip=(
                    "Clips, one a picture in the order of the batch: those of the first three chosen come out. None wired: no "
                    "clips come out.")),
                sockets.growing("more_scores", sockets.Scores, "scores", tooltip=(
                    "Scores of the second clip and the next ones, one Brand Score a clip, in the order of clips: each is then one"
                    " take. None wired: the batch of scores is chosen among.")),
            ],
            outputs=[
                io.Image.Output(display_name="images", tooltip="The chosen, best first; of clips a frame each."),
                io.String.Output(display_name="indices", tooltip="Their numbers in the batch from 0, best first, as `3, 0`."),
                io.String.Output(display_name="argument", tooltip="Why they were chosen, in sentences."),
                io.Latent.Output(display_name="latents", tooltip="Latents of the chosen, where latents are wired."),
                io.Mask.Output(display_name="masks", tooltip="Masks of the chosen, where masks are wired."),
                sockets.report(),
                io.Image.Output(display_name="contact_sheet", tooltip="The whole batch in its order of rank, the chosen framed."),
                io.String.Output(display_name="names", tooltip="Seeds or file names of the chosen, best first, one a line."),
                io.Video.Output(display_name="first_clip", tooltip="Clip of the best, where clips are wired."),
                io.Video.Output(display_name="second_clip", tooltip="Clip of the second; nothing runs behind it without one."),
                io.Video.Output(display_name="third_clip", tooltip="Clip of the third; nothing runs behind it without one."),
            ],
        )

    @classmethod
    def execute(cls, scores: Any, count: int, images: Any = None, weights: str = "", latents: Any = None, masks: Any = None,
                repeats: str = "leave out", names: str = "", clips: dict | None = None,
                more_scores: dict | None = None) -> io.NodeOutput:
        from .run import shortlist_node

        given = shortlist_node(images, scores, count, weights, latents, masks, repeats=repeats, names=names,
                               clips=sockets.numbered(clips), more_scores=sockets.grown(more_scores))
        return io.NodeOutput(*given)
