"""Looking pixels up in a 3D LUT by tetrahedra, as OpenColorIO and Resolve do.

A cell is cut into six tetrahedra along its grey diagonal; a pixel is mixed from the four corners of its own, which are met
on the way from the cell's low corner to its high one, the channel with the largest remainder stepping first.
"""

from __future__ import annotations

import torch

from ..wires.grade import Domain


def table_pixels(encoded: torch.Tensor, table: torch.Tensor, domain: Domain) -> torch.Tensor:
    """Encoded values (…, 3) looked up in a table (n, n, n, 3; blue, green, red) over a domain, whose ends hold outside it."""
    low, high = (torch.tensor(v, dtype=encoded.dtype, device=encoded.device) for v in domain)
    size, nodes = len(table), table.to(encoded).reshape(-1, 3)
    at = ((encoded - low) / (high - low)).clamp(0, 1) * (size - 1)
    base = at.floor().clamp_max(size - 2)
    share, order = (at - base).sort(dim=-1, descending=True, stable=True)
    strides = torch.tensor((1, size, size * size), device=encoded.device)
    index = (base.long() * strides).sum(-1)
    out = (1 - share[..., :1]) * nodes[index]
    for k in range(3):
        index = index + strides[order[..., k]]
        weight = share[..., k:k + 1] - share[..., k + 1:k + 2] if k < 2 else share[..., 2:]
        out = out + weight * nodes[index]
    return out


def shaper_pixels(encoded: torch.Tensor, shaper: torch.Tensor, domain: Domain) -> torch.Tensor:
    """Encoded values (…, 3), each channel through its own curve of `shaper` (n, 3), straight between nodes."""
    nodes, (low, high) = shaper.to(encoded), (torch.tensor(v, dtype=encoded.dtype, device=encoded.device) for v in domain)
    at = ((encoded - low) / (high - low)).clamp(0, 1) * (len(nodes) - 1)
    left = at.long().clamp(0, len(nodes) - 2)
    start, end = (torch.gather(nodes, 0, (left + k).reshape(-1, 3)).reshape(encoded.shape) for k in (0, 1))
    return torch.lerp(start, end, at - left)
