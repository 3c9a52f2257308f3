"""What a join does to light, colour, detail and single parts of the picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..wires.report import Finding
from .features_light import patch_colour
from .pair import cell_grid
from .place import Place
from .profile import Profile
from .stack import Stack
from .standing import Standing, finding
from .window import Window


def judge_light(s: Mapping[str, Standing], place: Place, profile: Profile) -> list[Finding]:
    """Findings of exposure, colour and detail."""
    return [_light(s, place, profile), _colour(s, place, profile), _sharpness(s, place, profile)]


def _light(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    step, contrast = 100 * np.expm1(s["exposure"].value), s["contrast"]
    z = s["exposure"].z
    if np.sign(contrast.value) == np.sign(step) and abs(contrast.value) > abs(s["exposure"].value) / 3:
        z = max(z, contrast.z)  # a gain moves mean and spread alike, and the spread is the steadier of the two
    how = "brighter" if step > 0 else "darker"
    bad = f"The picture gets {abs(step):.1f} % {how} at {place.name} (code values, motion taken out)."
    advice = (f"Grade the {place.second_name} by {1 / (1 + step / 100):.3f} at its head and fade the correction out, "
              "or regenerate it.")
    return finding("seam.exposure", profile["seam.exposure"], float(abs(step)), z,
                   f"Light goes on unchanged over {place.name}.", bad, place.frames(), advice)


def _colour(s: Mapping[str, Standing], place: Place, profile: Profile) -> Finding:
    """The worst of tint, contrast and saturation."""
    parts = []
    for name, limit, value in (("chroma", profile["seam.chroma"], s["chroma"].value),
                               ("contrast", profile["seam.contrast"], 100 * np.expm1(abs(s["contrast"].value))),
                               ("saturation", profile["seam.saturation"], 100 * np.expm1(abs(s["saturation"].value)))):
        more = "more" if s[name].value > 0 else "less"
        words = {"chroma": f"The tint shifts by {value:.1f} of 255 levels",
                 "contrast": f"The picture has {value:.0f} % {more} contrast",
                 "saturation": f"Colours are {value:.0f} % {more} saturated"}[name]
        verdict = limit.judge(value, s[name].z)
        parts.append((("pass", "warn", "fail").index(verdict), value / limit.fail, words, limit, value, s[name].z))
    _, _, words, limit, value, z = max(parts, key=lambda p: p[:2])
    return finding("seam.colour", limit, float(value), z, f"Colour goes on unchanged over {place.name}.",
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


def judge_region(stack: Stack, at: int, s: Mapping[str, Standing], place: Place, profile: Profile, size: tuple[int, int],
                 window: Window) -> Finding:
    """Finding of the part of the picture that changes most by itself, with its box in pixels of the clip."""
    left, right = stack.context(at)
    value, (row, column) = patch_colour(stack, at, left + right)
    rows, columns = cell_grid(*window.before[-1].luma.shape)
    w, h = size[0] / columns, size[1] / rows
    box = [round(column * w, 1), round(row * h, 1), round(w, 1), round(h, 1)]
    return finding("seam.region", profile["seam.region"], max(value, 0.0), s["tile"].z,
                   f"No part of the picture changes by itself at {place.name}.",
                    f"A part of the picture changes colour by {value:.0f} of 255 levels at {place.name} while the rest does "
                    f"not.", place.frames(),
                    "Look at the marked box: an object or a texture is different in the second clip.", box=box)
