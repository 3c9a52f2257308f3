"""How a join is spoken of: which clip lies on which side, and how its frames are counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A join. Frames are counted over the clip and then the next one; the previous clip backwards from −1.

    Attributes:
        which: `next`, `previous` or `loop`.
        length: Frames of the clip.
        skipped: Frames of the second clip that overlap and are not looked at.
        first_length: Frames of the clip before the join.
    """

    which: str
    length: int
    skipped: int = 0
    first_length: int = 0

    @property
    def name(self) -> str:
        """The join in a sentence."""
        return {"next": "the join to the next clip", "previous": "the join from the previous clip",
                "loop": "the loop"}[self.which]

    @property
    def second(self) -> str:
        """Which clip lies behind the join, as `drop` names it."""
        return "next" if self.which == "next" else "clip"

    @property
    def first(self) -> str:
        """Which clip lies before the join, as `drop` names it."""
        return "previous" if self.which == "previous" else "clip"

    @property
    def second_name(self) -> str:
        """The clip behind the join in a sentence, after `the`."""
        return "next clip" if self.which == "next" else "clip"

    @property
    def first_name(self) -> str:
        """The clip before the join in a sentence, after `the`."""
        return "previous clip" if self.which == "previous" else "clip"

    def before(self, back: int = 1) -> int:
        """Number of the frame `back` places before the join (1 is the last)."""
        return -back if self.which == "previous" else self.length - back

    def behind(self, number: int = 0) -> int:
        """Number of frame `number` behind the join (0 is the first)."""
        return number + self.skipped + (self.length if self.which == "next" else 0)

    def frames(self) -> list[int]:
        """The two frames of the join."""
        return [self.before(), self.behind()]
