"""An EXR sequence: is it whole, and does every header say what a compositor needs?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from .. import runtime
from ..media.exr import read_exr
from ..media.exr_colour import COLOUR_SPACES, to_half
from ..media.paths import relative_to_output
from ..media.traces import leaked
from ..wires.report import Finding
from .check_rights import check_expiry
from .source import Source


def check_sequence(frames: list[Path], source: Source) -> list[Finding]:
    """Findings of one sequence; `frames` lie in one folder and share a name."""
    numbers = sorted((int(p.name.split(".")[-2]), p) for p in frames)
    first, last, file = numbers[0][0], numbers[-1][0], relative_to_output(numbers[0][1])
    gaps = sorted(set(range(first, last + 1)) - {n for n, _ in numbers})
    missing = f"but {len(gaps)} are missing, the first is {gaps[0]}" if gaps else "none missing"
    text = f"Frames {first} to {last}, {missing}."
    found = [Finding("publish.sequence", "fail" if gaps else "pass", text, value=len(numbers), unit="frames", file=file,
                     suggestion="Run the export again with if_exists resume." if gaps else "")]
    headers: list[dict[str, Any]] = []
    for _, path in numbers:
        runtime.check_cancelled()
        try:
            headers.append(read_exr(path, header_only=True)[0])
        except ValueError as error:
            return [*found, Finding("publish.readable", "fail", f"{error}.", file=relative_to_output(path),
                                    suggestion="Run the export again.")]
    found += check_expiry(file, str(headers[0].get("raccord/expires", "")))
    return found + _header_findings(headers, numbers, file) + _value_findings(numbers, source)


def check_picture(path: Path) -> list[Finding]:
    """Findings of an EXR that is no frame of a sequence: whether it opens, whole.

    Raises:
        ValueError: It does not.
    """
    header, parts = read_exr(path)
    text = f"It opens again: EXR, {_plain(header.get('dataWindow'))}, {len(parts)} part{'s' if len(parts) > 1 else ''}."
    return [Finding("publish.readable", "pass", text, file=relative_to_output(path))]


def _header_findings(headers: list[dict[str, Any]], numbers: list[tuple[int, Path]], file: str) -> list[Finding]:
    found = []
    for check, key, what in (("rate", "framesPerSecond", "frame rate"), ("colourspace", "colorInteropID", "colour space"),
                             ("size", "dataWindow", "size"), ("compression", "compression", "compression")):
        values = {_plain(h.get(key)) for h in headers}
        good = len(values) == 1 and "None" not in values
        text = f"Every frame states one {what}: {values.pop()}." if good else f"The frames do not agree on a {what}, or lack it."
        found.append(Finding(f"publish.{check}", "pass" if good else "fail", text, file=file,
                             suggestion="" if good else "Export the sequence again, whole."))
    for header, (_, path) in zip(headers, numbers, strict=True):
        what = next((w for key, value in header.items() if isinstance(value, str) and (w := leaked(value, key))), "")
        if what:
            found.append(Finding("publish.prompt", "fail", f"{path.name} gives away {what} in its header.", value=what,
                                 file=relative_to_output(path), suggestion="Export it through Raccord."))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, tuple) and len(value) == 2 and hasattr(value[0], "tolist"):
        low, high = (v.tolist() for v in value)
        return f"{high[0] - low[0] + 1}×{high[1] - low[1] + 1}"
    return re.sub(r"^Compression\.|_COMPRESSION$", "", str(value).split(":")[0].strip("<> "))


def _value_findings(numbers: list[tuple[int, Path]], source: Source) -> list[Finding]:
    path, place = numbers[len(numbers) // 2][1], len(numbers) // 2
    header, parts = read_exr(path)
    file = relative_to_output(path)
    halves = all(parts[0][c].dtype == np.float16 for c in "RGB" if c in parts[0])
    found = [Finding("publish.depth", "pass" if halves else "warn", f"The picture is {'half' if halves else 'not half'} float.",
                     file=file)]
    bad = [name for part in parts for name, v in part.items() if not np.isfinite(v.astype(np.float32)).all()]
    text = f"{path.name} holds values that are not finite numbers in {', '.join(bad[:4])}." if bad else "Every value is a number."
    verdict = "pass" if not bad else "fail" if set(bad) & set(parts[0]) else "warn"  # data may mean to be endlessly far
    found.append(Finding("publish.numbers", verdict, text, value=len(bad), unit="channels", limit=0, file=file,
                         suggestion="Mend them: compositors spread such values." if bad else ""))
    space = next((name for name, (_, _, id_) in COLOUR_SPACES.items() if id_ == header.get("colorInteropID")), None)
    if source.frames is None or len(source.frames) != len(numbers) or space is None:
        why = "no source is wired" if source.frames is None else "the source is another"
        return [*found, Finding("publish.exact", "not tested", f"Its values are not compared: {why}.", file=file)]
    wanted = to_half(source.frames.frame(place), space).astype(np.float32)
    if parts[0]["R"].shape != wanted.shape[1:]:
        return [*found, Finding("publish.exact", "not tested", "Its values are not compared: the source has another size.",
                                file=file)]
    apart = max(float(np.abs(parts[0][c].astype(np.float32) - wanted[i]).max()) for i, c in enumerate("RGB"))
    good = apart <= 1e-3
    return [*found, Finding("publish.exact", "pass" if good else "fail",
                            f"{path.name} differs from the source by {apart:.2g} at most.",
                            value=apart, unit="linear light", limit=1e-3, frames=[place], file=file,
                            suggestion="" if good else "It is of another clip, or was changed: export it again.")]
