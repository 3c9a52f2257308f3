"""Design tokens: the JSON of groups, `$value`, `$type` and references that design tools export.

Source: Design Tokens Format Module 2025.10 (designtokens.org). Understood are types that a group hands down, `{group.token}`,
`$ref` with a JSON pointer, `$root`, `$extends` and `$deprecated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..wires.check import quoted

_DEEPEST = 64
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Token:
    """One token, its references resolved: where it stands, its type (empty if none is said), value and vendor data."""

    path: tuple[str, ...]
    type: str
    value: Any
    extensions: Mapping[str, Any]

    @property
    def name(self) -> str:
        """How sentences call it."""
        return ".".join(self.path)

    @property
    def last(self) -> str:
        """Its own name; that of its group for `$root`."""
        named = [word for word in self.path if word != "$root"]
        return named[-1] if named else ""


class TokenFile:
    """A document of design tokens."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document, self._count = document, 0

    def tokens(self) -> list[Token]:
        """All tokens in the order of the file, deprecated ones left out.

        Raises:
            ValueError: A reference leads nowhere or in a circle, or the file is nested too deep.
        """
        return list(self._walk(self._document, (), "", ()))

    def _walk(self, group: Mapping[str, Any], path: tuple[str, ...], kind: str, extended: tuple[str, ...]) -> Iterator[Token]:
        self._tick(path)
        if "$extends" in group or ("$ref" in group and not _is_token(self._look_up(group["$ref"], path))):
            group, extended = self._extended(group, path, extended)
        kind = group.get("$type", kind)
        if group.get("$deprecated"):
            return
        for word, child in group.items():
            if isinstance(child, Mapping) and (word == "$root" or not word.startswith("$")):
                here = (*path, word)
                if _is_token(child) or ("$ref" in child and _is_token(self._look_up(child["$ref"], here))):
                    yield from self._token(child, here, kind)
                else:
                    yield from self._walk(child, here, kind, extended)

    def _tick(self, path: tuple[str, ...]) -> None:
        self._count += 1
        if len(path) > _DEEPEST or self._count > _MOST:
            raise ValueError(f"expected at most {_DEEPEST} levels and {_MOST} groups and values, got more: export fewer")

    def _token(self, node: Mapping[str, Any], path: tuple[str, ...], kind: str) -> Iterator[Token]:
        if node.get("$deprecated"):
            return
        found, value = self._resolve(node.get("$value", {"$ref": node.get("$ref")}), path, ())
        extensions = node.get("$extensions", {})
        yield Token(path, str(node.get("$type") or found or kind), value, extensions if isinstance(extensions, Mapping) else {})

    def _extended(self, group: Mapping[str, Any], path: tuple[str, ...], seen: tuple[str, ...]) -> tuple[dict, tuple[str, ...]]:
        reference = group.get("$extends", group.get("$ref"))
        if str(reference) in seen:
            raise ValueError(f"expected groups that end, got a circle at {quoted('.'.join(path))}: take $extends out of one")
        target = self._look_up(reference, path)
        if not isinstance(target, Mapping) or _is_token(target):
            raise ValueError(f"expected $extends of {quoted('.'.join(path))} to name a group, got {quoted(str(reference))}: "
                             "correct the file")
        seen = (*seen, str(reference))
        if "$extends" in target or "$ref" in target:
            target, seen = self._extended(target, path, seen)
        local = {k: v for k, v in group.items() if k not in ("$extends", "$ref")}
        return _merged(target, local), seen

    def _look_up(self, reference: Any, path: tuple[str, ...]) -> Any:
        """What `{a.b}` or `#/a/b` names."""
        return self._follow(reference, path)[0]

    def _follow(self, reference: Any, path: tuple[str, ...]) -> tuple[Any, str]:
        """The same, and the type that its groups hand down."""
        words = _words(reference)
        at, kind = (self._document if words else None), ""
        for word in words:
            if isinstance(at, Mapping):
                kind = str(at.get("$type", kind))
                at = at.get(word)
            else:
                at = at[int(word)] if isinstance(at, list) and word.isdigit() and int(word) < len(at) else None
        if at is None:
            raise ValueError(f"expected a reference to a token of the file in {quoted('.'.join(path))}, got "
                             f"{quoted(str(reference))}: export all groups together")
        return at, kind

    def _resolve(self, value: Any, path: tuple[str, ...], seen: tuple[str, ...]) -> tuple[str, Any]:
        """A value with every reference in it followed, and the type of the token that it was an alias of."""
        self._tick(path)
        reference = value["$ref"] if isinstance(value, Mapping) and set(value) == {"$ref"} else value
        if _is_alias(reference) or reference is not value:
            if str(reference) in seen or len(seen) > _DEEPEST:
                raise ValueError(f"expected references that end, got a circle at {quoted('.'.join(path))}: give one a value")
            target, kind = self._follow(reference, path)
            if isinstance(target, Mapping) and not _is_token(target) and "$root" in target:
                target = target["$root"]
            if _is_token(target):
                kind, target = str(target.get("$type", kind)), target["$value"]
            found, resolved = self._resolve(target, path, (*seen, str(reference)))
            return found or kind, resolved
        if len(seen) > _DEEPEST:
            raise ValueError(f"expected at most {_DEEPEST} levels in the value of {quoted('.'.join(path))}, got more: flatten it")
        deeper = (*seen, "")
        if isinstance(value, Mapping):
            return "", {k: self._resolve(v, path, deeper)[1] for k, v in value.items()}
        return "", [self._resolve(v, path, deeper)[1] for v in value] if isinstance(value, list) else value


def _words(reference: Any) -> list[str]:
    """The steps of `{a.b}` or `#/a/b`, or none."""
    if isinstance(reference, str) and reference.startswith("#/"):
        return [word.replace("~1", "/").replace("~0", "~") for word in reference[2:].split("/")]
    return reference[1:-1].split(".") if _is_alias(reference) else []


def _is_token(node: Any) -> bool:
    return isinstance(node, Mapping) and "$value" in node


def _is_alias(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 2 and value[0] == "{" and value[-1] == "}"


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Groups are merged, tokens replaced whole."""
    out = dict(base)
    for word, value in over.items():
        old = out.get(word)
        whole = word.startswith("$") or _is_token(old) or _is_token(value)
        out[word] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) and not whole else value
    return out
