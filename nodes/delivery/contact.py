"""A contact sheet of what was written, from the files themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from ..image import draw
from ..media.paths import output_path
from ..media.stills import read_still
from .verify import read_back

_STILLS, _MOST = (".avif", ".webp", ".jpg", ".png"), 12


def _weight(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def show_file(path: Path) -> np.ndarray | None:
    """A picture of a file: a still as it is, the first frame of a film; None for other files."""
    if path.suffix == ".mp4":
        _, pictures = read_back(path, (0,))
        return pictures.get(0)
    return read_still(path)[0] if path.suffix in _STILLS else None


def contact_sheet(files: list[str]) -> torch.Tensor:
    """One labelled cell a picture or film (1, H, W, 3); files relative to the output directory."""
    pictures, labels = [], []
    for name in files:
        path = output_path(name)
        picture = show_file(path) if len(pictures) < _MOST else None
        if picture is not None:
            pictures.append(picture)
            labels.append(f"{path.name[-34:]}  {picture.shape[1]}x{picture.shape[0]}  {_weight(path.stat().st_size)}")
    if not pictures:
        blank = np.full((64, 512, 3), draw.PAPER, np.uint8)
        draw.write(blank, "No picture was written.", (12, 20), size=18, background=None)
        return draw.to_image(blank)
    return draw.to_image(draw.sheet(pictures, labels, columns=min(3, len(pictures)), cell=(420, 300)))
