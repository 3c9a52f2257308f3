"""Nodes of the continuity job."""

from __future__ import annotations

import json
from typing import Any

from comfy_api.v0_0_2 import io

from ..sockets import Shot, clip_template, growing, grown, read_clip, report

EDGES = ["continuous", "hard cut", "match cut", "dissolve", "overlap", "loop"]
GRIDS = ["none", "wan 4n+1", "ltx 8n+1", "h3 17k+5"]
DEFECTS = ["exposure", "flash", "temperature", "saturation", "contrast", "blur", "grain", "duplicate", "freeze", "echo",
           "dropped", "speed", "reverse", "shift", "zoom", "local colour", "local warp", "hard cut", "black frame",
           "garbage frame", "frozen tail", "drift", "light gradient", "hidden cut", "keyframe offset"]
_UNWIRED = object()  # what a gate's `fallback` is where nothing is wired; None may be a value


def _edge(which: str, neighbour: str) -> io.Combo.Input:
    return io.Combo.Input(f"{which}_edge", options=EDGES, default="continuous", tooltip=(
        f"How the clip meets the {neighbour}. continuous: as one motion. overlap: frames are there twice. loop: without a "
        "neighbour, its end meets its own head. hard cut, match cut, dissolve: by intent, not scored, never repaired."))


class ContinuityGuard(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .profile import profile_names

        template = clip_template()
        return io.Schema(
            node_id="RaccordContinuityGuard", display_name="Guard Continuity", category="raccord/continuity",
            description="Compares a clip with its first and last keyframe and with its neighbours, follows drift inside it, and "
                        "says where, how much and what to do.",
            search_aliases=["continuity check", "qc", "quality control", "seam", "first last frame", "flf", "color drift",
                            "flicker", "duplicate frames", "compare clips", "video qc", "faux raccord", "contrôle qualité"],
            inputs=[
                io.MatchType.Input("clip", template=template, tooltip=(
                    "Clip to judge, IMAGE or VIDEO; it is passed on unchanged. A VIDEO is read block by block.")),
                io.Image.Input("first_frame", optional=True, tooltip=(
                    "Keyframe that the clip should begin on; of a batch the first picture. Unwired: the beginning is not "
                    "compared.")),
                io.Image.Input("last_frame", optional=True, tooltip=(
                    "Keyframe that the clip should end on; of a batch the last picture. Unwired: the end is not compared.")),
                read_clip("previous_clip", optional=True, tooltip=(
                    "Clip that comes before; its last 25 frames are looked at. Unwired: that join is not looked at.")),
                read_clip("next_clip", optional=True, tooltip=(
                    "Clip that comes after; its first 25 frames are looked at. Unwired: that join is not looked at.")),
                io.Mask.Input("watch_mask", optional=True, tooltip=(
                    "White on frame 0 where something must keep its look; each separate part, 8 at most, is followed through the "
                    "clip. Unwired: only watch_zones are.")),
                io.String.Input("watch_zones", multiline=True, default="", optional=True,
                                placeholder="watch_zones\ndoor handle: 0.4 0.5 0.1 0.08", tooltip=(
                    "What must keep its look, one a line: `door handle: 0.4 0.5 0.1 0.08` is x y w h in fractions of frame 0. "
                    "Empty: only what watch_mask marks is followed.")),
                _edge("previous", "previous clip"),
                _edge("next", "next clip"),
                io.Int.Input("overlap_frames", default=0, min=0, max=240, tooltip=(
                    "Number of frames that both clips hold, where an edge is `overlap`. A larger one leaves out more frames at "
                    "the head of the second clip.")),
                io.Combo.Input("latent_grid", options=GRIDS, default="none", tooltip=(
                    "How the model groups frames: wan 4n+1, ltx 8n+1 or h3 17k+5. The report then says whether a defect lies on "
                    "the edge of a group and how many frames to drop; none leaves that out.")),
                io.Combo.Input("profile", options=profile_names(), default="broadcast", tooltip=(
                    "How strict. draft has the widest limits, broadcast the usual ones, vfx the narrowest; a studio's own come "
                    "from raccord/profiles/*.json.")),
                Shot.Input("shot", optional=True, tooltip=(
                    "Names the shot in the report; its rate wins over a film's. Unwired: the film's own rate.")),
            ],
            outputs=[
                io.MatchType.Output(template, "clip", display_name="clip", tooltip="The clip, unchanged."),
                io.Boolean.Output("passed", display_name="passed", tooltip=(
                    "False where the verdict is fail or refused; pass, warn and not tested are true.")),
                io.Mask.Output("drift_mask", display_name="drift_mask", tooltip=(
                    "One mask: where keyframe, join or marked region differ.")),
                io.Image.Output("evidence", display_name="evidence", tooltip="One picture: what was compared, where it differs."),
                report("report"),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: Any) -> str:
        from ..media.memory import library_state

        return library_state("profiles")

    @classmethod
    def execute(cls, clip: Any, first_frame: Any = None, last_frame: Any = None, previous_clip: Any = None, next_clip: Any = None,
                watch_mask: Any = None, watch_zones: str = "", previous_edge: str = "continuous", next_edge: str = "continuous",
                overlap_frames: int = 0, latent_grid: str = "none", profile: str = "broadcast",
                shot: Any = None) -> io.NodeOutput:
        from .gate import passes
        from .guard import Question, guard

        question = Question(first_frame, last_frame, previous_clip, next_clip, watch_mask, watch_zones, previous_edge, next_edge,
                            overlap_frames, latent_grid, profile, shot)
        answer = guard(clip, question)
        return io.NodeOutput(clip, passes(answer.report.verdict), answer.mask, answer.evidence, answer.report.to_json())


class Gate(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordGate", display_name="Gate on Reports", category="raccord/continuity",
            description="Lets a value through only while the reports allow it; otherwise blocks what is behind it, stops the "
                        "run, or lets a fallback through.",
            search_aliases=["quality gate", "block", "stop workflow", "if else", "switch", "conditional", "fallback", "bypass"],
            has_intermediate_output=True,
            inputs=[
                io.AnyType.Input("value", tooltip="What goes through: images, a video, a track, anything."),
                growing("reports", io.String, "report", tooltip=(
                    "Reports that decide; the worst verdict counts. None wired: the gate is open, and says that nothing was "
                    "judged.")),
                io.Combo.Input("on_fail", options=["block", "stop", "fallback"], default="block", tooltip=(
                    "block: nodes behind the gate do not run, the rest of the graph does. stop: the whole run ends with the "
                    "sentence as an error. fallback: the fallback goes on in the value's place; only then it is computed.")),
                io.Combo.Input("fail_on", options=["fail or refused", "fail", "warn or worse"], default="fail or refused",
                               tooltip=(
                    "Which verdicts shut the gate. fail or refused: either. fail: only that. warn or worse: warn, refused and "
                    "fail. `not tested` never does.")),
                io.AnyType.Input("fallback", optional=True, lazy=True, tooltip=(
                    "What goes through instead with on_fail `fallback`; computed only when it is needed. Unwired: the gate "
                    "blocks.")),
            ],
            outputs=[
                io.AnyType.Output("value", display_name="value", tooltip="The value, or the fallback; nothing while it blocks."),
                report("report"),
            ],
        )

    @classmethod
    def check_lazy_status(cls, value: Any, on_fail: str, fail_on: str, reports: dict | None = None,
                          fallback: Any = _UNWIRED) -> list[str]:
        if on_fail != "fallback" or fallback is not None:  # None: wired, not computed yet
            return []
        texts = {name: slot[0] if isinstance(slot, tuple) else slot for name, slot in (reports or {}).items()}
        return [] if _passage(texts, fail_on, on_fail).open else ["fallback"]

    @classmethod
    def execute(cls, value: Any, on_fail: str, fail_on: str, reports: dict | None = None,
                fallback: Any = _UNWIRED) -> io.NodeOutput:
        from .. import runtime

        passage = _passage(reports, fail_on, on_fail, fallback is not _UNWIRED)
        report, shown = passage.report.to_json(), {"text": (passage.sentence,)}
        if passage.open:
            return io.NodeOutput(value, report, ui=shown)
        if on_fail == "stop":
            raise ValueError(passage.sentence)
        if on_fail == "fallback" and fallback is not _UNWIRED:
            return io.NodeOutput(fallback, report, ui=shown)
        return io.NodeOutput(runtime.blocker(passage.sentence), report, ui=shown)


def _passage(reports: dict | None, fail_on: str, on_fail: str, has_fallback: bool = True) -> Any:
    from ..wires.report import parse_reports
    from .gate import decide

    return decide(parse_reports(grown(reports)), fail_on, on_fail, has_fallback=has_fallback)


class RepairSeam(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        from .profile import profile_names

        return io.Schema(
            node_id="RaccordRepairSeam", display_name="Repair Seam", category="raccord/continuity",
            description="Repairs a clip where it meets its neighbours or keyframes, step by step, and keeps only what Guard "
                        "Continuity then finds better.",
            search_aliases=["fix join", "stitch clips", "crossfade", "match cut", "colour ramp", "color drift fix", "deflicker",
                            "remove duplicate frames", "blend clips", "morph cut", "réparer le raccord"],
            inputs=[
                io.Image.Input("images", tooltip=(
                    "Clip to repair. Only its frames near a join change; its neighbours stay as they are.")),
                read_clip("previous_clip", optional=True, tooltip=(
                    "Clip that comes before; the head of the images is repaired towards it. Unwired: towards first_frame, if "
                    "that is wired.")),
                read_clip("next_clip", optional=True, tooltip=(
                    "Clip that comes after; the tail of the images is repaired towards it. Unwired: towards last_frame, if that "
                    "is wired.")),
                io.Image.Input("first_frame", optional=True, tooltip=(
                    "Keyframe that the clip should begin on; of a batch the first picture. Unwired: no keyframe is compared.")),
                io.Image.Input("last_frame", optional=True, tooltip=(
                    "Keyframe that the clip should end on; of a batch the last picture. Unwired: no keyframe is compared.")),
                _edge("previous", "previous clip"),
                _edge("next", "next clip"),
                io.Int.Input("overlap_frames", default=0, min=0, max=240, tooltip=(
                    "Number of frames that both clips hold, where an edge is `overlap`; they are left as they are. A larger one "
                    "moves the join further in.")),
                io.Boolean.Input("drop_repeats", default=True, tooltip=(
                    "Leave out repeated frames of this clip, as many as the guard counts.")),
                io.Boolean.Input("ramp_colour", default=True, tooltip=(
                    "Bring light and colour to the other side's at the join and fade that out; even out a flash.")),
                io.Boolean.Input("crossfade", default=True, tooltip=(
                    "Put missing frames in, take a jump of the picture back, carry shape and look over the join, along the "
                    "flow.")),
                io.Boolean.Input("match_detail", default=True, tooltip=(
                    "Sharpen or soften, add grain or average it away, as the other side has it, and fade that out.")),
                io.Int.Input("reach", default=12, min=1, max=240, tooltip=(
                    "Number of frames from the join over which a repair fades out. More frames make it gentler and change more "
                    "of the clip; all others stay as they are, bit for bit.")),
                io.Combo.Input("profile", options=profile_names(), default="broadcast", tooltip=(
                    "What counts as wrong. draft has the widest limits, broadcast the usual ones, vfx the narrowest; a studio's "
                    "own come from raccord/profiles/*.json.")),
                io.Int.Input("grain_seed", default=0, min=0, max=2**31 - 1, tooltip=(
                    "Number that grain is drawn from; a larger one is other grain of the same strength, over the same frames.")),
            ],
            outputs=[
                io.Image.Output("images", display_name="images", tooltip=(
                    "The clip, repaired where that made it better, else unchanged; its length changes where frames were dropped "
                    "or put in.")),
                io.Image.Output("evidence", display_name="evidence", tooltip="One picture: each join before and after."),
                report("report"),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, **_: Any) -> str:
        from ..media.memory import library_state

        return library_state("profiles")

    @classmethod
    def execute(cls, images: Any, previous_clip: Any = None, next_clip: Any = None, first_frame: Any = None,
                last_frame: Any = None, previous_edge: str = "continuous", next_edge: str = "continuous", overlap_frames: int = 0,
                drop_repeats: bool = True, ramp_colour: bool = True, crossfade: bool = True, match_detail: bool = True,
                reach: int = 12, profile: str = "broadcast", grain_seed: int = 0) -> io.NodeOutput:
        from .repair.clip import Wish, repair

        asked = {"drop": drop_repeats, "colour": ramp_colour, "crossfade": crossfade, "detail": match_detail}
        repairs = tuple(name for name, wanted in asked.items() if wanted)
        done = repair(images, Wish(previous_clip, next_clip, first_frame, last_frame, previous_edge, next_edge, overlap_frames,
                                   repairs, reach, profile, grain_seed))
        return io.NodeOutput(done.images, done.evidence, done.report.to_json())


class Retime(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordRetime", display_name="Retime", category="raccord/continuity",
            description="Plays a clip slower, faster or to a given length, with frames made along the motion; meets the speed of "
                        "its neighbours.",
            search_aliases=["frame interpolation", "slow motion", "speed ramp", "time remap", "optical flow", "rife",
                            "change fps", "time stretch", "ralenti", "vitesse"],
            inputs=[
                io.Image.Input("images", tooltip="Clip to retime. Frames that a new time falls on are passed on bit for bit."),
                io.Float.Input("speed", default=0.5, min=0.05, max=20.0, step=0.05, tooltip=(
                    "Source frames for each new frame: 0.5 is half as fast and makes twice as many frames. A larger value plays "
                    "faster. A curve takes its place.")),
                io.String.Input("curve", multiline=True, default="", placeholder="curve\n0 1\n24 0.25\n48 1", tooltip=(
                    "Speed over the clip, one key a line: `24 0.25` is source frame 24 at a quarter. Between keys it runs "
                    "straight. Empty: `speed` throughout.")),
                io.Int.Input("length", default=0, min=0, max=10000, tooltip=(
                    "Number of new frames, from the first source frame to the last; speed or curve are then only in proportion. "
                    "A larger one plays slower. 0: as many as the speed gives.")),
                read_clip("previous_clip", optional=True, tooltip=(
                    "Clip that comes before: the head of the images is led in from its speed. Unwired: the head keeps its own.")),
                read_clip("next_clip", optional=True, tooltip=(
                    "Clip that comes after: the tail of the images is led over to its speed. Unwired: the tail keeps its own.")),
                io.Int.Input("ease", default=8, min=1, max=240, tooltip=(
                    "Source frames over which the speed goes from a neighbour's to the clip's own. A larger one is gentler.")),
                io.Combo.Input("repeats", options=["keep", "drop"], default="keep", tooltip=(
                    "What becomes of source frames that repeat the one before. keep: they stay, and are reported. drop: left out "
                    "before frames are made, for clips brought to a higher rate.")),
            ],
            outputs=[
                io.Image.Output("images", display_name="images", tooltip="The retimed clip."),
                report("report"),
            ],
        )

    @classmethod
    def execute(cls, images: Any, speed: float, curve: str = "", length: int = 0, previous_clip: Any = None,
                next_clip: Any = None, ease: int = 8, repeats: str = "keep") -> io.NodeOutput:
        from .retime.frames import Request, retime

        out, answer = retime(images, Request(speed, curve, length, previous_clip, next_clip, ease, repeats))
        return io.NodeOutput(out, answer.to_json())


class InjectDefect(io.ComfyNode):
    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="RaccordInjectDefect", display_name="Inject Defect", category="raccord/continuity",
            description="Puts a known defect into a clip, to see what a continuity check makes of it. `truth` says what was "
                        "done and where the join lies.",
            search_aliases=["self-test", "test pattern", "simulate error", "degrade video", "flash frame", "dropped frames"],
            inputs=[
                io.Image.Input("images", tooltip="Clip without the defect, at least 2 frames."),
                io.Combo.Input("defect", options=DEFECTS, default="exposure", tooltip=(
                    "What goes wrong at the join, such as exposure (brighter from there on), freeze (a frame stands), echo "
                    "(frames play again), local warp (a square bends) or hard cut. drift goes through the whole clip, frozen "
                    "tail lies at its end, keyframe offset at its head.")),
                io.Float.Input("severity", default=1.0, min=0.05, max=20.0, step=0.05, tooltip=(
                    "How many times the usual amount: 1 is exposure 2 %, saturation 15 %, contrast 10 %, a shift of 2 px, 4 "
                    "frozen frames and so on. A larger value is worse in proportion.")),
                io.Int.Input("join", default=0, min=0, max=100000, tooltip=(
                    "Number of the first frame behind the join; 0 is the middle. A larger value moves the defect later.")),
                io.String.Input("placement", default="", optional=True, tooltip=(
                    "Where a defect of light, detail or place lies: `0.4 0.5 0.1 0.08` is x y w h in fractions of the frame. "
                    "Empty: everywhere, the two local ones in a square of 48 px in the middle.")),
            ],
            outputs=[
                io.Image.Output("images", display_name="images", tooltip="Clip with the defect; its length may change."),
                io.String.Output("truth", display_name="truth", tooltip="Defect, amount, join, frames and place, as JSON."),
            ],
        )

    @classmethod
    def execute(cls, images: Any, defect: str, severity: float, join: int, placement: str = "") -> io.NodeOutput:
        import torch

        from ..image.layout import check_image
        from .defects.inject import split_and_inject, truth_of

        middle = max(1, len(check_image(images)) // 2)
        injected = split_and_inject(images, join or middle, defect, severity, placement=placement)
        return io.NodeOutput(torch.cat((injected.before, injected.after)), json.dumps(truth_of(injected, defect, severity)))


NODES = [ContinuityGuard, Gate, RepairSeam, Retime, InjectDefect]
