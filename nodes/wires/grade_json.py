"""A grade as plain values and back, exactly: numbers as JSON writes them, the nodes of a LUT as base64 of float32."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from .check import quoted

SCHEMA = "raccord.grade/1"
_TEXTS = ("model", "space", "terms", "source", "refused")
_NUMBERS = {"matrix": 2, "curves": 2, "curve_range": 1, "cdl": 1, "domain": 2, "shaper_domain": 2}  # how deep the rows lie


def packed(table: torch.Tensor) -> dict:
    """A LUT whole."""
    return {"size": len(table), "float32": base64.b64encode(_bytes(table)).decode("ascii")}


def digest(table: torch.Tensor) -> dict:
    """What tells one LUT from another."""
    return {"size": len(table), "sha256": hashlib.sha256(_bytes(table)).hexdigest()}


def _bytes(table: torch.Tensor) -> bytes:
    return table.detach().cpu().numpy().astype("<f4").tobytes()


def plain(grade: Any, table: Callable[[torch.Tensor], dict]) -> dict:
    """The values of a `Grade`, its LUT as `table` says it."""
    out = {"schema": SCHEMA} | {name: getattr(grade, name) for name in (*_TEXTS, *_NUMBERS)}
    return out | {"keys": [{"frame": frame, "matrix": matrix} for frame, matrix in grade.keys],
                  "table": None if grade.table is None else table(grade.table),
                  "shaper": None if grade.shaper is None else table(grade.shaper)}


def fields(values: Mapping) -> dict:
    """Arguments of `Grade` from what `plain` gave; what is not there keeps its default.

    Raises:
        ValueError: See `Grade.from_json`.
    """
    schema = values.get("schema", SCHEMA) if isinstance(values, Mapping) else None
    if schema != SCHEMA or "matrix" not in values:
        raise ValueError(f"expected a grade of schema {SCHEMA}, got {quoted(schema)}: save it again with this version")
    out: dict[str, Any] = {}
    for name in _TEXTS:
        text = values.get(name, "identity" if name == "model" else None)
        if text is not None:
            out[name] = _text(text, name)
    for name, depth in _NUMBERS.items():
        if values.get(name) is not None:
            out[name] = _rows(values[name], name, depth)
    keys = values.get("keys") or []
    if not isinstance(keys, list) or not all(isinstance(k, Mapping) and type(k.get("frame")) is int for k in keys):
        raise ValueError(f"expected keys with a whole frame number in a grade, got {quoted(keys)}: save it again")
    out["keys"] = tuple((key["frame"], _rows(key.get("matrix"), "keys", 2)) for key in keys)
    out["table"] = None if values.get("table") is None else _nodes(values["table"], 3)
    out["shaper"] = None if values.get("shaper") is None else _nodes(values["shaper"], 1)
    return out


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text in {name} of a grade, got {quoted(value)}: save it again")
    return value


def _rows(value: object, name: str, depth: int) -> Any:
    if depth and isinstance(value, (list, tuple)):
        return tuple(_rows(part, name, depth - 1) for part in value)
    if depth or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"expected numbers in {name} of a grade, got {quoted(value)}: save it again")
    return float(value)


def _nodes(value: object, axes: int) -> torch.Tensor:
    try:
        size, text = value["size"], value["float32"]  # type: ignore[index]
        nodes = np.frombuffer(base64.b64decode(text, validate=True), "<f4")
        table = torch.from_numpy(nodes.astype(np.float32).reshape(*(size,) * axes, 3))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ValueError(f"expected the nodes of a LUT in table of a grade, got {quoted(value)}: save it again") from error
    if size < 2 or not torch.isfinite(table).all():
        raise ValueError(f"expected a LUT of finite numbers in table of a grade, got {size} nodes an axis: save it again")
    return table
