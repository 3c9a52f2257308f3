"""Tables of a report: what is ready, and the files with their hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_STATES = {"ready": "v-pass", "ready with remarks": "v-warn", "not ready": "v-fail", "not tested": "v-none"}
_MOST = 200


def ready_table(rows: Any) -> str:
    """A row a file: ready, not ready and why, not tested; empty without any."""
    if not _are_rows(rows, "file"):
        return ""
    body = "".join(f'<tr><th scope="row">{escape(str(r["file"]))}</th><td class="k">{_state(str(r.get("state", "")))}</td>'
                   f"<td>{escape(_why(r))}</td></tr>" for r in rows[:_MOST])
    return _table("files", "Ready to publish", ("File", "State", "Why not, and what is not tested"), body, len(rows))


def _state(state: str) -> str:
    return f'<span class="chip {_STATES.get(state, "v-none")}">{escape(state)}</span>'


def _why(row: Mapping[str, Any]) -> str:
    missing = row.get("not_tested") or []
    untested = "Not tested: " + ", ".join(str(name).removeprefix("publish.") for name in missing) + "." if missing else ""
    return " ".join(filter(None, (str(row.get("why", "")), untested)))


def files_table(rows: Any) -> str:
    """Files with their bytes and, where it is known, their SHA-256; empty without any."""
    if not _are_rows(rows, "path"):
        return ""
    body = "".join(f'<tr><th scope="row">{escape(str(r["path"]))}</th><td class="n">{_bytes(r.get("bytes"))}</td>'
                   f'<td><code>{escape(str(r.get("sha256", "")))}</code></td></tr>' for r in rows[:_MOST])
    return _table("files", "Files", ("File", "Bytes", "SHA-256"), body, len(rows))


def _are_rows(rows: Any, key: str) -> bool:
    return isinstance(rows, list) and bool(rows) and all(isinstance(r, Mapping) and key in r for r in rows)


def _bytes(count: Any) -> str:
    return f"{count:,}".replace(",", " ") if isinstance(count, int) else ""


def _table(style: str, title: str, heads: Sequence[str], body: str, count: int) -> str:
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    more = f"<p>… and {count - _MOST} more, in the JSON beside this page.</p>" if count > _MOST else ""
    return (f'<details class="printed"><summary>{escape(title)} ({count})</summary>'
            f'<table class="{style}"><caption>{escape(title)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</details>")
