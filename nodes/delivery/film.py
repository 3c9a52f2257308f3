"""One film of a delivery: how it is encoded, what is put into it last, and how its weight is brought down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..image.grade import grade_pixels
from ..image.layout import from_uint8, to_uint8
from ..media.captions_mux import can_mux, mux_captions
from ..media.credentials import sign_file
from ..media.cube_read import parse_cube
from ..media.encode import FilmSpec, FilmWriter
from ..media.manifest import file_sha256
from ..media.package import Package
from ..media.paths import library_file
from ..media.xmp import append_xmp_box, xmp_packet
from ..wires.grade import Grade
from ..wires.report import Finding
from .burn import Burn, bar_height, burn_in
from .channels import Channel
from .framing import Framing
from .order import Order
from .proof import colours_of
from .reframe import reframe

MOST_TRIES = 4


@dataclass(slots=True)
class Film:
    """A film on its way.

    Attributes:
        sound: What it sounds like: at the channel's loudness, or None.
        burn: What is written under its pictures, or None.
        lut: The channel's look, or None.
        peak_kbps: Bound of its rate, lowered until it weighs what it may.
        encodes: How often it was encoded; 0 for one that was there already.
        proof: Frames to compare with when it is read back.
        writer: While it is being written.
    """

    channel: Channel
    package: Package
    name: str
    framing: Framing
    sound: dict | None
    burn: Burn | None
    lut: Grade | None
    peak_kbps: int
    encodes: int = 0
    proof: dict[int, np.ndarray] = field(default_factory=dict)
    colours: dict[str, list] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    writer: Any = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.package.path(self.name)

    @property
    def bar(self) -> int:
        """Lines of the bar under its pictures."""
        return bar_height(self.framing.size[1]) if self.burn else 0

    def pictures(self, block: torch.Tensor, start: int) -> np.ndarray:
        """Frames of the clip as this film shows them (n, H, W, 3) uint8."""
        if self.lut is not None:
            rgb = from_uint8(block.numpy()) if block.dtype == torch.uint8 else block
            block = grade_pixels(rgb[..., :3].float(), self.lut).clamp(0, 1)
        shown = reframe(block, start, self.framing)
        return burn_in(shown, start, self.burn) if self.burn else shown

    def keep_proof(self, number: int, picture: np.ndarray) -> None:
        """Note what a frame shows, for reading back now and for whoever checks the file later."""
        self.proof[number] = picture.copy()
        self.colours[str(number)] = colours_of(picture[:self.framing.size[1]])


def film_spec(film: Film, fps: Fraction) -> FilmSpec:
    """How the template wants a film of this size and rate written."""
    channel, (width, height) = film.channel, film.framing.size
    sound = channel["sound"]["kbps"] if channel["sound"] else 128
    return FilmSpec(width, height + film.bar, fps, film.peak_kbps, channel["crf"],
                    max(1, round(float(fps) * channel["gop_seconds"])), channel["b_frames"], sound)


def most_bytes(channel: Channel) -> float:
    """Most bytes that a film may have: what the studio gives itself, else what the platform takes."""
    return channel.get("budget_mb", channel["largest_mb"]) * 1e6


def first_peak(channel: Channel, size: tuple[int, int], fps: Fraction, seconds: float) -> int:
    """Rate to begin with in kbit/s: the platform's, or what the weight allows if every second were full."""
    sound = channel["sound"]["kbps"] if channel["sound"] else 0
    allowed = most_bytes(channel) * 8 / 1000 / (seconds + 1) - sound
    return max(64, min(channel.peak_kbps(size, fps), int(allowed)))


@contextmanager
def being_written(film: Film, order: Order) -> Iterator[None]:
    """Open the film; when all frames are in, captions, rights and, last, the signature follow, and it takes its name."""
    extra = {"channel": film.channel.id, "framing": film.framing.to_json(), "colours": film.colours}
    extra |= {"bar": film.bar} if film.bar else {}
    extra |= {"signed": True} if order.certificate else {}
    extra |= {"lut": film.channel["lut"]} if film.lut is not None else {}
    with film.package.writing(film.name, **extra) as temporary:
        with FilmWriter(temporary, film_spec(film, order.shot.fps), film.sound) as writer:
            film.writer = writer
            yield
        film.encodes += 1
        if order.captions and film.channel.get("captions") == "muxed":
            if can_mux():
                mux_captions(temporary, order.captions)
            elif film.encodes == 1:
                film.findings.append(Finding("publish.captions", "warn", "Captions stand beside the film, not in it: this PyAV "
                                             "cannot.", file="", suggestion="Update PyAV to 16 or newer."))
        append_xmp_box(temporary, xmp_packet(order.rights))
        if order.certificate:
            sign_file(temporary, order.certificate, order.rights.source_type, film.name)


def lighter(film: Film) -> bool:
    """Whether the film is too heavy and may be tried once more, at a lower rate."""
    most, size = most_bytes(film.channel), film.path.stat().st_size
    if size <= most or film.encodes >= MOST_TRIES or film.peak_kbps <= 64:
        return False
    film.peak_kbps = max(64, int(film.peak_kbps * most / size * 0.95))
    return True


def channel_look(channel: Channel) -> Grade | None:
    """The channel's LUT from the studio's folder `luts`.

    Raises:
        ValueError: There is none of that name, or it is no .cube.
    """
    name = channel.get("lut")
    if not name:
        return None
    path = library_file("luts", name)
    if path is None:
        raise ValueError(f"expected lut {name!r} of channel {channel.id} in raccord/luts, got none there: put the .cube there")
    lut = parse_cube(path.read_text(encoding="utf-8", errors="replace"))
    shaper, table = (None if part is None else torch.from_numpy(part).float() for part in (lut.shaper, lut.table))
    domain, shaper_domain = (tuple(tuple(map(float, row)) for row in span) for span in (lut.domain, lut.shaper_domain))
    return Grade("LUT", "encoded", source=path.name, table=table, domain=domain, shaper=shaper,  # type: ignore[arg-type]
                 shaper_domain=shaper_domain)  # type: ignore[arg-type]


def look_identity(channel: Channel) -> str:
    """Hash of the file of a channel's LUT, empty without one: another look under the old name is another film."""
    path = library_file("luts", channel["lut"]) if channel.get("lut") else None
    return file_sha256(path) if path else ""


def hero_picture(picture: np.ndarray, look: Grade | None) -> np.ndarray:
    """A still (H, W, 3) uint8 in a channel's look."""
    if look is None:
        return picture
    return to_uint8(grade_pixels(from_uint8(picture)[None], look).clamp(0, 1))[0]
