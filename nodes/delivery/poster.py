"""The picture that stands for a film before it plays."""

from __future__ import annotations

from ..media.credentials import sign
from ..media.frames import Frames
from ..media.stills import encode_still
from ..media.xmp import xmp_packet
from .budget import search_quality
from .film import Film
from .order import Order
from .proof import colours_of

_BEST = 90


def write_poster(film: Film, frames: Frames, order: Order) -> None:
    """Write a JPEG of the hero frame as the film shows it, at most as heavy as the channel takes; nothing where it takes none."""
    kilobytes = film.channel.get("poster_kb")
    name = f"{film.name.removesuffix('.mp4')}.poster.jpg"
    if not kilobytes or film.package.keep(name):
        return
    picture = film.pictures(frames.read(order.hero_frame, order.hero_frame + 1, codes=True), order.hero_frame)[0]
    xmp = xmp_packet(order.rights)
    room = 6000 if order.certificate else 0  # a signature is 3.2 kB
    fit = search_quality(lambda q: encode_still(picture, "jpeg", q, xmp), int(kilobytes * 1000) - room, start=_BEST, low=30,
                         high=_BEST)
    data = sign(fit.data, ".jpg", order.certificate, order.rights.source_type, name) if order.certificate else fit.data
    film.package.write(name, data, channel=film.channel.id, poster=True, quality=fit.quality, frame=order.hero_frame,
                       colours={"0": colours_of(picture)}, **({"signed": True} if order.certificate else {}),
                       **({"lut": film.channel["lut"]} if film.lut is not None else {}))
