"""One picture of a sequence, read by what its name says it is."""

from __future__ import annotations

from pathlib import Path

from .dpx import read_dpx
from .picture import Picture
from .raster import read_png, read_tiff


def read_picture(path: Path) -> Picture:
    """Read an EXR, DPX, PNG or TIFF file.

    Raises:
        ValueError: It is not what its name says, broken, or of a kind that is not read.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".exr":
            return _read_exr(path)
        if kind == ".dpx":
            return read_dpx(path)
        return read_png(path) if kind == ".png" else read_tiff(path)
    except OSError as error:
        raise ValueError(f"expected a picture in {path.name}, got none that can be read ({error.strerror or error})") from error


def _read_exr(path: Path) -> Picture:
    try:
        from .exr_picture import read_exr_picture
    except ImportError as error:
        raise ValueError(f"expected OpenEXR for {path.name}, got none that works ({error}): pip install OpenEXR") from error
    return read_exr_picture(path)
