"""Grades as text files: .cube LUTs (`cube.py`), ASC CDLs (`cdl.py`) and our own JSON, written from a Grade and read back.

All take and give sRGB-encoded values. LUTs and CDLs are approximations of the exact grade; `lut_error` and `cdl_error` say by
how much. The JSON is the grade.
"""

from __future__ import annotations

import json

from ..wires.check import quoted
from ..wires.grade import Grade
from .cdl import Cdl, cdl_error, cdl_text, fit_cdl
from .cdl_read import choose, parse_cdls
from .cube import (
    Residual,
    cube_table,
    cube_text,
    curve_error,
    curve_table,
    curve_text,
    is_per_channel,
    lut_error,
    residual,
    tetrahedral,
    trilinear,
)
from .cube_read import parse_cube

FORMATS = ("cube", "cube1d", "cdl", "cc", "ccc", "json")
SUFFIXES = {"cube": ".cube", "cube1d": ".1d.cube", "cdl": ".cdl", "cc": ".cc", "ccc": ".ccc", "json": ".grade.json"}

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "Cdl",
    "Residual",
    "cdl_error",
    "cdl_text",
    "choose",
    "cube_table",
    "cube_text",
    "curve_error",
    "curve_table",
    "curve_text",
    "fit_cdl",
    "is_per_channel",
    "json_text",
    "lut_error",
    "parse_cdls",
    "parse_cube",
    "parse_json",
    "residual",
    "tetrahedral",
    "trilinear",
]


def json_text(grade: Grade) -> str:
    """The exact grade as JSON."""
    return json.dumps(grade.to_json(), indent=1, allow_nan=False) + "\n"


def parse_json(text: str) -> Grade:
    """Read what `json_text` wrote.

    Raises:
        ValueError: It is no JSON, named by line, or no grade.
    """
    try:
        values = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"expected a grade as JSON, got line {error.lineno} {quoted(error.msg)}: save it again") from error
    except RecursionError as error:
        raise ValueError("expected a grade as JSON, got brackets in thousands of brackets: save it again") from error
    return Grade.from_json(values)
