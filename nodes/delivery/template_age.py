"""Platforms change what they take: a template whose numbers nobody has looked at for half a year says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ..wires.report import Finding
from .channels import Channel

_MOST_DAYS = 180


def old_templates(channels: Iterable[Channel], today: date | None = None) -> list[Finding]:
    """A remark for each channel whose template was checked more than 180 days ago; a studio's without a day is its own."""
    found = []
    for channel in channels:
        try:
            age = ((today or date.today()) - date.fromisoformat(str(channel["checked_on"])[:10])).days
        except ValueError:
            continue
        if age > _MOST_DAYS:
            text = f"The numbers of {channel.id} were checked {age} days ago, on {channel['checked_on']}."
            found.append(Finding("publish.template", "warn", text, value=age, unit="days", limit=_MOST_DAYS,
                                 suggestion="Read the platform's page, and put a newer template into raccord/channels."))
    return found
