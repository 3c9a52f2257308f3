"""One marker through a clip: what was there before it, and its paint on each frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ...wires.markers import Marker
from ..insert.flatten import flat_size
from .cover_up import Painted
from .ground import Lit, lit
from .noted import Noted, noted
from .settle import Under
from .spot import Flat, Spot
from .under import SHOWS, Anchor, Learnt, anchor_of, anchor_on, learn, learn_known, start_of
from .views import Views

_FINER = 1.5  # pixels of the flat view to one of the largest view


@dataclass(frozen=True, slots=True)
class Place:
    """A marker on the frames to learn from, by frame: how they show it, and what was there before, fitted to each."""

    number: int
    flat: Flat
    spots: dict[int, Spot]
    before: Noted | None
    fitted: dict[int, Lit | None]

    @classmethod
    def of(cls, views: Views, marker: Marker, clean: torch.Tensor | None) -> Place:
        """Look at a marker on the frames to learn from; `clean` (1, h, w, 3) is the picture from before the stamping."""
        width, height = np.array(flat_size(views.track)) * views.markers.size_uv * _FINER
        flat = Flat.around(views.markers, marker, width, height)
        before, spots = noted(views.markers, marker, clean, flat), {}
        for i in views.chosen:
            spot = views.spot(i, marker.number)
            spots |= {} if spot is None else {i: spot}
        fitted = {} if before is None else {i: lit(before.texture, before.flat, spot) for i, spot in spots.items()}
        return cls(marker.number, flat, spots, before, fitted)

    def anchor(self, strength: float) -> Anchor | None:
        """The first view of the marker; None where no frame shows it."""
        spots = list(self.spots.values())
        return anchor_of(spots, strength) if self.before is None else anchor_on(spots, list(self.fitted.values()), strength)

    def learn(self, anchor: Anchor, strength: float, *, own: bool) -> Learnt:
        """What the frames tell; `own`: the paint is that of Stamp Markers itself."""
        spots = list(self.spots.values())
        if self.before is None:
            return learn(anchor, spots, self.flat, strength, own=own)
        return learn_known(anchor, spots, list(self.fitted.values()), self.flat, strength, own=own)

    def painted(self, views: Views, frame: int, under: Under) -> Painted | None:
        """The marker on a frame, its paint fitted; None where the frame does not show it."""
        spot = self.spots[frame] if frame in self.spots else views.spot(frame, self.number)
        if spot is None:
            return None
        same = self.before is not None and under.texture is self.before.texture
        known = self.fitted[frame] if same and frame in self.fitted else lit(under.texture, under.flat, spot)
        if known is None:
            return None
        start, shows = start_of(spot, under.paint, known.values, views.markers.strength)
        return Painted.on(spot, under, known, start) if abs(shows) >= SHOWS else None
