"""Reports of grades that were read from files and written to them."""

from __future__ import annotations

from ..wires.check import quoted
from ..wires.grade import Grade
from ..wires.report import Finding, Report
from .load import Loaded
from .save import Saved

_LIMITS = {  # of the mean error: what is written, limit, what to do above it
    "lut.delta_e": ("LUT", 0.5, "Use size 65."),
    "lut1d.delta_e": ("1D LUT", 0.5, "Use the cube, or the json."),
    "cdl.delta_e": ("CDL", 2.0, "Prefer the .cube: slope, offset, power, saturation cannot hold it."),
}


def load_report(loaded: Loaded, file: str) -> Report:
    """What was read."""
    grade, there = loaded.grade, loaded.there
    nodes = [f"1D curves of {len(grade.shaper)} nodes"] if grade.shaper is not None else []
    nodes += [f"a table of {len(grade.table)} nodes an axis, read between them by tetrahedra"] if grade.table is not None else []
    what = " and then ".join(nodes) if nodes else "a CDL" if grade.cdl is not None else f"a grade of ours ({grade.model})"
    rows = [Finding("grade.loaded", "pass", f"{file} is {what}; it works on sRGB-encoded values.", value=grade.model)]
    if len(there) > 1:
        names = ", ".join(quoted(name, 30) for name in there[:8]) + ", …" * (len(there) > 8)
        rows.append(Finding("grade.corrections", "pass", f"The file holds {len(there)} corrections ({names}); this is "
                            f"{grade.source}.", value=len(there), unit="corrections",
                            suggestion=f"Write the name of another after a #, as {file.split('#')[0]}#name."))
    return Report("RaccordLoadGrade", grade.model, rows, {"grade": grade.facts(), "grade.corrections": there}, {"file": file})


def save_report(grade: Grade, saved: Saved) -> Report:
    """What was written and how near it is to the exact grade."""
    if grade.refused:
        said = f"Nothing is written: the grade was refused ({grade.refused})."
        return Report("RaccordSaveGrade", "grade", [Finding("grade.saved", "refused", said)], {"files": []},
                      {"grade": grade.facts()})
    rows = [Finding("grade.saved", "pass" if saved.files else "refused", saved.sentence, value=len(saved.files), unit="files")]
    rows += [Finding(check, "refused", f"No {check.removeprefix('grade.')} is written: {why}.",
                     suggestion="Take the cube or the json instead.") for check, why in saved.refused.items()]
    whole = [name for name in saved.files if name.endswith(".json")]
    if grade.keys and len(whole) < len(saved.files):
        rows.append(Finding("grade.steady", "warn", "The grade changes over the clip. A LUT or a CDL is one map: they hold its "
                            "steady map.", suggestion=f"Give {whole[0]} to Load Grade: it holds all of it." if whole else
                            "Add json to the formats: it holds all of it, for Load Grade."))
    numbers: dict = {"files": saved.files, "lut.delta_e": None, "cdl.delta_e": None}
    for key, error in saved.errors.items():
        what, limit, hint = _LIMITS[key]
        far = error.mean > limit
        said = (f"The {what} differs from the exact grade by a mean ΔE2000 of {error.mean:.2f} "
                f"(99 % below {error.p99:.1f}, largest {error.largest:.1f}).")
        rows.append(Finding(key, "warn" if far else "pass", said, value=round(error.mean, 4), unit="ΔE2000",
                            limit=limit, suggestion=hint if far else ""))
        numbers |= {key: error.mean, f"{key}_p99": error.p99, f"{key}_max": error.largest}
    return Report("RaccordSaveGrade", "grade", rows, numbers, {"grade": grade.facts()})
