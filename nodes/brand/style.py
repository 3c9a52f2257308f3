"""Is the picture like the kit's references, as a vision model sees them?

The likeness of two embeddings has no absolute meaning: some pictures are like everything. So each one is scaled by how like it
is to its nearest neighbours among pictures that are *not* of the brand (local scaling, CSLS: Conneau et al. 2018), and the
answer is placed between two known ends: 0 is how such other pictures do, 1 is how the references do among themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..wires.kit import Kit
from ..wires.scores import Part
from .encoder import Encoder, same_model
from .parts import measured, not_tested

LIMIT = 0.5
LEAST_REFERENCES, LEAST_OTHERS = 3, 8
_NEIGHBOURS = 5
_STEEPNESS = 6.0
_APART = 0.9  # references that are no nearer to each other than one other picture in ten is to them say nothing


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A vision model with what it saw for the kit: rows of length 1, and the two ends of the scale; or why it cannot answer."""

    encoder: Encoder | None
    why: str = ""
    references: torch.Tensor | None = None
    counter: torch.Tensor | None = None
    others: torch.Tensor | None = None
    low: float = 0.0
    high: float = 1.0
    refused: bool = False


def eye_of(kit: Kit, model: Any) -> Eye:
    """Make ready to ask a CLIP_VISION, or None, about a kit's style."""
    if model is None:
        return Eye(None, "No vision model is wired to clip_vision.")
    if kit.vision is None:
        return Eye(None, "The kit's references were not shown to a vision model: wire clip_vision into Brand Kit too.")
    try:
        encoder = Encoder(model)
    except ValueError as error:
        return Eye(None, f"The vision model cannot be asked: {error}.", refused=True)
    if not same_model(encoder, kit.vision):
        return Eye(None, "Another vision model saw the kit's references: wire that one, or make the kit anew with this one.",
                   refused=True)
    references, counter = _seen(kit.references), _seen(kit.counter_examples)
    others = torch.cat([rows for rows in (kit.vision.background, counter) if rows is not None])
    if references is None or len(references) < LEAST_REFERENCES or len(others) < LEAST_OTHERS:
        held = 0 if references is None else len(references)
        return Eye(None, f"A style needs {LEAST_REFERENCES} references and {LEAST_OTHERS} other pictures (background and "
                         f"counter-examples); the kit has {held} and {len(others)}.")
    inner = [likeness(r, _without(references, i), others) for i, r in enumerate(references)]
    outer = [likeness(o, references, _without(others, i)) for i, o in enumerate(others)]
    low, high = float(np.median(outer)), float(np.median(inner))
    if high <= float(np.quantile(outer, _APART)):
        return Eye(None, "To this vision model the references are no more like each other than like other pictures.")
    return Eye(encoder, "", references, counter, others, low, high)


def _seen(samples: tuple) -> torch.Tensor | None:
    rows = [sample.embedding for sample in samples if sample.embedding is not None]
    return torch.stack(rows) if rows else None


def _without(rows: torch.Tensor, index: int) -> torch.Tensor:
    return torch.cat((rows[:index], rows[index + 1:]))


def _crowd(row: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Mean likeness to the nearest of the others."""
    return (others @ row).topk(min(_NEIGHBOURS, len(others))).values.mean()


def likeness(row: torch.Tensor, to: torch.Tensor, others: torch.Tensor) -> float:
    """Locally scaled likeness of an embedding (D) to the nearest of `to` (n, D), against `others` (m, D)."""
    mine = _crowd(row, others)
    return max(float(2 * (other @ row) - mine - _crowd(other, others)) for other in to)


def style(picture: torch.Tensor, eye: Eye) -> Part:
    """How far a picture (H, W, 3|4) is on the way from other pictures (0) to the kit's references (1).

    Returns:
        `raw` on that scale; the limit is half way. A counter-example that is nearer than every reference fails the part.
    """
    if eye.encoder is None or eye.references is None or eye.others is None:
        return Part("style", "refused", eye.why) if eye.refused else not_tested("style", eye.why)
    row = eye.encoder.see(picture)
    raw = (likeness(row, eye.references, eye.others) - eye.low) / (eye.high - eye.low)
    value = float(1 / (1 + np.exp(-_STEEPNESS * (raw - LIMIT))))
    message = (f"A vision model places it at {raw:.2f} on the way from other pictures (0) to the references (1); "
               f"limit {LIMIT:g}.")
    near = float((eye.references @ row).max())
    against = None if eye.counter is None else float((eye.counter @ row).max())
    if against is not None and against > near:
        value = min(value, 0.3)
        message = "A vision model finds it more like a counter-example than like any reference."
    advice = "Compare it with the references, and generate with one of them as a style reference." if value < 0.5 else ""
    return measured("style", value, message, raw=float(raw), unit="of the way", limit=LIMIT, suggestion=advice,
                    counter_example=against)
