"""A calibration plate: patches of known colour in a grid, and where it lies in a frame."""

from __future__ import annotations

from dataclasses import dataclass

from .quad import Quad

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch: encoded sRGB 0..1, not clipped (a colour outside sRGB is negative or above 1); `role` such as `grey`."""

    name: str
    rgb: Colour
    role: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle of one colour drawn over the border, so that no turn or mirror image of the plate looks like the plate.

    `x`, `y` (from the plate's upper left corner), `width` and `height` are in patch sides.
    """

    x: float
    y: float
    width: float
    height: float
    rgb: Colour


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate of `rows` × `columns` patches, row by row from the upper left.

    Lengths (`gap` between patches, `border` around them) are in patch sides. `corners` are the plate's outer corners in
    pixel areas of a picture of `frame_size`, once it is stamped or found.
    """

    kind: str
    rows: int
    columns: int
    patches: tuple[Patch, ...]
    gap: float = 0.15
    border: float = 0.35
    background: Colour = (0.06, 0.06, 0.06)
    corners: Quad | None = None
    frame_size: tuple[int, int] | None = None
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if not self.rows > 0 or len(self.patches) != self.rows * self.columns:
            raise ValueError(f"expected {self.rows} × {self.columns} patches in plate {self.kind}, got {len(self.patches)}")
        if self.gap < 0 or self.border < 0:
            raise ValueError(f"expected gap and border of 0 or more in plate {self.kind}, got {self.gap} and {self.border}")

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the whole plate in patch sides."""
        return tuple(n + (n - 1) * self.gap + 2 * self.border for n in (self.columns, self.rows))  # type: ignore[return-value]

    @property
    def greys(self) -> tuple[int, ...]:
        """Indices of the neutral patches."""
        return tuple(i for i, patch in enumerate(self.patches) if patch.role == "grey")

    def centre_uv(self, index: int) -> tuple[float, float]:
        """Centre of patch `index` on the plate, 0..1 right and down."""
        row, column = divmod(index, self.columns)
        width, height = self.size
        pitch = 1 + self.gap
        return (self.border + 0.5 + column * pitch) / width, (self.border + 0.5 + row * pitch) / height

    def to_json(self) -> dict:
        """Plain values."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "columns": self.columns,
            "gap": self.gap,
            "border": self.border,
            "background": list(self.background),
            "patches": [{"name": p.name, "rgb": list(p.rgb), "role": p.role} for p in self.patches],
            "marks": [{"at": [m.x, m.y, m.width, m.height], "rgb": list(m.rgb)} for m in self.marks],
            "corners": [list(c) for c in self.corners.corners] if self.corners else None,
            "frame_size": list(self.frame_size) if self.frame_size else None,
        }
