"""The data that goes with every EXR frame: layers as they come, the ST-map of the track, named masks as Cryptomatte."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from ..media.frames import Frames
from ..media.paths import check_relative
from ..media.tracks_stmap import stmap
from ..wires.check import quoted
from ..wires.track import Track

_NAMED = ("mask", "matte")


def name_layers(layers: list[torch.Tensor], names: str) -> dict[str, torch.Tensor]:
    """Pair layers with the lines of `layer_names`, in slot order.

    Raises:
        ValueError: More or fewer names than layers, a name twice, or one that no file system takes.
    """
    lines = [line.strip() for line in names.splitlines() if line.strip()]
    if len(lines) != len(layers) or len(set(lines)) != len(lines):
        raise ValueError(f"expected a name of its own for each of {len(layers)} layers in layer_names, "
                         f"got {len(set(lines))} {quoted(', '.join(lines))}: write one a line")
    for line in lines:
        check_relative(line.replace(":", "_"), "layer_names")
    return dict(zip(lines, layers, strict=True))


@dataclass(frozen=True, slots=True)
class Layers:
    """Layers of a clip by name, IMAGE batches of 1 or all frames, and the track whose ST-map goes with them, or None."""

    batches: dict[str, torch.Tensor] = field(default_factory=dict)
    track: Track | None = None

    @property
    def names(self) -> list[str]:
        """Names of all layers, the ST-map among them."""
        return [*self.batches, *(["st"] if self.track else [])]

    @property
    def masks(self) -> dict[str, torch.Tensor]:
        """Named masks (`mask:hero`) by their own name."""
        named = {name.partition(":")[2].strip(): batch for name, batch in self.batches.items()
                 if name.partition(":")[0] in _NAMED}
        return {name: batch for name, batch in named.items() if name}

    def check(self, frames: Frames) -> None:
        """Raise a ValueError that names the layer which does not fit the clip."""
        for name, batch in self.batches.items():
            if not isinstance(batch, torch.Tensor) or batch.ndim != 4 or 0 in batch.shape:
                got = tuple(batch.shape) if isinstance(batch, torch.Tensor) else quoted(batch)
                raise ValueError(f"expected pictures (frames, height, width, channels) in layer {name}, got {got}: wire an IMAGE")
            if len(batch) not in (1, len(frames)) or tuple(batch.shape[1:3]) != (frames.height, frames.width):
                raise ValueError(f"expected layer {name} of 1 or {len(frames)} frames of {frames.width}x{frames.height}, "
                                 f"got {len(batch)} of {batch.shape[2]}x{batch.shape[1]}: make it from the same frames")

    def not_numbers(self, count: int) -> dict[str, list[int]]:
        """Frames of a clip of `count` in which a layer holds NaN or infinity, by the layer's name; those without left out."""
        bad = {name: [n for n in range(len(batch)) if not bool(torch.isfinite(batch[n]).all())]
               for name, batch in self.batches.items()}
        return {name: found if len(self.batches[name]) == count else list(range(count)) for name, found in bad.items() if found}

    def frame(self, number: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Layers (H, W, C) float32 and named masks (H, W) of one frame, by name."""
        layers = {name: _of(batch, number) for name, batch in self.batches.items()}
        if self.track:
            frame = self.track.frames[number]
            corners = frame.corners.array if frame.corners and frame.state == "tracked" else None
            layers["st"] = stmap(corners, *self.track.frame_size)
        return layers, {name: _of(batch, number)[..., 0] for name, batch in self.masks.items()}


def _of(batch: torch.Tensor, number: int) -> np.ndarray:
    return batch[min(number, len(batch) - 1)].detach().cpu().float().numpy()
