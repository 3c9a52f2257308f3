"""Grey curves: encoded values to linear light, fitted on the neutral patches of a plate."""

from __future__ import annotations

import math

import torch

_FLOOR = math.log(1e-6)  # the logarithm needs a number; one millionth is black
Curves = tuple[tuple[float, ...], ...]


def slopes_at(curves: Curves, bounds: tuple[float, float]) -> tuple[float, float, float, list[float], list[float]]:
    """What curves do outside `bounds`: logarithms of black and of the bounds, slopes (3,) below and above.

    Below, the power is at least 1, because a root has no end to its slope at black.
    """
    low, high = (math.log(v) for v in bounds)
    below, above = ([sum(power * weight * at ** (power - 1) for power, weight in enumerate(curve) if power) for curve in curves]
                    for at in (low, high))
    return _FLOOR, low, high, [max(slope, 1.0) for slope in below], above


def curve_pixels(encoded: torch.Tensor, curves: Curves, bounds: tuple[float, float]) -> torch.Tensor:
    """Encoded sRGB (…, 3) to linear light through `curves`: ln(linear) as a polynomial of ln(encoded), lowest power first.

    Outside `bounds` each curve goes on with the slope it has at the bound, a power law: a polynomial would turn round there
    and lift the blacks.
    """
    floor, low, high, before, beyond = slopes_at(curves, bounds)
    x = encoded.clamp_min(math.exp(floor)).log()
    inside, out = x.clamp(low, high), torch.empty_like(encoded)
    for channel, curve in enumerate(curves):
        at = inside[..., channel]
        value = sum(weight * at**power for power, weight in enumerate(curve))
        outside = x[..., channel] - at
        value = value + outside * torch.where(outside < 0, before[channel], beyond[channel])
        out[..., channel] = value.clamp(max=4.0).exp()
    return out
