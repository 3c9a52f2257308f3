"""Light, contrast, colour and sharpness of a keyframe beside its frame, on pixels that lie on each other."""

from __future__ import annotations

import numpy as np
import torch

from ...image.colour import delta_e_2000, srgb_to_lab
from ...image.opencv import cv2
from ...wires.report import Finding
from ..profile import Profile

_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)


def judge_light(which: str, number: int, frame: np.ndarray, onto: np.ndarray, valid: np.ndarray,
                profile: Profile) -> tuple[list[Finding], dict[str, float]]:
    """Judge exposure and colour.

    Args:
        which: `first` or `last`.
        number: The frame's.
        frame: RGB levels (h, w, 3), float32.
        onto: The keyframe, brought onto the frame along the flow.
        valid: Where the two belong together (h, w).
        profile: Limits and dead band.

    Returns:
        Findings of `anchor.<which>.exposure` and `.colour`, and the numbers behind them in percent.
    """
    if valid.mean() < 0.1:
        words = f"Too little of the {which} keyframe is found in frame {number} to compare light and colour."
        return [Finding(f"anchor.{which}.{c}", "not tested", words, frames=[number]) for c in ("exposure", "colour")], {}
    trusted = valid & (frame.max(-1) < 252) & (onto.max(-1) < 252)
    trusted = trusted if trusted.mean() > 0.05 else valid
    # what is taken along a flow is softer: light is compared where neither has fine detail
    a, b = (cv2.GaussianBlur(picture, (0, 0), 2.0)[trusted] for picture in (onto, frame))
    y0, y1 = a @ _LUMA, b @ _LUMA
    kept = _alike(y0, y1)
    a, b, y0, y1 = a[kept], b[kept], y0[kept], y1[kept]
    light = 100 * float(y1.mean() / max(float(y0.mean()), 1.0) - 1)
    contrast = 100 * float((y1.std() + 0.5) / (y0.std() + 0.5) - 1)
    band = 100 * profile.dead_band / max(float(y0.mean()), 1.0)  # what a decoder that is off by so many levels makes of it
    return ([_exposure(which, number, light, band, profile), _colour(which, number, a, b, contrast, band, profile)],
            {"light_percent": light, "contrast_percent": contrast})


def _alike(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pixels that keep their rank in the light, four fifths of all: judged so, a gain does not lose its brightest."""
    off = np.abs((a - a.mean()) / (a.std() + 1) - (b - b.mean()) / (b.std() + 1))
    return off <= np.quantile(off, 0.8)


def _exposure(which: str, number: int, light: float, band: float, profile: Profile) -> Finding:
    limit = profile["anchor.exposure"]
    verdict = limit.judge(max(0.0, abs(light) - band))
    words = (f"Frame {number} is as bright as the {which} keyframe." if verdict == "pass" else
             f"Frame {number} is {abs(light):.1f} % {'brighter' if light > 0 else 'darker'} than the {which} keyframe (code "
             "values).")
    return Finding(f"anchor.{which}.exposure", verdict, words, round(light, 3), "%",
                   round((limit.fail if verdict == "fail" else limit.warn) + band, 3), [number],
                   suggestion="" if verdict == "pass" else "Grade the clip's end onto the keyframe, or regenerate; a step at a "
                                                           "latent boundary points to the VAE.")


def _colour(which: str, number: int, key: np.ndarray, frame: np.ndarray, contrast: float, band: float,
            profile: Profile) -> Finding:
    """The worse of tint and contrast."""
    check, tint = f"anchor.{which}.colour", _tint(key, frame, profile.dead_band)
    limits = profile["anchor.colour"], profile["anchor.contrast"]
    verdicts = limits[0].judge(tint), limits[1].judge(max(0.0, abs(contrast) - band))
    order = ("pass", "warn", "fail")
    if order.index(verdicts[1]) > order.index(verdicts[0]):
        over = limits[1].fail if verdicts[1] == "fail" else limits[1].warn
        more = "more" if contrast > 0 else "less"
        words = f"Frame {number} has {abs(contrast):.0f} % {more} contrast than the {which} keyframe."
        return Finding(check, verdicts[1], words, round(contrast, 3), "%", round(over + band, 3), [number],
                       suggestion="Match the clip to the keyframe (Match to Reference), fading the correction from this end.")
    verdict, limit = verdicts[0], limits[0]
    names = ", ".join(f"{n} {v:+.1f}" for n, v in zip(("red", "green", "blue"), (frame - key).mean(0), strict=True))
    words = (f"Colours of frame {number} match the {which} keyframe (median ΔE2000 {tint:.1f})." if verdict == "pass" else
             f"Colours of frame {number} are ΔE2000 {tint:.1f} off the {which} keyframe ({names} of 255).")
    return Finding(check, verdict, words, round(tint, 3), limit.unit, limit.fail if verdict == "fail" else limit.warn, [number],
                   suggestion="" if verdict == "pass" else "Match the clip to the keyframe (Match to Reference), fading the "
                                                           "correction from this end.")


def _tint(key: np.ndarray, frame: np.ndarray, band: float) -> float:
    """Median CIEDE2000 of the brighter half, the dead band taken off: in the dark no tint is seen, nor a wrong one."""
    bright = key.mean(-1)
    lit = bright >= max(16.0, float(np.median(bright)))
    key, frame = (key[lit], frame[lit]) if lit.sum() > 100 else (key, frame)
    every = max(1, len(key) // 4000)
    a, b = key[::every], frame[::every]
    wanted = a + np.sign(b - a) * np.maximum(np.abs(b - a) - band, 0)
    lab_a, lab_b = (srgb_to_lab(torch.from_numpy(v / 255).clamp(0, 1).float()) for v in (a, wanted))
    return float(delta_e_2000(lab_a, lab_b).median())


def judge_detail(which: str, number: int, sharper: float, resized: bool, profile: Profile) -> Finding:
    """Judge sharpness from the logarithm of its ratio to the keyframe's; a keyframe of another size says nothing of it."""
    value, limit, check = float(np.exp(sharper)), profile["anchor.sharpness"], f"anchor.{which}.sharpness"
    if resized:
        return Finding(check, "not tested", "The keyframe has another size than the clip, so fine detail cannot be compared.",
                       round(value, 3), limit.unit, frames=[number])
    verdict = limit.judge(value)
    words = (f"Frame {number} is as sharp as the {which} keyframe." if verdict == "pass"
             else f"Frame {number} holds {value:.0%} of the fine detail of the {which} keyframe.")
    return Finding(check, verdict, words, round(value, 3), limit.unit, limit.fail if verdict == "fail" else limit.warn, [number],
                   suggestion="" if verdict == "pass" else "Put the keyframe itself in place of this frame, or regenerate at a "
                                                           "higher resolution.")
