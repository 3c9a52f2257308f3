"""What is said of a film that was just written: read back, compared, measured."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..image.letters import missing
from ..media.loudness import film_loudness
from ..media.paths import relative_to_output
from ..wires.kit import Kit
from ..wires.report import Finding
from .channels import Channel
from .film import Film, most_bytes
from .framing import Framing, subject_share
from .order import Order
from .saliency import kept_share
from .verify import LIMIT_DRIFT, Drift, compare, read_back

_ENLARGED = 1.25  # a film that is enlarged by more shows it
_WHOLE, _MOST = 0.98, 0.8  # shares of the subject that are shown
_LEFT = 0.5  # of the subject inside the safe zone: with less, it has left it
_GUESSED = 0.88  # of what draws the eye that a cut keeps; with less the guess may be wrong, or cannot be right


def film_findings(film: Film, count: int, boxes: list, seen: tuple[tuple[int, int], Mapping[int, np.ndarray]],
                  order: Order) -> list[Finding]:
    """Findings of one film.

    Args:
        film: After it was written, or kept.
        count: Frames of the clip.
        boxes: Of the subject, empty without a mask.
        seen: Size of the clip, and what draws the eye by frame where the cut follows that, for want of a mask.
        order: What was asked for.
    """
    shown, channel = relative_to_output(film.path), film.channel
    found = [_framing_finding(film.framing, shown, bool(seen[1]))]
    if film.framing.fit == "crop" and min(film.framing.box[0] - seen[0][0], film.framing.box[1] - seen[0][1]) < -0.5:
        cuts = {n: film.framing.corner(n) for n in seen[1]}
        found += guess_findings(seen[1], cuts, film.framing.box, seen[0], shown)
    if (share := subject_share(film.framing, boxes)) is not None:
        found.append(_subject_finding(share, shown))
    if (zone := channel.get("safe_zone")) and (share := subject_share(film.framing, boxes, zone)) is not None:
        found.append(_zone_finding(share, channel, shown))
    found += _text_zones(order.kit, channel, shown) + _bar_findings(film, shown)
    most, size = most_bytes(channel), film.path.stat().st_size
    if "budget_mb" in channel.data or size > most:
        text = f"{size / 1e6:.2f} MB of {most / 1e6:g} MB" + (f", after {film.encodes} encodes." if film.encodes > 1 else ".")
        found.append(Finding("publish.weight", "pass" if size <= most else "fail", text, value=size, unit="bytes", limit=most,
                             file=shown, suggestion="" if size <= most else "Cut it shorter."))
    if film.encodes == 0:
        kept = "Was there already, from identical inputs, and is kept."
        return [*found, Finding("publish.written", "pass", kept, file=shown)]
    found += film.findings + _sound_findings(film, shown) + _caption_findings(order, count, shown)
    written, back = read_back(film.path, tuple(film.proof))
    if written != count:
        return [*found, Finding("publish.frames", "fail", f"The film holds {written} frames of {count}.", value=written,
                                limit=count, file=shown, suggestion="Write it again; the disk may be failing.")]
    return [*found, drift_finding(compare(back, film.proof), shown)]


def drift_finding(drift: Drift, shown: str) -> Finding:
    """What reading a film back as tagged says about its colours."""
    good = drift.worst <= LIMIT_DRIFT
    text = (f"Read back as tagged, colours differ from the source by {drift.worst:.2f} of 255 at most "
            f"(99 % of the patches within {drift.patches:.1f}).")
    advice = "" if good else "The matrix or the range is wrong: do not publish."
    return Finding("publish.colour", "pass" if good else "fail", text, value=round(drift.worst, 3), unit="code values",
                   limit=LIMIT_DRIFT, frames=drift.frames, file=shown, suggestion=advice)


def _sound_findings(film: Film, shown: str) -> list[Finding]:
    wanted = film.channel.get("loudness")
    if not wanted or film.sound is None:
        return []
    measured = film_loudness(film.path)
    if measured is None:
        return [Finding("publish.loudness", "not tested", "The sound is silent or shorter than 0.4 s.", file=shown)]
    good = abs(measured.lufs - wanted["lufs"]) <= wanted["tolerance"] and measured.true_peak <= wanted["true_peak"] + 0.3
    text = (f"Its loudness is {measured.lufs:.1f} LUFS, peaks at {measured.true_peak:.1f} dBTP; asked for are {wanted['lufs']:g} "
            f"LUFS within {wanted['tolerance']:g} and {wanted['true_peak']:g} dBTP.")
    return [Finding("publish.loudness", "pass" if good else "warn", text, value=round(measured.lufs, 2), unit="LUFS",
                    limit=wanted["lufs"], file=shown,
                    suggestion="" if good else "Mix the sound with less range before delivery.")]


def _bar_findings(film: Film, shown: str) -> list[Finding]:
    """What the bar under a review proxy cannot spell: its font has plain Latin letters only."""
    if film.burn is None or not (lost := missing(film.burn.shot.show + film.burn.shot.shot)):
        return []
    return [Finding("publish.burn_in", "warn", f"Its bar has no letters for {lost[:20]}: boxes stand there.", value=lost[:20],
                    file=shown, suggestion="Name show and shot in Latin letters if they must be read there.")]


def _caption_findings(order: Order, count: int, shown: str) -> list[Finding]:
    seconds = count / float(order.shot.fps)
    if order.captions is None or order.captions.end <= seconds + 0.1:
        return []
    late = sum(cue.start >= seconds for cue in order.captions.cues)
    text = (f"The last caption ends at {order.captions.end:.2f} s, the film at {seconds:.2f} s"
            + (f": {late} of {len(order.captions.cues)} never show." if late else "."))
    return [Finding("publish.captions", "warn", text, value=round(order.captions.end, 3), unit="s", limit=round(seconds, 3),
                    file=shown, suggestion="Take the captions of this cut, or cut them.")]


def _framing_words(framing: Framing, guessed: bool) -> str:
    if framing.fit != "crop":
        return "the whole picture between " + ("black bars" if framing.fit == "pad" else "blurred copies of it")
    (x, y), moves = framing.corners[0], len(framing.corners) > 1
    what = "what draws the eye" if guessed else "the subject"
    where = f"following {what}" if moves else f"cut at x {x:.0f}, y {y:.0f}"
    return f"{framing.box[0]:.0f}×{framing.box[1]:.0f} pixels of the source, {where}"


def _framing_finding(framing: Framing, shown: str, guessed: bool) -> Finding:
    w, h = framing.size
    enlarged = framing.scale > _ENLARGED
    text = f"{w}×{h} shows {_framing_words(framing, guessed)}" + (f"; enlarged {framing.scale:.1f}×." if enlarged else ".")
    advice = "Generate or upscale the clip to the channel's size before delivery." if enlarged else ""
    return Finding("publish.enlarged", "warn" if enlarged else "pass", text, value=round(framing.scale, 2), unit="times",
                   limit=_ENLARGED, file=shown, suggestion=advice)


def guess_findings(salient: Mapping[int, np.ndarray], corners: Mapping[int, tuple[float, float]], box: tuple[float, float],
                   source: tuple[int, int], shown: str) -> list[Finding]:
    """How much of what draws the eye a cut of size `box` keeps, at its worst frame; nothing where nobody had to guess."""
    shares = [(kept_share(map_, corners[n], box, source), n) for n, map_ in salient.items()]
    if not shares:
        return []
    part, frame = min(shares)
    good = part >= _GUESSED
    text = (f"Cut by what draws the eye: {part:.0%} of it stays, at least." if good else
            f"The cut was guessed and loses {1 - part:.0%} of what draws the eye.")
    return [Finding("publish.subject", "pass" if good else "warn", text, value=round(part, 3), unit="share", limit=_GUESSED,
                    frames=[frame], file=shown,
                    suggestion="" if good else "Wire a subject_mask, or choose fit pad; look at that frame.")]


def _subject_finding(share: tuple[float, int], shown: str) -> Finding:
    part, frame = share
    verdict = "pass" if part >= _WHOLE else "warn" if part >= _MOST else "fail"
    text = f"The cut shows at least {part:.0%} of the subject."
    return Finding("publish.subject", verdict, text, value=round(part, 3), unit="share", limit=_WHOLE, frames=[frame], file=shown,
                   suggestion="" if verdict == "pass" else "Use fit pad, or compose the subject narrower.")


def _zone_finding(share: tuple[float, int], channel: Channel, shown: str) -> Finding:
    part, frame = share
    verdict = "pass" if part >= _MOST else "warn" if part >= _LEFT else "fail"
    words = {"pass": "stays inside", "warn": "is in part outside", "fail": "leaves"}[verdict]
    text = f"The subject {words} what {channel['title']} leaves free: at least {part:.0%} of it is inside."
    return Finding("publish.safe_zone", verdict, text, value=round(part, 3), unit="share", limit=_MOST, frames=[frame],
                   file=shown,
                   suggestion="" if verdict == "pass" else "Compose the subject higher and smaller: the edge is covered.")


def _text_zones(kit: Kit | None, channel: Channel, shown: str) -> list[Finding]:
    """Whether the kit's text zones for this channel lie in what the platform leaves free."""
    zone, found = channel.get("safe_zone"), []
    for text in kit.text_zones if kit and zone else ():
        if text.channel not in ("", channel.id):
            continue
        inside = (text.x >= zone["left"] - 0.001 and text.y >= zone["top"] - 0.001
                  and text.x + text.width <= 1 - zone["right"] + 0.001 and text.y + text.height <= 1 - zone["bottom"] + 0.001)
        says = "lies inside" if inside else "reaches beyond"
        found.append(Finding("publish.text_zone", "pass" if inside else "warn",
                             f"The text zone {text.name} {says} what {channel['title']} leaves free.", file=shown,
                             suggestion="" if inside else "Move it away from the edge: the platform's own signs cover it."))
    return found
