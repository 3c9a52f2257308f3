"""Which channel a file is for: the one whose name its path carries, or, where a channel is asked for, the only file that fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..media.film_facts import film_facts
from ..media.paths import relative_to_output
from ..wires.report import Finding
from .channels import Channel, claimed_by, every_channel
from .source import Source

STILLS, FILMS = (".avif", ".webp", ".jpg", ".jpeg", ".png"), (".mp4", ".mov", ".mkv", ".webm")
_NEAR = 0.05  # a shape as near to the channel's as this was meant for it, and its own check says how far off it is


@dataclass(slots=True)
class Claims:
    """The channel of every file that has one, and what is said of channels without a file of their name."""

    channels: dict[Path, Channel] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def claim_files(paths: list[Path], barred: list[Path], wanted: list[Channel], known: list[Channel], source: Source) -> Claims:
    """Find the channel of each file.

    Args:
        paths: Files that can be read.
        barred: Those that cannot; a channel whose name they carry is not missing.
        wanted: Channels that must be there.
        known: Those whose name is looked for in paths.
        source: For the manifests beside the files: what they name is no other file's.
    """
    claims = Claims({path: channel for path in paths if (channel := claimed_by(relative_to_output(path), known))})
    there = {channel.id for channel in claims.channels.values()}
    there |= {channel.id for path in barred if (channel := claimed_by(path.as_posix(), wanted))}
    missing = [channel for channel in wanted if channel.id not in there]
    if missing:
        every = every_channel()[0]
        free = [path for path in paths if path not in claims.channels and not source.entry(path)
                and not claimed_by(relative_to_output(path), every)]
        for channel in missing:
            fitting = [path for path in free if path not in claims.channels and _fits(path, channel)]
            if len(fitting) == 1:
                claims.channels[fitting[0]] = channel
            claims.findings.append(_said(channel, fitting))
    return claims


def _fits(path: Path, channel: Channel) -> bool:
    """Whether a file has the kind and about the shape that a channel takes."""
    if path.suffix.lower() not in (FILMS if channel.kind == "film" else STILLS):
        return False
    if channel.kind != "film" or channel.shape is None:
        return True
    try:
        facts = film_facts(path)
    except (ValueError, OSError):
        return False  # said by the check that reads it
    return abs(facts.width / facts.height / float(channel.shape) - 1) <= _NEAR


def _said(channel: Channel, fitting: list[Path]) -> Finding:
    if len(fitting) == 1:
        text = (f"No file carries the name {channel.id}: {fitting[0].name} is the only one of its kind and shape, "
                "and is judged as it.")
        return Finding("publish.missing", "warn", text, value=channel.id, unit="channel", file=relative_to_output(fitting[0]),
                       suggestion="Name it after its channel.")
    text = f"No file of {channel.id} is there" + (
        f"; {len(fitting)} are of its kind and shape, and none carries its name." if fitting else ".")
    advice = ("Name the one that is meant after its channel." if fitting else
              "Add it to the channels of the export, or take it off this list.")
    return Finding("publish.missing", "fail", text, value=channel.id, unit="channel", suggestion=advice)
