"""Judging a join: what stands out there beside the clips' own motion, light and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..wires.report import Finding
from .features import LIGHT, Stack, features_at, patch_colour
from .pair import cell_grid
from .place import Place
from .profile import Limit, Profile
from .repeated import Repetition, find_repetition
from .window import Window

_LEAST_CONTEXT = 6  # places inside the clips that a join is compared with


@dataclass(frozen=True, slots=True)
class Standing:
    """A number taken at the join, and by how many of the clips' own spreads it lies above what is usual there."""

    value: float
    usual: float
    z: float


@dataclass(frozen=True, slots=True)
class Seam:
    """A judged join: findings, the numbers behind them, and the cell that stands out (row, column)."""

    place: Place
    window: Window
    findings: tuple[Finding, ...]
    standings: Mapping[str, Standing]
    repetition: Repetition


def measure(window: Window) -> tuple[dict[str, tuple[float, np.ndarray]], Stack, int]:
    """Take every number at the join and at every other place of `window`.

    Returns:
        By name the number at the join and those elsewhere; the pairs without repeats, and where the join is among them.
    """
    moving = window.moving()
    at = int(np.searchsorted(moving, window.seam))
    stack = Stack([window.pairs[i] for i in moving])
    numbers = _everywhere(stack, at)
    if window.repeats[window.seam] and at + 1 < stack.count:  # the light steps at the join, the motion with the next frame that is new
        later = _everywhere(Stack([window.pairs[i] for i in np.delete(moving, at)]), at)
        numbers |= {name: pair for name, pair in later.items() if name not in LIGHT}
    return numbers, stack, at


def _everywhere(stack: Stack, at: int) -> dict[str, tuple[float, np.ndarray]]:
    here = features_at(stack, at)
    usual = [features_at(stack, i, at) for i in range(stack.count) if i != at and min(map(len, stack.context(i, wall=at))) >= 2]
    return {name: (value, np.array([u[name] for u in usual] or [0.0])) for name, value in here.items()}


def stand(numbers: Mapping[str, tuple[float, np.ndarray]], floors: Mapping[str, float]) -> dict[str, Standing]:
    """Say by how many spreads each number at the join lies off what is usual; `floors` are the smallest spreads believed."""
    out = {}
    for name, (value, own) in numbers.items():
        middle = float(np.median(own))
        spread = 1.4826 * float(np.median(np.abs(own - middle))) + floors[name]
        out[name] = Standing(value, middle, abs(value - middle) / spread)
    return out


def floors_of(profile: Profile) -> dict[str, float]:
    """Smallest spreads in the units of the numbers themselves."""
    names = {"exposure": 100, "chroma": 1, "contrast": 100, "saturation": 100, "sharpness": 100, "grain": 1, "residual": 1, "position": 1,
             "step": 1, "velocity": 1, "direction": 1, "tile": 1, "valid": 1}
    keys = {"step": "seam.dropped", "tile": "seam.region", "valid": "seam.cut"}
    return {name: profile[keys.get(name, f"seam.{name}")].floor / factor for name, factor in names.items()}


def judge_seam(window: Window, place: Place, profile: Profile, size: tuple[int, int]) -> Seam:
    """Judge a join that ought to be continuous.

    Args:
        window: The frames round it.
        place: How its frames are counted.
        profile: Limits.
        size: Width and height of the clip's frames, for boxes.
    """
    repetition = find_repetition(window, profile["seam.repeat"])
    findings = list(_repeats(repetition, place, window, profile))
    count = len(window.moving())
    if count < _LEAST_CONTEXT + 1:
        message = f"{place.name.capitalize()} has {count - 1} moving pairs of frames round it; {_LEAST_CONTEXT} are needed to know what is usual."
        return Seam(place, window, (*findings, Finding("seam.colour", "not tested", message)), {}, repetition)
    numbers, stack, at = measure(window)
    standings = stand(numbers, floors_of(profile))
    cut = _cut(standings, place, profile)
    if cut is not None:
        return Seam(place, window, (*findings, cut), standings, repetition)
    repeated = any(f.verdict == "fail" for f in findings)
    findings += [_light(standings, place, profile), _colour(standings, place, profile), _sharpness(standings, place, profile)]
    findings += _motion(standings, place, profile, repetition, repeated)
    findings.append(_region(stack, at, standings, place, profile, size, window))
    return Seam(place, window, tuple(findings), standings, repetition)


def _cut(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding | None:
    """Another picture: most of the frame has no counterpart any more."""
    loss = -s["valid"].value
    verdict = profile["seam.cut"].judge(loss, s["valid"].z if s["residual"].value > 0.3 else 0)
    if verdict != "fail":
        return None
    message = f"{place.name.capitalize()} is a cut: {loss:.0%} of the picture has no counterpart in the frame before."
    edge = "previous_edge" if place.which == "previous" else "next_edge"
    return Finding("integrity.cut", "fail", message, round(loss, 3), "share", profile["seam.cut"].fail, place.frames(),
                   suggestion=f"If the cut is meant, set {edge} to `hard cut`; if not, regenerate the second clip from the first one's last frame.")


def _finding(check: str, limit: Limit, value: float, z: float, good: str, bad: str, frames: list[int], suggestion: str, **more) -> Finding:  # noqa: ANN003
    verdict = limit.judge(value, z)
    rest = {"suggestion": suggestion} | more if verdict != "pass" else {}
    return Finding(check, verdict, good if verdict == "pass" else bad, round(value, 4), limit.unit, limit.warn if verdict != "fail" else limit.fail,
                   frames, **rest)


def _light(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    step, contrast = 100 * np.expm1(s["exposure"].value), s["contrast"]
    z = s["exposure"].z
    if np.sign(contrast.value) == np.sign(step) and abs(contrast.value) > abs(s["exposure"].value) / 3:
        z = max(z, contrast.z)  # a gain moves mean and spread alike, and the spread is the steadier of the two
    bad = f"The picture gets {abs(step):.1f} % {'brighter' if step > 0 else 'darker'} at {place.name} (code values, motion taken out)."
    return _finding("seam.exposure", profile["seam.exposure"], abs(step), z, f"Light goes on unchanged over {place.name}.", bad,
                    place.frames(), f"Grade the {place.second_name} by {1 / (1 + step / 100):.3f} at its head and fade the correction out, or regenerate it.")


def _colour(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    """The worst of tint, contrast and saturation."""
    parts = []
    for name, limit, value in (("chroma", profile["seam.chroma"], s["chroma"].value),
                               ("contrast", profile["seam.contrast"], 100 * np.expm1(abs(s["contrast"].value))),
                               ("saturation", profile["seam.saturation"], 100 * np.expm1(abs(s["saturation"].value)))):
        more = "more" if s[name].value > 0 else "less"
        words = {"chroma": f"The tint shifts by {value:.1f} of 255 levels", "contrast": f"The picture has {value:.0f} % {more} contrast",
                 "saturation": f"Colours are {value:.0f} % {more} saturated"}[name]
        verdict = limit.judge(value, s[name].z)
        parts.append((("pass", "warn", "fail").index(verdict), value / limit.fail, words, limit, value, s[name].z))
    _, _, words, limit, value, z = max(parts, key=lambda p: p[:2])
    return _finding("seam.colour", limit, float(value), z, f"Colour goes on unchanged over {place.name}.", f"{words} behind {place.name}.", place.frames(),
                    f"Match the {place.second_name} to the frame before the join (Match to Reference), or regenerate it from that frame.")


def _sharpness(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    sharp, grain = s["sharpness"].value, s["grain"]
    loss = 100 * -np.expm1(-abs(sharp))
    bad = f"Fine detail is {loss:.0f} % {'weaker' if sharp < 0 else 'stronger'} behind {place.name}."
    noisier = profile["seam.grain"].judge(abs(grain.value), grain.z)
    if noisier != "pass" and ((grain.value > 0 and sharp > 0) or loss < profile["seam.sharpness"].warn):  # noise counts as detail too
        words = f"Noise changes by {grain.value:+.1f} of 255 levels at {place.name}."
        return Finding("drift.grain", noisier, words, round(abs(grain.value), 3), "levels", profile["seam.grain"].fail, place.frames(),
                       suggestion="Denoise or regrain one of the two clips, so that both carry the same grain.")
    return _finding("drift.sharpness", profile["seam.sharpness"], loss, s["sharpness"].z, f"Sharpness goes on unchanged over {place.name}.", bad, place.frames(),
                    "Sharpen or soften one of the two clips; a chain of continuations gets softer with each hop: start again from a sharp keyframe.")


def _motion(s: Mapping[str, Standing], place: Place, profile: Profile, r: Repetition, repeated: bool) -> list[Finding]:
    if repeated:
        words = "Not judged beside repeated frames: drop them first, then measure again."
        return [Finding(f"seam.{name}", "not tested", words, frames=place.frames()) for name in ("position", "dropped", "velocity", "direction")]
    frames, second = place.frames(), place.second_name
    step, position, residual = s["step"], s["position"], float(np.exp(s["residual"].value))
    jump = _finding("seam.position", profile["seam.position"], position.value, position.z, f"Nothing jumps at {place.name}.",
                    f"The picture jumps by {position.value:.1f} px (at 480 px width) at {place.name}.", frames,
                    f"Shift or stabilise the {second} onto the frame before the join, or regenerate it from that frame.")
    if jump.verdict == "pass":
        jump = _finding("seam.position", profile["seam.residual"], residual, s["residual"].z, jump.message,
                        f"Shapes change {residual:.1f} times as much as usual at {place.name}.", frames,
                        f"Regenerate the {second} from the last frame before the join.") if residual > 1 else jump
    missing = max(1, round(step.value) - 1)
    dropped = _finding("seam.dropped", profile["seam.dropped"], step.value, step.z, f"No frame is missing at {place.name}.",
                       f"Motion leaps {step.value:.1f} times its usual step at {place.name}: about {missing} frame{'s' * (missing > 1)} missing.", frames,
                       f"Put back {missing} frame{'s' * (missing > 1)}, or interpolate over the join.")
    ratio = float(np.exp(abs(s["velocity"].value)))
    faster = "faster" if s["velocity"].value > 0 else "slower"
    speed = _finding("seam.velocity", profile["seam.velocity"], ratio, s["velocity"].z, f"Speed goes on over {place.name}.",
                     f"Motion is {ratio:.1f} times {faster} behind {place.name}.", frames,
                     f"Retime the {second} to {np.exp(-s['velocity'].value):.2f} of its speed, or regenerate it.")
    return [jump, dropped, speed, _direction(s["direction"], place, profile, r)]


def _direction(s: Standing, place: Place, profile: Profile, r: Repetition) -> Finding:
    if r.mirrored >= 3:
        words = f"Time runs backwards behind {place.name}: its first {r.mirrored} frames are the last ones before it in reverse."
        return Finding("seam.direction", "fail", words, 180.0, "degrees", profile["seam.direction"].fail, place.frames(),
                       suggestion=f"Reverse the {place.second_name}, or regenerate it.")
    return _finding("seam.direction", profile["seam.direction"], s.value, s.z, f"Motion keeps its direction over {place.name}.",
                    f"Motion turns by {s.value:.0f} degrees at {place.name}.", place.frames(), f"Regenerate the {place.second_name} with the motion before the join in its prompt or context frames.")


def _region(stack: Stack, at: int, s: Mapping[str, Standing], place: Place, profile: Profile, size: tuple[int, int], window: Window) -> Finding:
    left, right = stack.context(at)
    value, (row, column) = patch_colour(stack, at, left + right)
    rows, columns = cell_grid(*window.before[-1].luma.shape)
    w, h = size[0] / columns, size[1] / rows
    box = [round(column * w, 1), round(row * h, 1), round(w, 1), round(h, 1)]
    return _finding("seam.region", profile["seam.region"], max(value, 0.0), s["tile"].z, f"No part of the picture changes by itself at {place.name}.",
                    f"A part of the picture changes colour by {value:.0f} of 255 levels at {place.name} while the rest does not.", place.frames(),
                    "Look at the marked box: an object or a texture is different in the second clip.", box=box)


def _repeats(r: Repetition, place: Place, window: Window, profile: Profile) -> list[Finding]:
    if r.still:
        words = f"The shot hardly moves ({r.usual:.2f} of 255 levels a frame): a repeated frame cannot be told from a new one."
        return [Finding(f"seam.{name}", "not tested", words, frames=place.frames()) for name in ("duplicate", "freeze", "echo")]
    return [_duplicate(r, place), _freeze(r, place, window), _echoed(r, place)]


def _drop(clip: str, at: int, count: int) -> dict:
    return {"clip": clip, "at": at, "count": count}


def _frames(count: int) -> str:
    return f"{count} frame{'s' * (count != 1)}"


def _duplicate(r: Repetition, place: Place) -> Finding:
    if r.head > r.own or r.exact or (r.head and r.period and not r.in_phase):
        count = r.exact or r.head
        head, copies = _frames(count), f"repeat{'s' * (count == 1)} the last frame before it"
        words = f"The first {head} behind {place.name} {copies}: motion stops." if count > 1 else f"The first frame behind {place.name} {copies}: motion stops."
        return Finding("seam.duplicate", "fail", words, count, "frames", r.own, [place.before(), *(place.behind(i) for i in range(count))], suggestion=f"Drop the first {head} of the {place.second_name}.",
                       drop=_drop(place.second, place.skipped, count))
    words = f"No frame is repeated at {place.name}."
    if r.head:
        words = f"The frame at {place.name} repeats, as the clip's own frames do{f' every {r.period}' if r.period else ''}."
    return Finding("seam.duplicate", "pass", words, r.head, "frames", r.own, place.frames())


def _freeze(r: Repetition, place: Place, window: Window) -> Finding:
    allowed = max(r.own, 1)
    if r.tail > allowed:
        at = window.seam + 1 - r.tail
        start = place.length - r.tail if place.which != "previous" else len(window.before) - r.tail
        return Finding("seam.freeze", "fail", f"The last {_frames(r.tail + 1)} before {place.name} stand still.", r.tail, "frames", allowed,
                       [place.before(i) for i in range(r.tail + 1, 0, -1)], suggestion=f"Drop the last {_frames(r.tail)} of the {place.first_name}.",
                       drop=_drop(place.first, start, r.tail)) if at >= 0 else Finding("seam.freeze", "pass", "Nothing stands still.")
    run = max(r.exact or r.head, r.head_run if not r.head else 0)
    if run > max(allowed, 2):
        head = _frames(run)
        return Finding("seam.freeze", "fail", f"The picture stands still for {head} behind {place.name}.", run, "frames", max(allowed, 2),
                       [place.behind(i) for i in range(run)], suggestion=f"Drop the first {head} of the {place.second_name}.",
                       drop=_drop(place.second, place.skipped, run))
    return Finding("seam.freeze", "pass", f"Nothing stands still at {place.name}.", run, "frames", max(allowed, 2), place.frames())


def _echoed(r: Repetition, place: Place) -> Finding:
    if r.echo:
        return Finding("seam.echo", "fail", f"The first {_frames(r.echo)} behind {place.name} play the last {_frames(r.echo)} before it again.", r.echo,
                       "frames", 0, [place.behind(i) for i in range(r.echo)], suggestion=f"Drop the first {_frames(r.echo)} of the {place.second_name}.",
                       drop=_drop(place.second, place.skipped, r.echo))
    return Finding("seam.echo", "pass", f"Nothing is played again at {place.name}.", 0, "frames", 0, place.frames())


