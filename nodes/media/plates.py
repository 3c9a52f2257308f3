"""The plates by name: ours as data files of this folder, the studio's from its library folder `plates`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..image.colour import linear_to_srgb
from ..wires.plate import Mark, Patch, Plate
from .paths import library_file, library_stems

NAMES = ("auto", "classic24", "classic24_before2014", "spydercheckr24", "grey11", "raccord12")
FOUND_BY_AUTO = ("classic24", "spydercheckr24", "raccord12")
_WHITE_D50 = np.array((0.9642, 1.0, 0.8249))
_D65_FROM_D50 = np.array(((0.95551259, -0.02307298, 0.06330908),  # Bradford
                          (-0.02832476, 1.00994293, 0.02105444),
                          (0.01232870, -0.02053531, 1.33071369)))
_LINEAR_FROM_XYZ = np.array(((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570)))


def lab_d50_to_srgb(lab: np.ndarray) -> np.ndarray:
    """Published CIELAB D50 values (…, 3) to encoded sRGB (…, 3), not clipped, adapted to D65 by Bradford."""
    l, a, b = np.moveaxis(np.asarray(lab, float), -1, 0)  # noqa: E741
    y = (l + 16) / 116
    f = np.stack((y + a / 500, y, y - b / 200), axis=-1)
    xyz = np.where(f > 6 / 29, f**3, (f - 4 / 29) * 3 * (6 / 29) ** 2) * _WHITE_D50
    return linear_to_srgb(torch.from_numpy(xyz @ _D65_FROM_D50.T @ _LINEAR_FROM_XYZ.T)).numpy()


def _colour(entry: dict[str, Any]) -> tuple[float, float, float]:
    if "srgb8" in entry:
        values = np.asarray(entry["srgb8"], float) / 255
    elif "rgb" in entry:
        values = np.asarray(entry["rgb"], float)
    else:
        values = lab_d50_to_srgb(np.asarray(entry["lab_d50"], float))
    red, green, blue = map(float, values)
    return red, green, blue


def parse_plate(kind: str, document: dict[str, Any]) -> Plate:
    """Plate of a document `{rows, columns, gap, border, background, patches: [{name, srgb8 | rgb | lab_d50, role}], marks}`.

    `srgb8` is 0..255, `rgb` encoded sRGB 0..1, `lab_d50` CIELAB under D50; marks are `{at: [x, y, w, h], srgb8 | rgb}` in
    patch sides.

    Raises:
        ValueError: Something is missing or of the wrong form.
    """
    try:
        patches = tuple(Patch(str(p["name"]), _colour(p), str(p.get("role", ""))) for p in document["patches"])
        boxes = [(*map(float, m["at"]), _colour(m)) for m in document.get("marks", ())]
        marks = tuple(Mark(x, y, width, height, rgb) for x, y, width, height, rgb in boxes)
        red, green, blue = map(float, document.get("background", (0.06, 0.06, 0.06)))
        return Plate(kind, int(document["rows"]), int(document["columns"]), patches, float(document.get("gap", 0.15)),
                     float(document.get("border", 0.35)), (red, green, blue), marks=marks)
    except (KeyError, TypeError) as error:
        raise ValueError(f"expected a plate file with rows, columns and patches in {kind}, got a fault at {error}") from error


def load_plate(name: str) -> Plate:
    """Plate `name`: a file of the studio's `plates` folder, with or without .json, or one of `NAMES` except `auto`.

    Raises:
        ValueError: There is no such plate, or its file is not a plate.
    """
    own = Path(__file__).with_name(f"plate_{name}.json") if name in NAMES[1:] else None
    path = library_file("plates", name if name.endswith(".json") else f"{name}.json") or own
    if path is None:
        raise ValueError(f"expected a plate of {', '.join(plate_names()[1:])}, got {name[:60]!r}: put {name[:60]}.json into "
                         "raccord/plates")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"expected JSON in plate file {path.name}, got a fault: {error}") from error
    return parse_plate(name.removesuffix(".json"), document)


def plate_names() -> list[str]:
    """What a menu of plates offers: ours, then the studio's."""
    return list(dict.fromkeys((*NAMES, *library_stems("plates", ".json"))))
