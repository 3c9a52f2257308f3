"""A film against its channel's template, by what it says of itself and by what it shows."""

from __future__ import annotations

from pathlib import Path

from ..media.film_facts import FilmFacts, film_facts
from ..media.loudness import film_loudness
from ..media.paths import relative_to_output
from ..wires.report import Finding
from .channels import Channel
from .check_name import check_name
from .check_pictures import check_pictures
from .check_rights import check_credentials, check_rights, check_source_type
from .source import Source


class FilmCheck:
    """Collects the findings of one film; what a template that is not official asks for can warn, not fail."""

    def __init__(self, path: Path, channel: Channel | None) -> None:
        """`channel` is None for a film that no template claims."""
        self.file, self.channel, self.findings = relative_to_output(path), channel, []
        self.failing = "fail" if channel is None or channel["confidence"] in ("official", "studio") else "warn"

    def add(self, check: str, good: bool, message: str, suggestion: str = "", *, failing: str = "", **more: object) -> None:
        """Note a check that passed or did not."""
        verdict = "pass" if good else failing or self.failing
        self.findings.append(Finding(f"publish.{check}", verdict, message, file=self.file, suggestion="" if good else suggestion,
                                     **more))  # type: ignore[arg-type]


def check_film(path: Path, channel: Channel | None, source: Source, anchors: str = "") -> list[Finding]:
    """Findings of one film; `anchors` are the studio's certificates.

    Raises:
        ValueError: It cannot be read.
    """
    facts, check = film_facts(path), FilmCheck(path, channel)
    text = f"{facts.width}×{facts.height}, {facts.frames} frames, {facts.seconds:.2f} s at {float(facts.fps):.6g} fps"
    check.add("readable", facts.steady, f"It opens again: {text}" + ("." if facts.steady else ", unevenly spaced."),
              "Export it at one frame rate.")
    if channel is not None:
        _picture(check, facts, channel, int(source.entry(path).get("bar", 0)))
        _time(check, facts, channel)
        _coding(check, facts, channel)
        _sound(check, path, facts, channel)
        check.findings += check_name(path, check.file, channel)
    _tags(check, facts, channel)
    if channel is None or channel.get("disclosure"):
        check.findings.append(check_source_type(check.file, facts.source_type))
    check.findings += check_rights(check.file, facts.xmp, channel)
    check.findings += check_credentials(path, check.file, anchors, source.signed(path))
    check.findings += check_pictures(path, facts, source, check.file)
    return check.findings


def _picture(check: FilmCheck, facts: FilmFacts, channel: Channel, bar: int) -> None:
    height = facts.height - bar
    if channel.shape is not None:
        wanted, is_shape = channel["aspect"], facts.width / height
        off = abs(is_shape / (wanted[0] / wanted[1]) - 1)
        check.add("shape", off < 0.01, f"Its shape is {facts.width}:{height}, asked for is {wanted[0]}:{wanted[1]}.",
                  "Export the channel again; its template crops or pads.", failing="fail", value=round(is_shape, 4), unit="ratio",
                  limit=round(wanted[0] / wanted[1], 4))
        least, most = channel["sizes"][0], channel["sizes"][-1]
        inside = least[0] <= facts.width <= most[0] and least[1] <= height <= most[1]
        check.add("size", inside, f"{facts.width}×{height}; the channel takes {least[0]}×{least[1]} to {most[0]}×{most[1]}.",
                  "Export the channel again at one of its sizes.")
    largest = channel.get("budget_mb", channel["largest_mb"])
    check.add("weight", facts.bytes <= largest * 1e6, f"{facts.bytes / 1e6:.2f} MB of {largest:g} MB at most.",
              "Shorten it or lower the bit rate.", value=facts.bytes, unit="bytes", limit=largest * 1e6)


def _time(check: FilmCheck, facts: FilmFacts, channel: Channel) -> None:
    low, high = channel["fps"]
    check.add("fps", low <= float(facts.fps) <= high + 0.01,
              f"{float(facts.fps):.6g} fps; the channel takes {low:g} to {high:g}.",
              "Retime the clip.", value=round(float(facts.fps), 4), unit="fps", limit=f"{low:g} to {high:g}")
    low, high = channel["seconds"]
    check.add("duration", low <= facts.seconds <= high, f"{facts.seconds:.2f} s; the channel takes {low:g} s to {high:g} s.",
              f"Make the clip at least {low:g} s long." if facts.seconds < low else "Cut it shorter.",
              value=round(facts.seconds, 3), unit="s", limit=low if facts.seconds < low else high)


def _coding(check: FilmCheck, facts: FilmFacts, channel: Channel) -> None:
    seen = (facts.codec, facts.profile, facts.pixel_format)
    wanted = (channel["codec"], channel["profile"], channel["pixel_format"])
    check.add("codec", seen == wanted, f"{' '.join(seen)}; asked for is {' '.join(wanted)}.", "Export the channel again.",
              failing="fail")
    most = max(1, round(float(facts.fps) * channel["gop_seconds"]))
    check.add("group", facts.group <= most, f"A key frame every {facts.group} frames; asked for is every {most}.",
              "Export the channel again.", failing="warn", value=facts.group, unit="frames", limit=most)
    check.add("index", facts.index_first and not facts.edit_list,
              f"The index is {'in front' if facts.index_first else 'at the end'}"
              f"{', with an edit list' if facts.edit_list else ''}.", "Export the channel again.", failing="fail")
    peak = channel.peak_kbps((facts.width, facts.height), facts.fps)
    most = round(peak * (1.05 + 1 / max(facts.seconds, 1.0)))  # a player's buffer of a second may be filled at the start
    check.add("rate", facts.kbps <= most,
              f"{facts.kbps / 1000:.1f} Mbit/s on average; asked for are {peak / 1000:g} and a second's buffer.",
              "Encode it at a lower bit rate.", failing="warn", value=round(facts.kbps), unit="kbit/s", limit=most)


def _sound(check: FilmCheck, path: Path, facts: FilmFacts, channel: Channel) -> None:
    wanted = channel["sound"]
    if not facts.sound:
        if wanted:
            check.findings.append(Finding("publish.sound", "not tested", "The film is silent.", file=check.file))
        return
    if not wanted:
        check.add("sound", False, f"It has sound ({facts.sound}); the channel takes silent films.", "Export the channel again.")
        return
    is_as_wanted = (facts.sound_rate, facts.sound_channels) == (wanted["rate"], wanted["channels"])
    good = is_as_wanted and facts.sound.startswith(wanted["codec"])
    check.add("sound", good, f"{facts.sound}, {facts.sound_rate} Hz, {facts.sound_channels} channels.",
              "Export the channel again.")
    if not (asked := channel.get("loudness")):
        return
    measured = film_loudness(path)
    if measured is None:
        check.findings.append(Finding("publish.loudness", "not tested", "Its sound is silent or shorter than 0.4 s.",
                                      file=check.file))
        return
    off, over = abs(measured.lufs - asked["lufs"]), measured.true_peak - asked["true_peak"]
    check.add("loudness", off <= asked["tolerance"] + 0.1 and over <= 0.5,
              f"Its loudness is {measured.lufs:.1f} LUFS with peaks at {measured.true_peak:.1f} dBTP; asked for are "
              f"{asked['lufs']:g} LUFS within {asked['tolerance']:g}, and {asked['true_peak']:g} dBTP.",
              "Export the channel again with its sound.", failing="warn", value=round(measured.lufs, 2), unit="LUFS",
              limit=asked["lufs"])


def _tags(check: FilmCheck, facts: FilmFacts, channel: Channel | None) -> None:
    matrix, limits = (channel["matrix"], channel["range"]) if channel else ("bt709", facts.range or "limited")
    stated = facts.matrix or "nothing"
    check.add("tags", facts.matrix == matrix and (facts.range or "limited") == limits,
              f"It states {stated}, {facts.range or 'no'} range; asked for is {matrix}, {limits}.",
              "Export it through Raccord: players guess where nothing is stated.", failing="fail" if channel else "warn",
              value=stated, limit=matrix)
