"""Reading .cube LUTs: 1D, 3D, or 1D curves before a 3D table; Adobe's keywords and Resolve's.

Adobe Cube LUT Specification 1.0 (`DOMAIN_MIN`, `DOMAIN_MAX`) and Resolve's dialect (`LUT_1D_INPUT_RANGE`,
`LUT_3D_INPUT_RANGE`, both tables in one file, 1D rows first). Red runs fastest. Every kind of line ending, tabs, comments,
keywords in small letters and anywhere, and a byte order mark are understood; whatever is doubtful is refused by its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..wires.check import quoted

_NUMBER = frozenset("+-.0123456789")
_MOST = {"1D": 65_536, "3D": 256}  # nodes, of the specification


@dataclass(frozen=True, slots=True)
class Lut:
    """1D curves (n, 3) over `shaper_domain`, then a table (size, size, size, 3; blue, green, red) over `domain`, either or both.

    Domains are (2, 3): lowest and highest input.
    """

    shaper: np.ndarray | None
    shaper_domain: np.ndarray
    table: np.ndarray | None
    domain: np.ndarray


def _unit() -> np.ndarray:
    return np.array(((0.0,) * 3, (1.0,) * 3))


@dataclass(slots=True)
class _Head:
    """What the keywords said: `size` and `span` of "1D" and "3D", and the one `domain` of Adobe's dialect."""

    size: dict[str, int] = field(default_factory=dict)
    span: dict[str, np.ndarray] = field(default_factory=dict)
    domain: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def take(self, word: str, rest: list[str]) -> None:
        kind = word[4:6]
        if word in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            if kind in self.size:
                raise ValueError("it is there twice")
            size = int(rest[0]) if len(rest) == 1 and rest[0].isdecimal() and len(rest[0]) < 9 else 0
            if not 2 <= size <= _MOST[kind]:
                raise ValueError(f"one whole number of 2 to {_MOST[kind]} belongs there")
            self.size[kind] = size
        elif word in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"):
            low, high = _finite(rest, 2)
            self.span[kind] = np.array(((low,) * 3, (high,) * 3))
        elif word in ("DOMAIN_MIN", "DOMAIN_MAX"):
            self.domain[word] = _finite(rest, 3)
        else:
            raise ValueError("that keyword is not known")

    def domain_of(self, kind: str) -> np.ndarray:
        """Lowest and highest input of a stage; Adobe's domain is that of the first one."""
        out = self.span.get(kind, _unit())
        if self.domain and (kind == "1D" or "1D" not in self.size):
            out = np.array((self.domain.get("DOMAIN_MIN", out[0]), self.domain.get("DOMAIN_MAX", out[1])))
        if not (out[1] > out[0]).all():
            raise ValueError(f"expected a domain that rises in a .cube, got {out.tolist()}: save it again")
        return out


def _finite(words: list[str], count: int) -> tuple[float, ...]:
    try:
        values = tuple(map(float, words))
    except ValueError:
        values = ()
    if len(values) != count or not np.isfinite(values).all():
        raise ValueError(f"{count} finite numbers belong there")
    return values


def parse_cube(text: str) -> Lut:
    """Read a .cube.

    Raises:
        ValueError: A line that cannot be, or rows that are not as many as the sizes ask for; the line is named.
    """
    if "\0" in text:
        raise ValueError("expected a .cube, which is text, got a file of bytes or of UTF-16: save it again as text")
    head, rows, lines = _Head(), [], []
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        words = line.split("#", 1)[0].split()
        if not words or words[0].upper() == "TITLE":
            continue
        if words[0][0] in _NUMBER and "_" not in line:  # 1_0 is a number to Python alone
            rows.append(words)
            lines.append(number)
            continue
        try:
            head.take(words[0].upper(), words[1:])
        except ValueError as error:
            raise ValueError(_bad(number, line, error)) from error
    return _lut(head, _values(rows, lines), lines)


def _bad(number: int, line: str, why: object) -> str:
    said = quoted(" ".join(line.split()), 40)
    return f"expected keywords and rows of numbers in a .cube, got line {number} {said}: {why}, so save it again"


def _values(rows: list[list[str]], lines: list[int]) -> np.ndarray:
    try:
        values = np.array(rows, dtype=np.float64)
        good = values.size == 0 or (values.shape[1:] == (3,) and np.isfinite(values).all())
    except ValueError:  # ragged, or not numbers: the first such line is named below
        good, values = False, np.empty(0)
    for words, number in zip(rows, lines, strict=True) if not good else ():
        try:
            _finite(words, 3)
        except ValueError as why:
            raise ValueError(_bad(number, " ".join(words), why)) from why
    return values.reshape(-1, 3)


def _lut(head: _Head, rows: np.ndarray, lines: list[int]) -> Lut:
    curve, cube = head.size.get("1D", 0), head.size.get("3D", 0)
    wanted = curve + cube**3
    if not wanted:
        raise ValueError("expected LUT_1D_SIZE or LUT_3D_SIZE in a .cube, got neither: save it again")
    if len(rows) != wanted:
        last = lines[wanted] if len(rows) > wanted else lines[-1] if lines else 0
        where = f"one too many at line {last}" if len(rows) > wanted else f"the last at line {last}"
        sizes = " + ".join(part for part, size in ((str(curve), curve), (f"{cube}³", cube)) if size)
        raise ValueError(f"expected {wanted} rows ({sizes}) in a .cube, got {len(rows)}, {where}: the file is cut short or "
                         "is two in one, so save it again")
    return Lut(rows[:curve] if curve else None, head.domain_of("1D"),
               rows[curve:].reshape(cube, cube, cube, 3) if cube else None, head.domain_of("3D"))
