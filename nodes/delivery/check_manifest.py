"""The manifest of a delivered folder: is every file there, as it left the export?"""

from __future__ import annotations

from pathlib import Path

from .. import runtime
from ..media.manifest import file_sha256, read_manifest
from ..media.paths import inside, relative_to_output
from ..wires.report import Finding


def check_manifest(path: Path, whole: set[str]) -> list[Finding]:
    """Findings of one manifest; the names of files that are as it says are put into `whole`."""
    document, file = read_manifest(path), relative_to_output(path)
    if document is None:
        return []
    bad = []
    for entry in document["files"]:
        runtime.check_cancelled()
        try:
            listed = inside(path.parent, str(entry["path"]))
            if listed.is_file() and file_sha256(listed) == entry.get("sha256"):
                whole.add(relative_to_output(listed))
                continue
        except (ValueError, OSError):
            pass  # it names what lies outside its folder, or cannot be read
        bad.append(str(entry["path"])[:80])
    count, complete = len(document["files"]), document.get("complete", True)
    if bad:
        text = f"{len(bad)} of {count} files are missing or differ from their SHA-256, the first is {bad[0]}."
        return [Finding("publish.manifest", "fail", text, value=len(bad), unit="files", limit=0, file=file,
                        suggestion="Run the export again with if_exists resume: it writes what is not whole.")]
    held = f"All {count} files are" if count > 1 else "The file is"
    text = f"{held} there with {'their' if count > 1 else 'its'} SHA-256" + (
        "." if complete else ", but the export was broken off.")
    return [Finding("publish.manifest", "pass" if complete else "warn", text, value=count, unit="files", file=file,
                    suggestion="" if complete else "Run it again with if_exists resume.")]
