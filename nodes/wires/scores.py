"""What a brand score says about pictures: named parts with a number, a place and a sentence, and four scores of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .kit import SCORES
from .report import VERDICTS


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score.

    `value` is 0..1, 0.5 exactly at the limit, and None where the part was not tested. `raw` is the measured number in
    `unit`, compared with `limit`; `box` is x, y, width, height in pixel areas of the picture.
    """

    name: str
    verdict: str
    message: str
    value: float | None = None
    raw: float | None = None
    unit: str = ""
    limit: float | None = None
    box: tuple[float, float, float, float] | None = None
    suggestion: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS or not self.message:
            raise ValueError(f"expected a message and a verdict of {VERDICTS} in part {self.name}, got {self.verdict!r}")
        if (self.value is None) != (self.verdict in ("not tested", "refused")):
            raise ValueError(f"expected a value for tested parts and no other, got {self.value} for {self.verdict} {self.name}")
        if self.value is not None and not 0 <= self.value <= 1:
            raise ValueError(f"expected a value of 0..1 in part {self.name}, got {self.value}")

    @property
    def tested(self) -> bool:
        """Whether the part has an answer."""
        return self.value is not None

    def to_json(self) -> dict:
        """The form of the score's metrics, details beside the agreed names."""
        agreed = {"value": self.value, "raw": self.raw, "unit": self.unit, "limit": self.limit, "verdict": self.verdict,
                  "box": list(self.box) if self.box else None, "message": self.message}
        return {**self.details, **agreed}


@dataclass(frozen=True, slots=True)
class PictureScore:
    """Parts and scores of one picture.

    Attributes:
        parts: By name.
        scores: `brand_fit`, `legibility`, `originality`, `continuity`: 0..1 or None where nothing of it was tested.
        noise: How far each score moves when the picture is written as a JPEG and read back: smaller differences mean nothing.
        passed: Tested parts within their limits.
        tested: Tested parts.
        hash: 64 hexadecimal digits, 256 bits that near-duplicates share.
        digest: SHA-256 of the picture's 8-bit pixels: breaks ties without asking for the order of the batch.
        frame: Frame of the clip, where the pictures are frames of one.
        fit: What the brand fit is made of: `met`, `mean`, `gate` and `gated_by`; and `unseen_logo`, by what a total is
            multiplied in an order of pictures.
        headlines: The scores as parts, by name: their verdict, sentence, and details `passed`, `tested` and `held_by`.
    """

    parts: Mapping[str, Part]
    scores: Mapping[str, float | None]
    noise: Mapping[str, float] = field(default_factory=dict)
    passed: int = 0
    tested: int = 0
    hash: str = ""
    digest: str = ""
    frame: int | None = None
    fit: Mapping[str, object] = field(default_factory=dict)
    headlines: Mapping[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.scores) != set(SCORES):
            raise ValueError(f"expected the scores {', '.join(SCORES)}, got {', '.join(self.scores)}")
        for name, value in self.scores.items():
            if value is not None and not (math.isfinite(value) and 0 <= value <= 1):
                raise ValueError(f"expected a score of 0..1 for {name}, got {value}")

    def to_json(self) -> dict:
        """The form of one entry of the metric `images`."""
        out = {"parts": {name: part.to_json() for name, part in self.parts.items()}, "scores": dict(self.scores),
               "noise": dict(self.noise), "passed": self.passed, "tested": self.tested, "fit": dict(self.fit), "hash": self.hash,
               "headlines": {name: part.to_json() for name, part in self.headlines.items()}}
        return out if self.frame is None else {**out, "frame": self.frame}


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a batch of pictures, in its order, or of frames of one clip, or of several clips, one each."""

    pictures: Sequence[PictureScore]
    kit_digest: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    is_clip: bool = False
    size: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def word(self) -> str:
        """What is chosen among, where they are shortlisted."""
        return "clip" if self.is_clip else "picture"
