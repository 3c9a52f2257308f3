"""How delivered files are called: as the channel's template says, so that nobody publishes `final_FINAL(2).mp4`."""

from __future__ import annotations

import re
from pathlib import Path

from ..wires.report import Finding
from .channels import Channel

_NAME = r"[^\s/\\](?:[^/\\]*?[^\s/\\])??"  # any script, spaces within: whatever the export takes as a show or a shot
_FIELDS = {"show": _NAME, "shot": _NAME, "take": r"[0-9]{1,3}", "version": r"[0-9]{3,}"}
_TAIL = r"(_portrait)?(_w[0-9]+|\.poster)?\.[a-z0-9]+"
_COPY = r"(?!(?i:copy of|copie de|kopie von|copia de) )"  # as desktops call them


def name_pattern(channel: Channel) -> re.Pattern[str]:
    """What a file name of the channel looks like."""
    pattern = str(channel.get("naming", "{show}_{shot}_{channel}_v{version}"))
    parts = re.split(r"\{(\w+)\}", pattern)
    fields = _FIELDS | {"channel": re.escape(channel.id)}
    return re.compile(_COPY + "".join(fields[p] if i % 2 else re.escape(p) for i, p in enumerate(parts)) + _TAIL)


def check_name(path: Path, file: str, channel: Channel) -> list[Finding]:
    """Whether a file is called as its channel asks."""
    good = name_pattern(channel).fullmatch(path.name) is not None
    asked = str(channel.get("naming", "{show}_{shot}_{channel}_v{version}"))
    return [Finding("publish.naming", "pass" if good else "warn",
                    f"Its name is {'as' if good else 'not as'} asked for: {asked}.", value=path.name, file=file,
                    suggestion="" if good else "Rename it, or export it through Raccord: names carry show, shot and channel.")]
