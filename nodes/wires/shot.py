"""The shot a clip belongs to: how its files are named and how its frames are counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction

_NTSC = tuple(Fraction(nominal * 1000, 1001) for nominal in (24, 30, 48, 60, 120))


def exact_rate(fps: float | Fraction) -> Fraction:
    """Turn a frame rate as people type it into the exact one.

    Args:
        fps: Frames per second, above 0. 23.976 and 23.98 mean 24000/1001.

    Returns:
        The rate as a fraction; NTSC rates within 0.005 fps, others to a thousandth.

    Raises:
        ValueError: The rate is not a positive number.
    """
    if isinstance(fps, Fraction) and fps > 0:
        return fps
    if not 0 < float(fps) < 100_000:
        raise ValueError(f"expected a frame rate above 0, got {fps}: set fps to the rate of the clip, such as 24")
    whole = Fraction(round(fps))
    if abs(float(fps) - whole) < 1e-4 and whole > 0:
        return whole
    near = min(_NTSC, key=lambda rate: abs(float(fps) - rate))
    return near if abs(float(fps) - near) <= 0.005 else Fraction(fps).limit_denominator(1001)


@dataclass(frozen=True, slots=True)
class Shot:
    """Name and time of a shot.

    Frames are counted from 0 inside Raccord; `start_frame` is the number of the first one in files, handles included.
    """

    show: str = "show"
    shot: str = "shot"
    take: int = 1
    version: int = 1
    fps: Fraction = Fraction(24)
    start_frame: int = 1001
    handles: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "fps", exact_rate(self.fps))
        for name, least in (("take", 0), ("version", 0), ("handles", 0), ("start_frame", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"expected {name} of {least} or more, got {getattr(self, name)}: raise it")
        for name in ("show", "shot"):
            if not getattr(self, name).strip():
                raise ValueError(f"expected a name in {name}, got an empty text: write such as SH010")

    @property
    def subject(self) -> str:
        """How reports name the shot, such as `SH010 take 3`."""
        return f"{self.shot} take {self.take}"

    def number(self, frame: int) -> int:
        """Number of the 0-based `frame` in files."""
        return self.start_frame + frame

    def to_json(self) -> dict:
        """Plain values, fps as `num/den`."""
        return asdict(self) | {"fps": f"{self.fps.numerator}/{self.fps.denominator}"}
