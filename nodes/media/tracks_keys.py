"""The keys of a track file: where each corner or point is on the frames that were tracked, and where there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..wires.track import Track

CORNER_NAMES = ("TL", "TR", "BR", "BL")


@dataclass(frozen=True, slots=True)
class PointTrack:
    """One point: its name, and (0-based frame, x, y, confidence 0..1) where it is known; pixel areas, y down."""

    name: str
    keys: tuple[tuple[int, float, float, float], ...]

    @property
    def frames(self) -> frozenset[int]:
        """Frames on which the point is known."""
        return frozenset(key[0] for key in self.keys)


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a clip of `count` frames of `size` (width, height); `start_frame` is the number of frame 0 in the shot."""

    points: tuple[PointTrack, ...]
    size: tuple[int, int]
    count: int
    start_frame: int = 1001
    label: str = "raccord"
    reference_frame: int = 0
    pixel_aspect: float = 1.0

    def up(self, point: PointTrack) -> list[tuple[int, float, float]]:
        """Frame (0-based), x and y from the lower edge."""
        return [(f, x, self.size[1] - y) for f, x, y, _ in point.keys]


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of the four corners.

    Attributes:
        track: The track itself.
        start_frame: Number of frame 0 in the shot.
        label: Name of the node, letters, digits and underscores.
        size: Frame width and height.
        frames: 0-based frames that were tracked.
        corners: For each of them four (x, y), TL TR BR BL, pixel areas, y down.
        confidence: For each of them 0..1.
        count: Frames of the clip.
        pixel_aspect: Width of a pixel by its height; positions are pixels whatever it is.
    """

    track: Track
    start_frame: int
    label: str
    size: tuple[int, int]
    frames: tuple[int, ...]
    corners: tuple[tuple[tuple[float, float], ...], ...]
    confidence: tuple[float, ...]
    count: int
    pixel_aspect: float = 1.0

    def points(self) -> Points:
        """The four corners as points, named `<label>_TL` and so on."""
        return self.named(f"{self.label}_")

    def named(self, before: str) -> Points:
        """The four corners as points whose names begin with `before`."""
        points = tuple(
            PointTrack(f"{before}{name}", tuple(
                (f, *c[corner], w) for f, c, w in zip(self.frames, self.corners, self.confidence, strict=True)))
            for corner, name in enumerate(CORNER_NAMES)
        )
        return Points(points, self.size, self.count, self.start_frame, self.label, self.track.reference_frame, self.pixel_aspect)

    @property
    def visible(self) -> tuple[bool, ...]:
        """Whether each frame of the clip has a key."""
        known = set(self.frames)
        return tuple(i in known for i in range(self.count))

    def up(self, corner: int) -> list[tuple[int, float, float]]:
        """Frame (0-based), x and y from the lower edge, of corner number 0..3."""
        return [(f, c[corner][0], self.size[1] - c[corner][1]) for f, c in zip(self.frames, self.corners, strict=True)]


def keys_of(track: Track, start_frame: int, label: str, pixel_aspect: float = 1.0) -> Keys:
    """Collect the keys of a track; frames that are occluded, out or lost have none."""
    tracked = [(i, f) for i, f in enumerate(track.frames) if f.state == "tracked" and f.corners is not None]
    safe = re.sub(r"\W+", "_", label, flags=re.ASCII).strip("_") or "raccord"
    return Keys(
        track,
        start_frame,
        safe if not safe[0].isdigit() else f"t_{safe}",
        track.frame_size,
        tuple(i for i, _ in tracked),
        tuple(f.corners.corners for _, f in tracked if f.corners),
        tuple(f.confidence for _, f in tracked),
        len(track.frames),
        pixel_aspect,
    )


def number(value: float, places: int = 6) -> str:
    """A number without needless zeros, and never `-0`."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def switches(flags: tuple[bool, ...], start: int) -> list[tuple[int, int]]:
    """Frame and 0 or 1 wherever the flag changes, the first frame included."""
    return [(start + i, int(flag)) for i, flag in enumerate(flags) if i == 0 or flag != flags[i - 1]]
