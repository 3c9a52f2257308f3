"""Grey curves: encoded values to linear light, fitted on the neutral patches of a plate."""

from __future__ import annotations

import math

import torch

_FLOOR = 1e-6  # the logarithm needs a number; one millionth is black


def curve_pixels(encoded: torch.Tensor, curves: tuple[tuple[float, ...], ...], bounds: tuple[float, float]) -> torch.Tensor:
    """Encoded sRGB (…, 3) to linear light through `curves`: ln(linear) as a polynomial of ln(encoded), lowest power first.

    Outside `bounds` each curve goes on with the slope it has at the bound, a power law: a polynomial would turn round there
    and lift the blacks. Below them the power is at least 1, because a root has no end to its slope at black.
    """
    low, high = (math.log(v) for v in bounds)
    x = encoded.clamp_min(_FLOOR).log()
    inside = x.clamp(low, high)
    out = torch.empty_like(encoded)
    for channel, (constant, *higher) in enumerate(curves):
        at, value, slope = inside[..., channel], 0.0, 0.0
        for power, weight in enumerate(higher, start=1):
            value = value + weight * at**power
            slope = slope + power * weight * at ** (power - 1)
        beyond = x[..., channel] - at
        rise = torch.where(beyond < 0, torch.as_tensor(slope).clamp_min(1.0), torch.as_tensor(slope))
        out[..., channel] = (constant + value + rise * beyond).clamp(max=4.0).exp()
    return out
