"""Nuke scripts as text: nodes, their knobs, and animation curves.

Source: the grammar as files of Nuke 5 to 16 show it. `{curve KEY…}`, KEY = [K|L|S|R|C] [k|l] [x<frame>] <value> and slopes
(s t u v). A key without a frame follows the last one at the distance of the two before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

Word = str | list["Word"]  # a list is what stands in braces

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\n]|(?:[^\s{}"\\]|\\.)+|"|\\', re.S)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_FRAME = re.compile(r"x(-?\d{1,9})(?:\.0*)?")
_SLOPE = re.compile(r"[stuv][-+.\deE]+")
_CURVE = re.compile(r"curve([-+]\d{1,9}(?:\.\d{1,9})?)? *")  # `"curve "` and `curve+5`, which adds 5, stand in files of Nuke
_LETTERS = frozenset("KLSRCkliI")
_DEEPEST = 60
_END = "\n"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a script: its class and the words of each knob."""

    kind: str
    knobs: dict[str, list[Word]]

    @property
    def name(self) -> str:
        """Its name, or its class where it has none."""
        words = self.knobs.get("name", [])
        return words[0] if words and isinstance(words[0], str) else self.kind


def read_nodes(text: str) -> Iterator[Node]:
    """Nodes of a script in their order, those in groups too.

    Raises:
        ValueError: A brace is missing, or braces lie deeper than a script's do.
    """
    before = ""
    for word in _words(text):
        if isinstance(word, list) and before:
            yield Node(before, _knobs(word))
        before = word if isinstance(word, str) and word != _END else ""


def _words(text: str) -> list[Word]:
    """The whole text as nested words; ends of lines stay, for a knob ends with its line."""
    top: list[Word] = []
    stack = [top]
    text = re.sub(r"(?m)^\s*#.*$", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    for found in _TOKEN.finditer(text):
        sign = found.group()
        if sign == "{":
            if len(stack) > _DEEPEST:
                raise ValueError(f"expected a Nuke script, got braces more than {_DEEPEST} deep: save it again")
            inner: list[Word] = []
            stack[-1].append(inner)
            stack.append(inner)
        elif sign == "}":
            if len(stack) == 1:
                raise ValueError("expected a whole Nuke script, got a closing brace too many: copy all of it")
            stack.pop()
        else:
            stack[-1].append(_unquoted(sign) if len(sign) > 1 and sign[0] == '"' else sign)
    if len(stack) > 1:
        raise ValueError("expected a whole Nuke script, got one that breaks off: copy all of it")
    return top


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S)


def _knobs(body: list[Word]) -> dict[str, list[Word]]:
    """Name to words of every line; what stands in braces may go over many lines."""
    out: dict[str, list[Word]] = {}
    line: list[Word] = []
    for word in [*body, _END]:
        if word != _END:
            line.append(word)
        elif line:
            if isinstance(line[0], str):
                out[line[0]] = [_joined(w) for w in line[1:]]
            line = []
    return out


def _joined(word: Word) -> Word:
    return [_joined(w) for w in word if w != _END] if isinstance(word, list) else word


def number_of(word: Word) -> float | None:
    """A finite number, or None."""
    if isinstance(word, list) or not _NUMBER.fullmatch(word):
        return None
    value = float(word)
    return value if math.isfinite(value) else None


def axis(word: Word) -> dict[int, float] | float | None:
    """Keys of a curve by frame, a number where it does not move, None for an expression or anything else."""
    if isinstance(word, str):
        return number_of(word)
    if not word:
        return None
    head = _CURVE.fullmatch(word[0]) if isinstance(word[0], str) else None
    if head is None:
        return axis(word[0]) if len(word) == 1 else None
    keys, more = _curve(word[1:]), float(head.group(1) or 0)
    return {f: v + more for f, v in keys.items()} if isinstance(keys, dict) else None if keys is None else keys + more


def _curve(words: list[Word]) -> dict[int, float] | float | None:
    keys: dict[int, float] = {}
    last: int | None = None
    step, frame, still = 1, None, None
    for word in words:
        if isinstance(word, list):
            return None  # an expression
        if found := _FRAME.fullmatch(word):
            frame = int(found.group(1))
        elif (value := number_of(word)) is not None:
            if frame is None and last is None:
                still = value  # `{curve K 1}`: a value that has no frame
                continue
            at = frame if frame is not None else (last or 0) + step
            step, last, frame = (at - last if last is not None else 1), at, None
            keys[at] = value
        elif word not in _LETTERS and not _SLOPE.fullmatch(word):
            return None
    return keys or still
