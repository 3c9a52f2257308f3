"""What a reading means, in words: brightness, balance, saturation, and how far the correction can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..wires.report import Finding
from .drift import SEEN, Drift
from .models import decode, lab
from .normalize import Normalized, Reading
from .solve import DOUBT, REFUSE, Solved


def describe_cast(seen: np.ndarray, wanted: np.ndarray, grey: np.ndarray) -> str:
    """Say what is wrong with encoded patches `seen` (N, 3) against `wanted`: `White is 6 % too warm; …`."""
    use = grey if grey.any() else np.ones(len(seen), bool)
    light, goal = decode(seen[use]).clip(1e-4), decode(wanted[use]).clip(1e-4)
    ratio = np.exp(np.median(np.log(light / goal), axis=0))
    stops, warm = float(np.log2(ratio[1])), float(ratio[0] / ratio[2] - 1)
    tint = float(ratio[1] / np.sqrt(ratio[0] * ratio[2]) - 1)
    parts = []
    if abs(warm) >= 0.01:
        size = warm if warm > 0 else 1 / (1 + warm) - 1
        parts.append(f"white is {abs(size):.0%} too {'warm' if warm > 0 else 'cool'}".replace("%", " %"))
    if abs(tint) >= 0.01:
        parts.append(f"{abs(tint):.0%} too {'green' if tint > 0 else 'magenta'}".replace("%", " %"))
    if abs(stops) >= 0.05:
        parts.append(f"{abs(stops):.1f} stop too {'bright' if stops > 0 else 'dark'}")
    coloured = ~grey
    if coloured.sum() >= 4:
        balanced = seen / np.maximum(ratio, 0.05) ** 0.42  # 0.42 is about the slope of the encoding's logarithm
        chroma = [np.hypot(*lab(decode(np.clip(v[coloured], 0, 1)))[:, 1:].T) for v in (balanced, wanted)]
        change = float(np.median(chroma[0] / np.maximum(chroma[1], 1)) - 1)
        if abs(change) >= 0.03:
            parts.append(f"colours are {abs(change):.0%} too {'strong' if change > 0 else 'weak'}".replace("%", " %"))
    text = "; ".join(parts) or "white, brightness and saturation are within 1 %"
    return text[0].upper() + text[1:] + "."


def _found(reading: Reading) -> Finding:
    count, missing = len(reading.frames), reading.missing
    turned = ", mirrored," if reading.found[0].mirrored else ""
    over = f"on {count} frames" if count > 1 else f"on frame {reading.frames[0]}"
    low, high = reading.found[0].quad().min(0), reading.found[0].quad().max(0)
    shown = ", ".join(map(str, missing[:8])) + ", …" * (len(missing) > 8)
    lost = f" It was not found on {len(missing)} of the frames read: {shown}." if missing else ""
    return Finding("plate.found", "warn" if missing else "pass", f"A {reading.plate.kind} plate was found{turned} {over}.{lost}",
                   value=reading.plate.kind, frames=reading.frames, box=[*map(float, low), *map(float, high - low)])


def _fit(solved: Solved) -> Finding:
    loo, verdict, hint = solved.delta_e_loo, "pass", ""
    said = (f"The correction ({solved.grade.model}) brings the patches from a mean ΔE2000 of {solved.delta_e_before:.1f} to "
            f"{solved.delta_e_mean:.1f}; a colour it has not seen is off by {loo:.1f}.")
    if solved.grade.model == "identity":
        said = f"The colours are as the plate says to a mean ΔE2000 of {loo:.1f}; no correction would predict them better."
    if loo >= REFUSE:
        verdict, hint = "refused", "Name the chart in the plate input, or film it again without glare and shadows."
    elif loo >= DOUBT:
        verdict, hint = "warn", "Look at the overlay: check the chart's type, glare and shadows on it."
    return Finding("fit.delta_e_loo", verdict, said, value=round(loo, 3), unit="ΔE2000", limit=REFUSE, suggestion=hint)


def _hidden(reading: Reading) -> Finding | None:
    shine = reading.hidden if reading.glare is None else reading.hidden & reading.glare
    parts = [(what, [p.name for p, yes in zip(reading.plate.patches, which, strict=True) if yes])
             for what, which in (("something covers", reading.hidden & ~shine), ("light shines on", shine))]
    said = "; ".join(f"{what} {', '.join(names)}" for what, names in parts if names)
    if not said:
        return None
    count = int(reading.hidden.sum())
    return Finding("plate.hidden", "warn" if count > len(reading.hidden) // 8 else "pass",
                   f"Left out, {count} of {len(reading.hidden)} patches: {said}.", value=count, unit="patches")


def _clipped(reading: Reading) -> Finding | None:
    full = [p.name for p, c, gone in zip(reading.plate.patches, reading.colours, reading.hidden, strict=True)
            if not gone and c.max() > 0.998 and max(p.rgb) < 0.97]
    if not full:
        return None
    said = f"Overexposed on the plate: {', '.join(full)}. What is lost there cannot be graded back."
    return Finding("plate.clipped", "warn", said,
                   value=len(full), unit="patches", suggestion="Use less exposure, or trust the lights less.")


def _drift(reading: Reading, drift: Drift | None) -> Finding | None:
    if len(reading.frames) < 2:
        return None
    odd = f" The light of frame {', '.join(map(str, reading.odd))} fits to no other and does not count." if reading.odd else ""
    if drift is not None and drift.proven:
        said = (f"Over the clip the plate changes evenly, from the first frame read to the last by a mean ΔE2000 of "
                f"{drift.size:.1f}: the grade follows it.{odd}")
        return Finding("plate.drift", "pass", said, value=round(drift.size, 3), unit="ΔE2000", limit=SEEN, frames=reading.frames)
    verdict = "warn" if reading.drift > 2 else "pass"
    said = "keeps its colours" if verdict == "pass" else "changes colour"
    return Finding("plate.drift", verdict,
                   f"Over the frames read the plate {said}: a mean ΔE2000 of {reading.drift:.1f} from its median.{odd}",
                   value=round(reading.drift, 3), unit="ΔE2000", limit=2.0, frames=reading.frames,
                   suggestion="" if verdict == "pass" else "It is no even drift that a ramp could follow: read it with "
                   "ContinuityGuard.")


def findings(answer: Normalized) -> Sequence[Finding]:
    """Findings of a normalization, the refusal first where there is one."""
    reading, solved = answer.reading, answer.solved
    if reading is None:
        return [Finding("plate.found", "refused", f"No plate to trust: {answer.reason}. Frames pass unchanged.", value=None,
                        suggestion="Name the chart in the plate input, show it larger and whole, or wire stamped_plate.")]
    out: list[Finding | None] = [_found(reading)]
    if solved is None:
        out.append(Finding("plate.hidden", "refused", f"Not trusted: {answer.reason}. Frames pass unchanged."))
    else:
        use = ~reading.hidden
        wanted = np.array([p.rgb for p in reading.plate.patches])
        grey = np.isin(np.arange(len(use)), reading.plate.greys)
        out += [_fit(solved), Finding("fit.cast", "pass", describe_cast(reading.colours[use], wanted[use], grey[use]),
                                      value=round(solved.delta_e_before, 3), unit="ΔE2000"), _hidden(reading)]
    return [f for f in (*out, _clipped(reading), _drift(reading, answer.drift)) if f is not None]


def metrics(answer: Normalized) -> dict:
    """Numbers of a normalization under their agreed names; None where there is none."""
    reading, solved = answer.reading, answer.solved
    out = {"plate.found": reading is not None, "plate.kind": reading.plate.kind if reading else None,
           "plate.patches_px": reading.found[0].centres.round(3) if reading else [],
           "plate.hidden": [int(i) for i in np.flatnonzero(reading.hidden)] if reading else [],
           "fit.model": solved.grade.model if solved else None,
           "fit.delta_e_before": solved.delta_e_before if solved else None,
           "fit.delta_e_mean": solved.delta_e_mean if solved else None,
           "fit.delta_e_loo": solved.delta_e_loo if solved else None}
    if reading is not None:
        first = reading.found[0]
        out |= {"plate.frames": reading.frames, "plate.score": first.score, "plate.mirrored": first.mirrored,
                "plate.drift": reading.drift, "plate.ramp": bool(answer.grade.keys), "plate.odd_frames": reading.odd,
                "plate.glare": [int(i) for i in np.flatnonzero(reading.glare)] if reading.glare is not None else []}
    if solved is not None:
        out |= {"fit.tried": solved.tried, "fit.delta_e_p95": float(np.percentile(solved.left_out, 95)),
                "fit.delta_e_max": float(solved.left_out.max()), "fit.delta_e_patches": solved.left_out.round(3),
                "fit.delta_e_patches_before": solved.before.round(3), "fit.delta_e_patches_fitted": solved.after.round(3)}
    return out
