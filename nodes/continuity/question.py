"""What the guard is asked beside the clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from ..wires.shot import Shot

EDGES = ("continuous", "hard cut", "match cut", "dissolve", "overlap", "loop")


@dataclass(frozen=True, slots=True)
class Question:
    """What the guard is asked beside the clip; everything may be absent."""

    first_frame: torch.Tensor | None = None
    last_frame: torch.Tensor | None = None
    previous_clip: Any = None
    next_clip: Any = None
    watch_mask: torch.Tensor | None = None
    watch_zones: str = ""
    previous_edge: str = "continuous"
    next_edge: str = "continuous"
    overlap_frames: int = 0
    latent_grid: str = "none"
    profile: str = "broadcast"
    shot: Shot | None = None
