"""A kit from a text file: JSON in the words of Brand Kit, or design tokens of a design tool."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..wires.check import quoted
from ..wires.kit import SCHEMA, Kit
from .build import build_kit
from .token_colour import token_hex
from .tokens import Token, TokenFile

FORM = ("palette", "banned", "text_zones", "brief", "weights", "gates", "fonts", "rights")
MOST_COLOURS = 24
VENDOR = "raccord"
_BRAND, _BANNED = {"palette", "brand"}, {"banned", "forbidden", "avoid"}
_ROLES = {"primary", "secondary", "accent", "neutral"}


@dataclass(frozen=True, slots=True)
class KitText:
    """A kit that was read from text, and what was left out of it, in sentences."""

    kit: Kit
    remarks: tuple[str, ...] = ()


def read_kit_text(data: bytes, name: str) -> KitText:
    """Read a kit as JSON, or design tokens.

    Raises:
        ValueError: It is neither, it is from a newer Raccord, or something of it cannot be read.
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(f"expected JSON in UTF-8 in {name}, got other bytes: export it again") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"expected JSON in {name}, got something else in line {error.lineno}, column {error.colno}: "
                         "export it again") from None
    except (ValueError, RecursionError):
        raise ValueError(f"expected JSON in {name}, got one nested too deep or with a number too long: export it again") from None
    if not isinstance(document, dict):
        raise ValueError(f"expected an object in {name}, got {quoted(document)}: export it again")
    try:
        plain = any(key in document for key in FORM) and not _has_tokens(document)
        return KitText(_of_form(document)) if plain else _of_tokens(document)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _has_tokens(document: object, depth: int = 0) -> bool:
    if isinstance(document, dict) and depth < 9:
        return "$value" in document or any(_has_tokens(v, depth + 1) for v in document.values())
    return False


def _of_form(document: Mapping[str, Any]) -> Kit:
    schema = document.get("schema", SCHEMA)
    if schema != SCHEMA:
        raise ValueError(f"expected schema {SCHEMA}, got {quoted(schema)}: {_newer(schema)}")
    foreign = sorted(set(document) - {*FORM, "schema", "$schema"})
    if foreign:
        raise ValueError(f"expected {', '.join(FORM)}, got {quoted(', '.join(foreign))}: "
                         "take it out; Add Logo adds logos, Brand Kit adds references")
    return build_kit(**_texts(document))


def _newer(schema: object) -> str:
    is_newer = isinstance(schema, str) and schema.startswith(SCHEMA.split("/", 1)[0])
    return "it is of another version of Raccord, so update this one" if is_newer else "choose a brand kit"


def _texts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of Brand Kit from lists, objects or the texts themselves."""
    return {"references": None, "counter_examples": None,
            **{name: _lines(document.get(name, ""), name) for name in ("palette", "banned", "text_zones")},
            **{name: _pairs(document.get(name, ""), name, ": ") for name in ("brief", "fonts", "rights")},
            "weights": _pairs(document.get("weights", ""), "weights", "="),
            "gates": _lines(document.get("gates", ""), "gates")}


def _lines(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(v, (str, Mapping)) for v in value):
        return "\n".join(v if isinstance(v, str) else _colour(v, name) for v in value)
    raise ValueError(f"expected a text or a list of texts in {name}, got {quoted(value)}: write such as [\"…\", \"…\"]")


def _colour(value: Mapping[str, Any], name: str) -> str:
    """A colour that is written as an object, in one line."""
    if foreign := sorted(set(value) - {"hex", "role", "share", "tolerance"}):
        raise ValueError(f"expected hex, role, share and tolerance in {name}, got {quoted(', '.join(foreign))}: take it out")
    share, tolerance = value.get("share"), value.get("tolerance")
    numbers = [v for v in (share, tolerance) if v is not None]
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in numbers):
        raise ValueError(f"expected numbers for share and tolerance in {name}, got {quoted(str(numbers))}: share is 0 to 1")
    words = (str(value.get("hex", "")), str(value.get("role") or ""), "" if share is None else f"{share * 100:.6g}%",
             "" if tolerance is None else f"~{tolerance:g}")
    return " ".join(filter(None, words))


def _pairs(value: Any, name: str, between: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and all(isinstance(v, (str, int, float)) for v in value.values()):
        return "\n".join(f"{key}{between}{v}" for key, v in value.items())
    raise ValueError(f"expected a text or an object in {name}, got {quoted(value)}: write such as {{\"…\": \"…\"}}")


def _of_tokens(document: Mapping[str, Any]) -> KitText:
    tokens = TokenFile(document).tokens()
    if not tokens:
        raise ValueError("expected design tokens with $value, or palette, banned, …, got neither: export it as W3C design tokens")
    colours = [t for t in tokens if t.type == "color" or (not t.type and isinstance(t.value, dict) and "colorSpace" in t.value)]
    banned = [t for t in colours if _use(t) == "banned"]
    wanted = _brand_colours([t for t in colours if _use(t) != "banned"])
    remarks: list[str] = []
    if len(wanted) + len(banned) < len(colours):
        remarks.append(f"{len(wanted)} of {len(colours) - len(banned)} colour tokens are the palette: those of a group palette "
                       "or brand, else those named primary, secondary, accent or neutral.")
    ours = document.get("$extensions", {})
    ours = ours.get(VENDOR, {}) if isinstance(ours, dict) else {}
    if not isinstance(ours, dict) or set(ours) - set(FORM):
        raise ValueError(f"expected {', '.join(FORM)} in $extensions.{VENDOR}, got {quoted(str(ours))}: take the rest out")
    form = {"fonts": _fonts(tokens), **ours}
    for name, group in (("palette", wanted), ("banned", banned)):
        form.setdefault(name, _palette(group, remarks))
    return KitText(build_kit(**_texts(form)), tuple(remarks))


def _use(token: Token) -> str:
    said = _own(token).get("use")
    return str(said) if said else "banned" if _BANNED & {w.lower() for w in token.path} else ""


def _own(token: Token) -> Mapping[str, Any]:
    own = token.extensions.get(VENDOR, {})
    return own if isinstance(own, Mapping) else {}


def _brand_colours(tokens: Sequence[Token]) -> list[Token]:
    """The tokens that are the brand's own: what is said to be, else the group of that name, else by role, else all."""
    said = [t for t in tokens if _use(t) == "palette"]
    grouped = [t for t in tokens if _BRAND & {w.lower() for w in t.path[:-1]}]
    roles = [t for t in tokens if _ROLES & {w.lower() for w in t.path}]
    chosen = said or grouped or roles or list(tokens)
    if len({str(t.value) for t in chosen}) > MOST_COLOURS:
        raise ValueError(f"expected at most {MOST_COLOURS} colours of the brand, got {len(chosen)} colour tokens: "
                         "put the brand's own into a group named palette")
    return chosen


def _palette(tokens: Sequence[Token], remarks: list[str]) -> list[str]:
    lines: dict[str, str] = {}
    for token in tokens:
        code, outside = token_hex(token.value, token.name)
        if code is None:
            remarks.append(f"{token.name} lets the ground through and is left out.")
            continue
        if outside:
            remarks.append(f"{token.name} is outside sRGB and is taken as {code}.")
        own = {key: value for key, value in _own(token).items() if key in ("role", "share", "tolerance")}
        role = re.sub(r"[^\w-]+", "-", str(own.pop("role", token.last))).strip("-")
        role = role if re.match(r"[^\W\d]", role) else f"c{role}"
        if code in lines:
            remarks.append(f"{token.name} is {code} again.")
        lines.setdefault(code, _colour({"hex": code, "role": role, **own}, token.name))
    return list(lines.values())


def _fonts(tokens: Sequence[Token]) -> dict[str, str]:
    fonts = {}
    for token in tokens:
        value = token.value
        if token.type == "typography" and isinstance(value, dict):
            family, weight = value.get("fontFamily"), value.get("fontWeight", "")
        elif token.type == "fontFamily":
            family, weight = value, ""
        else:
            continue
        family = ", ".join(map(str, family)) if isinstance(family, list) else str(family or "")
        if family:
            fonts[token.last] = f"{family} {weight}".strip()
    return fonts
