"""What a run says of files that somebody changed by hand since an earlier one delivered them."""

from __future__ import annotations

from ..media.package import Package
from ..media.paths import relative_to_output
from ..wires.report import Finding


def aside_findings(package: Package) -> list[Finding]:
    """A remark where files of a package were changed: they are written again, and the changed ones kept beside the folder."""
    if not package.aside:
        return []
    names = sorted(package.aside)
    what, it = (f"{names[0]} was changed", "it is") if len(names) == 1 else (
        f"{len(names)} files were changed, {names[0]} first,", "they are")
    aside = package.aside[names[0]]
    text = f"{what} since an earlier run wrote it: {it} written again, and what was there lies in {aside.parent.name}."
    return [Finding("publish.changed", "warn", text, value=len(names), unit="files", limit=0, file=relative_to_output(aside),
                    suggestion="Changed on purpose: deliver it as a version of its own. If not, look after the disk.")]
