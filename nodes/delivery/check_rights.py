"""Who may use a file, until when, who signed it off, and whether what it says of its origin still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from ..media.certificates import can_sign
from ..media.credentials import MIME, read_credentials
from ..media.dates import days_meant
from ..media.xmp import KNOWN_TYPES, Rights, stated_rights
from ..wires.check import quoted
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
    found += _not_stated(file, said)
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


def _not_stated(file: str, said: dict[str, str]) -> list[Finding]:
    """What only a person can tell whether it is needed: an end of the licence, releases of those who are seen."""
    asked = (("expires", "publish.expiry", "No end of its licence is stated.", "the licence ends"),
             ("releases", "publish.releases", "No release is stated.", "somebody can be recognised"))
    return [Finding(check, "not tested", text, file=file, suggestion=f"Add a line `{key}:` to rights if {why}.")
            for key, check, text, why in asked if not said.get(key)]


def check_expiry(file: str, expires: str, *, today: date | None = None) -> list[Finding]:
    """Whether a licence has run out, by a date in any usual writing; nothing where no day is stated."""
    if not expires.strip():
        return []
    days, advice = days_meant(expires), "Write it as year-month-day, such as 2027-12-31."
    lefts = [(day - (today or date.today())).days for day in days]
    verdicts = {"fail" if left < 0 else "warn" if left < _SOON else "pass" for left in lefts}
    if not days:
        return [Finding("publish.expiry", "warn", f"Its licence ends on {quoted(expires)}, which is no date.", value=expires[:60],
                        file=file, suggestion=advice)]
    if len(verdicts) > 1:
        return [Finding("publish.expiry", "warn", f"Its licence ends on {quoted(expires)}: {days[0]} or {days[1]}.",
                        value=expires[:60], file=file, suggestion=advice)]
    (verdict,), end, left = verdicts, days[0], lefts[0]
    text = f"Its licence ended on {end}" if left < 0 else f"Its licence ends on {end}, in {left} days"
    text += "." if expires.startswith(str(end)) else f" ({quoted(expires)})."
    return [Finding("publish.expiry", verdict, text, value=left, unit="days", limit=0, file=file,
                    suggestion="" if verdict == "pass" else "Renew the licence, or take the picture down by then.")]


def ended_rights(rights: Rights) -> list[Finding]:
    """A remark before files are published whose licence has ended or is about to: they are written all the same."""
    found = check_expiry("", rights.get("expires"))
    return [replace(f, verdict="warn", suggestion="Renew the licence before you publish.") for f in found if f.verdict != "pass"]


def check_source_type(file: str, kind: str) -> Finding:
    """Whether a file says, in a word that IPTC knows, how it was made."""
    good = kind in KNOWN_TYPES
    text = f"Digital source type: {kind or 'not stated'}" + ("." if good or not kind else ", which IPTC does not know.")
    return Finding("publish.disclosure", "pass" if good else "warn", text, value=kind or None, file=file,
                   suggestion="" if good else "Export it through Raccord, which states it.")


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
    if seen.faults and all(fault.startswith("signingCredential") for fault in seen.faults):
        return [Finding("publish.c2pa", "fail", f"Its content credentials are signed with a certificate that does not hold "
                        f"({seen.faults[0]}).", file=file, suggestion="Sign with a certificate that is valid today.")]
    why = f" ({seen.faults[0]})" if seen.faults else ""
    return [Finding("publish.c2pa", "fail", f"Content credentials do not hold{why}: the file was changed after it was signed.",
                    file=file, suggestion="Export it again and change nothing after.")]
