"""Grades as text files: .cube LUTs (`cube.py`) and ASC CDLs (`cdl.py`), written from a Grade and read back.

All take and give sRGB-encoded values and are approximations of the exact grade; `lut_error` and `cdl_error` say by how much.
"""

from __future__ import annotations

from .cdl import Cdl, cdl_error, cdl_text, fit_cdl, parse_cdl
from .cube import Residual, cube_table, cube_text, lut_error, parse_cube, tetrahedral

FORMATS = ("cube", "cdl", "cc", "ccc")

__all__ = ["FORMATS", "Cdl", "Residual", "cdl_error", "cdl_text", "cube_table", "cube_text", "fit_cdl", "lut_error", "parse_cdl",
           "parse_cube", "tetrahedral"]
