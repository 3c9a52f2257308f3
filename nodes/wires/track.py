"""A plane followed through a clip, with the frames on which it cannot be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

from .quad import Quad

STATES = ("tracked", "occluded", "out", "lost")
_KEPT = ("breathing_frames",)  # metrics that go into a file


@dataclass(frozen=True, slots=True)
class TrackFrame:
    """Corners on one frame: measured when tracked, predicted when occluded or out of the picture, absent when lost."""

    corners: Quad | None
    state: str
    confidence: float

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"expected a state of {', '.join(STATES)}, got {self.state!r}")
        if (self.corners is None) != (self.state == "lost"):
            raise ValueError(f"expected corners on every frame that is not lost and on no other, got {self.state} {self.corners}")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"expected a confidence of 0..1, got {self.confidence}")


@dataclass(frozen=True, slots=True)
class Track:
    """One `TrackFrame` for every frame of the clip, from 0. `frame_size` is (width, height).

    `metrics` may hold what the tracker measured; `breathing_frames` lists the tracked frames on which a part of the surface has
    left the plane, so that no corners are true there.
    """

    frame_size: tuple[int, int]
    fps: Fraction
    frames: tuple[TrackFrame, ...]
    reference_frame: int = 0
    refused: str = ""
    metrics: dict = field(default_factory=dict)

    @classmethod
    def lost(cls, frame_size: tuple[int, int], fps: Fraction, count: int, reason: str) -> Track:
        """The track of a refusal: lost on every frame, for `reason`."""
        return cls(frame_size, fps, (TrackFrame(None, "lost", 0.0),) * count, refused=reason)

    def to_json(self) -> dict:
        """The form that CONTRACT calls track JSON: read again by `from_json`."""
        frames = [
            {
                "frame": i,
                "corners": [[round(x, 6), round(y, 6)] for x, y in f.corners.corners] if f.corners else None,
                "state": f.state,
                "confidence": round(f.confidence, 4),
            }
            for i, f in enumerate(self.frames)
        ]
        size, rate = list(self.frame_size), f"{self.fps.numerator}/{self.fps.denominator}"
        extra = {"refused": self.refused} if self.refused else {}
        extra |= {k: self.metrics[k] for k in _KEPT if self.metrics.get(k)}
        return {"frame_size": size, "fps": rate, "reference_frame": self.reference_frame, **extra, "frames": frames}

    @classmethod
    def from_json(cls, document: dict) -> Track:
        """Read what `to_json` wrote.

        Raises:
            ValueError: The document is not a track, or leaves frames out.
        """
        try:
            width, height = document["frame_size"]
            rows = document["frames"]
            rate = Fraction(document["fps"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"expected a track with frame_size, fps and frames, got none of that form ({error})") from None
        if [row.get("frame") for row in rows] != list(range(len(rows))):
            raise ValueError("expected every frame once, from 0 on, in the track's frames")
        frames = tuple(
            TrackFrame(Quad.from_array(row["corners"]) if row["corners"] else None, row["state"], float(row["confidence"]))
            for row in rows
        )
        kept = {k: document[k] for k in _KEPT if k in document}
        return cls((int(width), int(height)), rate, frames, document.get("reference_frame", 0), document.get("refused", ""), kept)

    def check_clip(self, count: int, width: int, height: int, name: str = "images") -> None:
        """See that a clip is the one that was tracked.

        Raises:
            ValueError: It has another number of frames or another size.
        """
        if (len(self.frames), self.frame_size) != (count, (width, height)):
            frames, (wide, high) = len(self.frames), self.frame_size
            raise ValueError(f"expected {frames} frame{'s' * (frames != 1)} of {wide}x{high} in {name}, as the track has, "
                             f"got {count} of {width}x{height}: wire the clip that was tracked")

    @property
    def first_bad_frame(self) -> int | None:
        """First frame from which the plane is, to the end of the clip, not tracked or left by a part of the surface; or None."""
        bad, apart = None, set(self.metrics.get("breathing_frames", ()))
        for i, frame in enumerate(self.frames):
            bad = None if frame.state == "tracked" and i not in apart else (i if bad is None else bad)
        return bad

    def confidence(self) -> float:
        """Mean confidence over the clip, 0..1; 0 for an empty track."""
        return math.fsum(f.confidence for f in self.frames) / len(self.frames) if self.frames else 0.0
