"""What a brand kit keeps of pictures: numbers about their look, and what a vision model sees in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import torch


def digest_of(document: Mapping, tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over plain values and tensors (names, types, shapes, bytes), independent of their order."""
    total = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=True).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"\0{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        total.update(tensor.numpy().tobytes())
    return total.hexdigest()


def _rows(tensor: torch.Tensor) -> bool:
    return tensor.dtype == torch.float32 and tensor.ndim == 2 and tensor.shape[1] > 0 and bool(torch.isfinite(tensor).all())


@dataclass(frozen=True, slots=True, eq=False)
class LookSample:
    """What is kept of a reference picture.

    Attributes:
        statistics: Numbers about its look (N) float32.
        hash: Its 256-bit hash (32) uint8.
        thumbnail: (H, W, 3) uint8.
        embedding: What a vision model sees in it (D) float32 of length 1, where one was asked.
    """

    statistics: torch.Tensor
    hash: torch.Tensor
    thumbnail: torch.Tensor
    embedding: torch.Tensor | None = None

    def __post_init__(self) -> None:
        right = (self.statistics.dtype == torch.float32 and self.statistics.ndim == 1 and tuple(self.hash.shape) == (32,)
                 and self.hash.dtype == self.thumbnail.dtype == torch.uint8 and self.thumbnail.shape[2:] == (3,))
        if not right or not (self.embedding is None or (self.embedding.ndim == 1 and _rows(self.embedding[None]))):
            raise ValueError("expected statistics (N) float32, a hash (32) uint8, a thumbnail (H, W, 3) uint8 and, if any, an "
                             "embedding (D) float32 of a reference")

    @property
    def tensors(self) -> dict[str, torch.Tensor]:
        """What it holds, by name."""
        named = {"statistics": self.statistics, "hash": self.hash, "thumbnail": self.thumbnail}
        return named if self.embedding is None else {**named, "embedding": self.embedding}

    @property
    def digest(self) -> str:
        """SHA-256 over the tensors."""
        return digest_of({}, self.tensors)


@dataclass(frozen=True, slots=True, eq=False)
class Vision:
    """Which vision model saw the references, and what it sees in pictures that are not of the brand.

    Attributes:
        probe: (P, D) float32: what it sees in pictures that Raccord draws. They tell one model from another, whatever
            the type of its weights.
        background: (N, D) float32 of other pictures, against which a likeness is measured; N may be 0.
    """

    probe: torch.Tensor
    background: torch.Tensor

    def __post_init__(self) -> None:
        if not (_rows(self.probe) and _rows(self.background) and self.probe.shape[1] == self.background.shape[1]
                and len(self.probe)):
            raise ValueError("expected probe (P, D) and background (N, D) float32 of one vision model")

    @property
    def tensors(self) -> dict[str, torch.Tensor]:
        """What it holds, by name; the order of the background is lost."""
        order = sorted(range(len(self.background)), key=lambda i: self.background[i].numpy().tobytes())
        return {"vision.probe": self.probe, "vision.background": self.background[order]}
