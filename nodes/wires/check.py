"""How the pack refuses a value: one sentence that names the input and quotes no more than a line of what came."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def quoted(value: object, most: int = 60) -> str:
    """A text in quotes, or a number, on one line and shortened to about `most` signs; of anything else its type."""
    if isinstance(value, str):
        return repr(value if len(value) <= most else value[:most - 1] + "…")
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    return type(value).__name__


def plain_text(text: str, name: str) -> str:
    """Return `text` if a file can hold it: a text of an API may carry half of a sign (a lone surrogate).

    Raises:
        ValueError: It does, or it is no text.
    """
    if not isinstance(text, str) or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(f"expected text in {name}, got {quoted(text)}: type it again")
    return text


def wired(value: Any, kind: type[T], name: str) -> T:
    """Return what came over the wire `name` if it is a `kind`, which a node that hands on anything cannot promise.

    Raises:
        ValueError: It is something else.
    """
    if not isinstance(value, kind):
        raise ValueError(f"expected a Raccord {kind.__name__.lower()} in {name}, got {quoted(value)}: "
                         f"wire the {kind.__name__.lower()} of another Raccord node")
    return value


def wired_or_none(value: Any, kind: type[T], name: str) -> T | None:
    """The same for an optional wire."""
    return None if value is None else wired(value, kind, name)


def one_of(value: Any, options: Iterable[str], name: str) -> str:
    """Return `value` if it is one of `options`.

    Raises:
        ValueError: It is not.
    """
    names = tuple(options)
    if value not in names:
        raise ValueError(f"expected {name} of {', '.join(names)}, got {quoted(value)}: choose one of these")
    return value


def number(value: float, name: str, low: float, high: float = math.inf) -> float:
    """Return `value` if it is a finite number of `low` to `high`; over a wire nothing else keeps it there.

    Raises:
        ValueError: It is not.
    """
    fits = isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high
    if not fits:
        span = f"of {low:g} to {high:g}" if math.isfinite(high) else f"of {low:g} or more"
        raise ValueError(f"expected a number {span} in {name}, got {quoted(value)}: set it within")
    return value
