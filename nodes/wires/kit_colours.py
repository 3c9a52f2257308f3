"""The colours of a brand kit: palette and banned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .check import quoted

TOLERANCE = 5.0
_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}")
_ROLE = re.compile(r"[^\W\d][\w-]*")


@dataclass(frozen=True, slots=True)
class KitColour:
    """A colour with its role, the share of the picture that it should fill (0..1) and its tolerance in CIEDE2000."""

    hex: str
    role: str = ""
    share: float | None = None
    tolerance: float = TOLERANCE

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.hex):
            raise ValueError(f"expected a colour as #RRGGBB, got {quoted(self.hex)}: write six hexadecimal digits")
        digits = self.hex[1:].upper()
        object.__setattr__(self, "hex", "#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits)))
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError(f"expected a share of 1..100 % for {self.hex}, got {self.share * 100:g} %: set it within")
        if not 0 < self.tolerance <= 100:
            raise ValueError(f"expected a tolerance of more than 0 and at most 100 ΔE for {self.hex}, "
                             f"got {self.tolerance:g}: set it within")

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Encoded sRGB 0..1."""
        red, green, blue = (int(self.hex[i:i + 2], 16) / 255 for i in (1, 3, 5))
        return red, green, blue

    @property
    def name(self) -> str:
        """How sentences call it: `primary #E63C28`."""
        return f"{self.role} {self.hex}".strip()


def parse_colours(text: str, what: str = "palette") -> tuple[KitColour, ...]:
    """Read colours separated by spaces, commas or lines, each `#E63C28 primary 40% ~5` with the last three optional.

    Raises:
        ValueError: A line is not of that form, or names a colour again; it is named by its number.
    """
    found: dict[str, KitColour] = {}
    for number, line in enumerate(text.splitlines(), 1):
        groups: list[list[str]] = []
        for word in line.replace(",", " ").replace(";", " ").split():
            if word.startswith("#"):
                groups.append([word])
            elif groups:
                groups[-1].append(word)
            else:
                raise ValueError(f"expected a colour such as #E63C28 first in {what} line {number}, "
                                 f"got {quoted(word)}: begin with #")
        for words in groups:
            try:
                colour = _parse_colour(*words)
            except ValueError as error:
                raise ValueError(f"{what} line {number}: {error}") from None
            if colour.hex in found:
                raise ValueError(f"expected each colour once in {what}, got {colour.hex} again in line {number}: leave one out")
            found[colour.hex] = colour
    return tuple(found.values())


def _parse_colour(code: str, *words: str) -> KitColour:
    given: dict[str, str | float] = {}
    for word in words:
        try:
            if word.endswith("%"):
                kind, value = "share", float(word[:-1]) / 100
            elif word.startswith("~"):
                kind, value = "tolerance", float(word[1:])
            elif _ROLE.fullmatch(word):
                kind, value = "role", word
            else:
                raise ValueError
        except ValueError:
            raise ValueError(f"expected a role, a share such as 40% or a tolerance ~5 after {code[:9]}, "
                             f"got {quoted(word)}: take it out") from None
        if kind in given:
            raise ValueError(f"expected one {kind} for {code[:9]}, got {quoted(given[kind])} and {quoted(value)}: take one out")
        given[kind] = value
    return KitColour(code, **given)  # type: ignore[arg-type]
