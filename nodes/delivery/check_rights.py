"""Who may use a file, until when, who signed it off, and whether what it says of its origin still holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ..media.certificates import can_sign
from ..media.credentials import MIME, read_credentials
from ..media.xmp import stated_rights
from ..wires.report import Finding

_ASKED = ("creator", "licence")
_SOON = 30  # days


def check_rights(file: str, xmp: bytes | str, channel: object, *, today: date | None = None) -> list[Finding]:
    """Findings about rights that an XMP packet states; `channel` is None for a file that no template claims.

    Such a file is only asked whether its licence has run out.
    """
    said = stated_rights(xmp)
    found = check_expiry(file, said.get("expires", ""), today=today)
    if channel is None:
        return found
    missing = [key for key in _ASKED if not said.get(key)]
    text = f"Rights: no {' and no '.join(missing)} is stated." if missing else f"Rights: {said['creator']}, {said['licence']}."
    found.append(Finding("publish.rights", "warn" if missing else "pass", text, value=len(missing), unit="missing", limit=0,
                         file=file,
                         suggestion="Write them into rights of Export Channels." if missing else ""))
    name = said.get("sign_off", "")
    found.append(Finding("publish.sign_off", "pass" if name else "warn",
                         f"Signed off by {name}." if name else "Nobody has signed it off.", file=file,
                         suggestion="" if name else "Add a line `sign_off: name` to rights when it is approved."))
    return found


def check_expiry(file: str, expires: str, *, today: date | None = None) -> list[Finding]:
    """Whether a licence has run out; nothing where no day is stated."""
    try:
        end = date.fromisoformat(expires[:10])
    except ValueError:
        return []
    left = (end - (today or date.today())).days
    verdict = "fail" if left < 0 else "warn" if left < _SOON else "pass"
    text = f"Its licence ended on {end}." if left < 0 else f"Its licence ends on {end}, in {left} days."
    return [Finding("publish.expiry", verdict, text, value=left, unit="days", limit=0, file=file,
                    suggestion="" if verdict == "pass" else "Renew the licence, or take the picture down by then.")]


def check_credentials(path: Path, file: str, anchors: str, signed: bool) -> list[Finding]:
    """What a file's C2PA manifest is worth; `signed` says that it left the export with one."""
    if path.suffix.lower() not in MIME:
        return []
    if not can_sign():
        if not signed:
            return []
        return [Finding("publish.c2pa", "not tested", "Content credentials are not read: c2pa-python is not installed.",
                        file=file,
                        suggestion="pip install c2pa-python")]
    seen = read_credentials(path, anchors)
    if seen.state == "none":
        if not signed:
            return []
        return [Finding("publish.c2pa", "fail", "Its content credentials are gone: something saved it again after it was signed.",
                        file=file, suggestion="Deliver the file as it was exported; sign last.")]
    if seen.state == "trusted":
        return [Finding("publish.c2pa", "pass", f"Content credentials hold, signed by {seen.signer or 'the studio'}.", file=file)]
    if seen.state == "valid":
        return [Finding("publish.c2pa", "warn",
                        f"Content credentials hold, but {seen.signer or 'the signer'} is not one of the studio's.",
                        file=file, suggestion="Put the signer's root into raccord/certificates, or sign with the studio's.")]
    why = f" ({seen.faults[0]})" if seen.faults else ""
    return [Finding("publish.c2pa", "fail", f"Content credentials do not hold{why}: the file was changed after it was signed.",
                    file=file, suggestion="Export it again and change nothing after.")]
