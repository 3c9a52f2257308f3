"""A mask asked for frame by frame, so that a long or large one is never held twice."""

from __future__ import annotations

import torch

from ...image.layout import check_mask, is_no_mask


class Masks:
    """A MASK beside pictures of another or the same size; says nothing where `wired` is false."""

    def __init__(self, mask: torch.Tensor | None, count: int, height: int, width: int, name: str) -> None:
        """Check it as `check_mask` does, without resizing more than one frame.

        Raises:
            ValueError: As `check_mask`.
        """
        self._size, self._name, self._mask = (height, width), name, None
        if mask is None or (isinstance(mask, torch.Tensor) and mask.ndim > 1 and is_no_mask(mask, height, width)):
            return
        if not isinstance(mask, torch.Tensor) or mask.ndim < 2:
            check_mask(mask, count, height, width, name)
            return
        own = check_mask(mask, count, mask.shape[-2], mask.shape[-1], name)
        if own is not None:
            check_mask(own[:1], 1, height, width, name)
            self._mask = own

    @property
    def wired(self) -> bool:
        """Whether the mask says something."""
        return self._mask is not None

    @property
    def moves(self) -> bool:
        """Whether there is one mask a frame."""
        return self._mask is not None and len(self._mask) > 1

    def frame(self, number: int) -> torch.Tensor | None:
        """Mask (H, W) of a frame, at the pictures' size; None where nothing is wired."""
        if self._mask is None:
            return None
        part = self._mask[min(number, len(self._mask) - 1)][None]
        if part.shape[1:] == torch.Size(self._size):
            return part[0]
        resized = check_mask(part, 1, self._size[0], self._size[1], self._name)
        return torch.zeros(self._size) if resized is None else resized[0]
