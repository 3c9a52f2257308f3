"""A vision model of the graph as Raccord asks it: one picture at a time, whole, and known again by what it sees.

Core's `encode_image` takes a square: cropping loses the sides of a wide picture, and squashing bends it, so a picture is shown
as the fewest squares that cover it, and what is seen in them is joined. Which model it is cannot be told by its name; its
weights may have been cast to another type. So it is asked what it sees in three pictures that Raccord draws: the same model gives
the same answer but for rounding, another one gives another.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..image.layout import split_alpha
from ..wires.kit_look import Vision

SAME_MODEL = 0.995  # likeness of the answers: half precision keeps 0.9999
_SIDE = 224


class Encoder:
    """A wired CLIP_VISION."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.probe = torch.stack([self.see(picture) for picture in probe_pictures()])

    def see(self, picture: torch.Tensor) -> torch.Tensor:
        """What the model sees in an encoded picture (H, W, 3|4): (D) float32 of length 1.

        Raises:
            ValueError: The model gives no numbers.
        """
        rgb = split_alpha(picture)[0].detach().cpu().float().clamp(0, 1)
        seen = torch.stack([self._embed(tile) for tile in squares(rgb)]).mean(0)
        return seen / seen.norm().clamp_min(1e-12)

    def _embed(self, square: torch.Tensor) -> torch.Tensor:
        try:
            out = self._model.encode_image(square[None])["image_embeds"]
            flat = torch.as_tensor(out).detach().cpu().float()[0]
        except (AttributeError, TypeError, KeyError, IndexError, RuntimeError, ValueError) as error:
            raise ValueError(f"expected a vision model that gives image_embeds in clip_vision, got {type(error).__name__}: "
                             "load a CLIP, SigLIP or DINOv2 model") from None
        flat = flat.mean(0) if flat.ndim == 2 else flat  # SigLIP gives a row for each patch
        if flat.ndim != 1 or not len(flat) or not torch.isfinite(flat).all():
            raise ValueError(f"expected finite numbers from the model in clip_vision, got {tuple(flat.shape)}: load another one")
        return flat / flat.norm().clamp_min(1e-12)


def encoder_of(model: Any) -> Encoder | None:
    """A wired CLIP_VISION made ready, or None.

    Raises:
        ValueError: The model gives no numbers.
    """
    return None if model is None else Encoder(model)


def squares(picture: torch.Tensor) -> list[torch.Tensor]:
    """The fewest squares that cover a picture (H, W, 3), evenly spread along its longer side."""
    height, width = picture.shape[:2]
    side, long = min(height, width), max(height, width)
    count = min(8, -(-long // side))
    starts = [round(k * (long - side) / max(1, count - 1)) for k in range(count)]
    return [picture[:, at:at + side] if width >= height else picture[at:at + side] for at in starts]


@lru_cache(maxsize=1)
def probe_pictures() -> tuple[torch.Tensor, ...]:
    """Three pictures that every Raccord draws alike: a colour ramp, coloured discs, and noise in blocks."""
    y, x = (np.indices((_SIDE, _SIDE)) + 0.5) / _SIDE
    ramp = np.stack((x, y, 1 - x), -1)
    discs = np.full((_SIDE, _SIDE, 3), 0.9)
    for k in range(9):
        inside = np.hypot(x - 0.2 - 0.3 * (k % 3), y - 0.2 - 0.3 * (k // 3)) < 0.05 + 0.01 * k
        discs[inside] = [(k * 5 % 9) / 8, (k * 7 % 9) / 8, (k * 2 % 9) / 8]
    cells = (np.arange(14 * 14 * 3) * 7919 % 101 / 100).reshape(14, 14, 3)
    blocks = cells.repeat(_SIDE // 14, 0).repeat(_SIDE // 14, 1)
    return tuple(torch.from_numpy(p.astype(np.float32)) for p in (ramp, discs, blocks))


def same_model(encoder: Encoder, vision: Vision) -> bool:
    """Whether the encoder sees Raccord's pictures as the one did that saw the kit's references."""
    if encoder.probe.shape != vision.probe.shape:
        return False
    return float((encoder.probe * vision.probe).sum(1).min()) >= SAME_MODEL
