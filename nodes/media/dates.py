"""Days as people and programs write them: `2027-12-31`, `2027:12:31`, `31/12/2027`, `31 Dec 2027`, `31 décembre 2027`."""

from __future__ import annotations

import calendar
import re
import unicodedata
from contextlib import suppress
from datetime import date

_YEAR_FIRST = re.compile(r"(\d{4})(?:([-:/. ]?)(\d{2})(?:\2(\d{2}))?)?(?:[t ]\d.*)?", re.ASCII)
_YEAR_FIRST_SHORT = re.compile(r"(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})(?:[t ]\d.*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})(?:[t ,]+\d.*)?", re.ASCII)
_DAY_NAMED = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|er)?[ .-]*(?:de )?)?([a-z]{3,})[ .,-]*(?:de )?(\d{4})", re.ASCII)
_NAMED_DAY = re.compile(r"([a-z]{3,})[ .]+(\d{1,2})(?:st|nd|rd|th)?[ .,]+(\d{4})", re.ASCII)
_MONTHS = {"juin": 6, "juil": 7, "jan": 1, "ene": 1, "feb": 2, "fev": 2, "mar": 3, "mrz": 3, "apr": 4, "avr": 4, "abr": 4,
           "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8, "aou": 8, "ago": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11,
           "dec": 12, "dez": 12, "dic": 12}  # English, French, German, Spanish


def days_meant(text: str) -> tuple[date, ...]:
    """The days that a text may mean, the earliest first: none where it is no date, two for `02/01/2027`.

    A month alone, or a year, means its last day, as the end of a licence does.
    """
    plain = unicodedata.normalize("NFKD", " ".join(text.split())).lower()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if found := _YEAR_FIRST.fullmatch(plain) or _YEAR_FIRST_SHORT.fullmatch(plain):
        *_, month, day = found.groups()
        return _days((found[1], month, day))
    if found := _YEAR_LAST.fullmatch(plain):
        one, mark, other, year = found.groups()
        return _days((year, other, one), *([(year, one, other)] if mark != "." else []))
    if found := _NAMED_DAY.fullmatch(plain):
        return _days((found[3], _month(found[1]), found[2]))
    if found := _DAY_NAMED.fullmatch(plain):
        return _days((found[3], _month(found[2]), found[1]))
    return ()


def _month(name: str) -> int:
    return next((number for start, number in _MONTHS.items() if name.startswith(start)), 0)


def _days(*readings: tuple[str, str | int | None, str | None]) -> tuple[date, ...]:
    """Those of some (year, month, day) that a calendar has; no month is December, no day the last."""
    found = set()
    for year, month, day in readings:
        with suppress(ValueError):
            y, m = int(year), 12 if month is None else int(month)
            found.add(date(y, m, int(day) if day else calendar.monthrange(y, m)[1]))
    return tuple(sorted(found))
