"""Pictures of the colour job."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch
from raccord.nodes.image import draw
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear

from .cards import WIDTH, panel, stack, words
from .nodes import Place, example, run

CAST = torch.tensor(((0.76, 0.06, 0.0), (0.07, 0.78, 0.05), (0.0, 0.14, 1.06)))  # of linear light: what a generation did
LOOK = torch.tensor((1.22, 1.0, 0.74))


def pictures(place: Place) -> Iterator[tuple[str, np.ndarray]]:
    """Node ids with their pictures."""
    clean = example().images[12:17]
    stamped = run("RaccordStampPlate", image=clean, plate="raccord12", placement="0.01 0.5 0.42 0.48")["image"]
    yield "RaccordStampPlate", stack(panel(stamped[0]), panel(stamped[0], crop=(0, 260, 430, 280)))
    generated = _cast(example().images[:7])
    solved = run("RaccordNormalizeToPlate", images=generated)
    yield "RaccordNormalizeToPlate", panel(solved["before_after"][0], width=900)
    yield "RaccordSaveGrade", _saved(solved, generated)
    warm = linear_to_srgb(srgb_to_linear(clean) * LOOK).clamp(0, 1)
    matched = run("RaccordMatchReference", images=_cast(clean), reference=warm[4:],
                  method="gains")
    crop = (240, 120, 660, 230)
    yield "RaccordMatchReference", stack(*(panel(p, name, crop=crop) for p, name in (
        (_cast(clean[0]), "the clip"), (matched["images"][0], "matched"),
        (warm[4], "the reference"))))
    run("RaccordSaveGrade", grade=matched["grade"], name="look", formats="cube")
    (place.output_directory / "look.cube").rename(place.input_directory / "look.cube")
    loaded = run("RaccordLoadGrade", file="look.cube")["grade"]
    for node_id, source, name in (("RaccordLoadGrade", clean, "look.cube"), ("RaccordApplyGrade", clean, "graded")):
        strength = 1.0 if node_id == "RaccordLoadGrade" else 0.5
        graded = run("RaccordApplyGrade", images=source, grade=loaded, strength=strength)["images"]
        said = name if strength == 1 else f"{name}, strength {strength:g}"
        yield node_id, _split(source[4], graded[4], "as it came", said)


def _cast(pictures: torch.Tensor) -> torch.Tensor:
    return linear_to_srgb(srgb_to_linear(pictures) @ CAST.T).clamp(0, 1)


def _split(left: torch.Tensor, right: torch.Tensor, one: str, two: str) -> np.ndarray:
    half = left.shape[1] // 2
    out = np.concatenate((draw.canvas(left)[:, :half], draw.canvas(right)[:, half:]), axis=1)
    draw.outline(out, np.array(((half, 0), (half, out.shape[0])), float), draw.INK, closed=False, thickness=3)
    shown = panel(out, one)
    draw.write(shown, two, (WIDTH // 2 + 14, 10), size=32)
    return shown


def _saved(solved: dict, generated: torch.Tensor) -> np.ndarray:
    saved = run("RaccordSaveGrade", grade=solved["grade"], name="SH010", formats="cube, cdl")
    errors = metrics(saved["report"])
    lines = [(f"SH010.{end}   off by {errors[name]:.2f} dE", draw.COLOURS["pass" if errors[name] <= limit else "warn"])
             for end, name, limit in (("cube", "lut.delta_e", 0.5), ("cdl", "cdl.delta_e", 2.0))]
    return stack(_split(generated[2], solved["images"][2], "as generated", "grade to save"),
                 words(*lines, size=32))


def metrics(report: str) -> dict:
    """Numbers of a report."""
    return json.loads(report)["metrics"]
