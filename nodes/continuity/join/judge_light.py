"""What a join does to light, colour, detail and single parts of the picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...wires.report import Finding
from ..place import Place
from ..profile import Profile
from .patch import Box
from .standing import Standing, finding


def judge_light(s: Mapping[str, Standing], place: Place, profile: Profile) -> list[Finding]:
    """Findings of exposure, colour and detail."""
    return [_light(s, place, profile), _colour(s, place, profile), _sharpness(s, place, profile)]


def _light(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    step = 100 * np.expm1(s["exposure"].value)
    how = "brighter" if step > 0 else "darker"
    bad = f"The picture gets {abs(step):.1f} % {how} at {place.name} (code values, motion taken out)."
    advice = (f"Grade the {place.second_name} by {1 / (1 + step / 100):.3f} at its head and fade the correction out, "
              "or regenerate it.")
    return finding("seam.exposure", profile["seam.exposure"], float(abs(step)), s["exposure"].z,
                   f"Light goes on unchanged over {place.name}.", bad, place.frames(), advice)


def _colour(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    """The worst of tint, contrast and saturation."""
    parts = []
    for name in ("chroma", "contrast", "saturation"):
        limit, value, z = profile[f"seam.{name}"], 100 * float(np.expm1(abs(s[name].value))), s[name].z
        more = "more" if s[name].value > 0 else "less"
        words = {"chroma": f"The tint shifts by {value:.1f} % of one colour to another",
                 "contrast": f"The picture has {value:.0f} % {more} contrast",
                 "saturation": f"Colours are {value:.0f} % {more} saturated"}[name]
        verdict = limit.judge(value, z)
        parts.append((("pass", "warn", "fail").index(verdict), value / limit.fail, words, limit, value, z))
    _, _, words, limit, value, z = max(parts, key=lambda p: p[:2])
    return finding("seam.colour", limit, value, z, f"Colour goes on unchanged over {place.name}.",
                   f"{words} behind {place.name}.", place.frames(),
                    f"Match the {place.second_name} to the frame before the join (Match to Reference), or regenerate it from "
                    f"that frame.")


def _sharpness(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    sharp, grain = s["sharpness"].value, s["grain"]
    loss = 100 * -np.expm1(-abs(sharp))
    bad = f"Fine detail is {loss:.0f} % {'weaker' if sharp < 0 else 'stronger'} behind {place.name}."
    noisier = profile["seam.grain"].judge(abs(grain.value), grain.z)
    # noise counts as detail too
    if noisier != "pass" and ((grain.value > 0 and sharp > 0) or loss < profile["seam.sharpness"].warn):
        words = f"Noise changes by {grain.value:+.1f} of 255 levels at {place.name}."
        return Finding("drift.grain", noisier, words, round(abs(grain.value), 3), "levels", profile["seam.grain"].fail,
                       place.frames(),
                       suggestion="Denoise or regrain one of the two clips, so that both carry the same grain.")
    return finding("drift.sharpness", profile["seam.sharpness"], loss, s["sharpness"].z,
                   f"Sharpness goes on unchanged over {place.name}.", bad, place.frames(),
                    "Sharpen or soften one of the two clips; a chain of continuations gets softer with each hop: start again "
                    "from a sharp keyframe.")


def judge_region(patch: Standing, box: Box, place: Place, profile: Profile, size: tuple[int, int]) -> Finding:
    """Finding of the part of the picture that changes most by itself; `box` in parts of the picture of `size`."""
    value = 100 * patch.value
    pixels = [round(part * size[i % 2], 1) for i, part in enumerate(box)]
    return finding("seam.region", profile["seam.region"], value, patch.z,
                   f"No part of the picture changes by itself at {place.name}.",
                   f"A part of the picture changes its tint by {value:.0f} % at {place.name} while the rest does not.",
                   place.frames(), "Look at the marked box: an object or a texture is different in the second clip.", box=pixels)
