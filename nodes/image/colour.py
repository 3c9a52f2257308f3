"""Colour arithmetic on sRGB: transfer, XYZ, CIELAB, OKLab and the CIEDE2000 difference.

Everything is D65, white Y = 1. Functions keep shape, dtype and device of their input; the last axis holds the channels.
Sources: IEC 61966-2-1 (transfer and matrix); CIE 15:2018 (CIELAB); Ottosson 2020, "A perceptual color space for image
processing" (OKLab); Sharma, Wu, Dalal 2005, "The CIEDE2000 color-difference formula: implementation notes".
"""

from __future__ import annotations

from functools import cache

import torch

XYZ_FROM_LINEAR = ((0.4123907993, 0.3575843394, 0.1804807884),
                   (0.2126390059, 0.7151686788, 0.0721923154),
                   (0.0193308187, 0.1191947798, 0.9505321522))
WHITE_D65 = (0.9504559271, 1.0, 1.0890577508)
_LMS_FROM_LINEAR = ((0.4122214708, 0.5363325363, 0.0514459929),
                    (0.2119034982, 0.6806995451, 0.1073969566),
                    (0.0883024619, 0.2817188376, 0.6299787005))
_OKLAB_FROM_LMS = ((0.2104542553, 0.7936177850, -0.0040720468),
                   (1.9779984951, -2.4285922050, 0.4505937099),
                   (0.0259040371, 0.7827717662, -0.8086757660))


def _times(value: torch.Tensor, matrix: tuple) -> torch.Tensor:
    return value @ torch.tensor(matrix, dtype=value.dtype, device=value.device).T


def srgb_to_linear(encoded: torch.Tensor) -> torch.Tensor:
    """Decode sRGB values; 0..1 exact, negatives mirrored, values above 1 continued."""
    size = encoded.abs()
    curve = size.add(0.055).div_(1.055).pow_(2.4).copysign_(encoded)  # in place: a frame is 25 MB
    return torch.where(size <= 0.04045, encoded / 12.92, curve)


def linear_to_srgb(linear: torch.Tensor) -> torch.Tensor:
    """Encode linear light as sRGB; negatives mirrored, values above 1 continued, nothing clipped."""
    size = linear.abs()
    curve = size.clamp_min(1e-12).pow_(1 / 2.4).mul_(1.055).sub_(0.055).copysign_(linear)
    return torch.where(size <= 0.0031308, linear * 12.92, curve)


def linear_to_xyz(linear: torch.Tensor) -> torch.Tensor:
    """Linear sRGB (…, 3) to XYZ D65, white Y = 1."""
    return _times(linear, XYZ_FROM_LINEAR)


def xyz_to_lab(xyz: torch.Tensor) -> torch.Tensor:
    """XYZ D65 (…, 3) to CIELAB: L 0..100, a and b about -128..127."""
    t = xyz / torch.tensor(WHITE_D65, dtype=xyz.dtype, device=xyz.device)
    f = torch.where(t > 216 / 24389, t.clamp_min(1e-12).pow(1 / 3), (24389 / 27 * t + 16) / 116)
    x, y, z = f.unbind(-1)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), dim=-1)


def srgb_to_lab(encoded: torch.Tensor) -> torch.Tensor:
    """Encoded sRGB (…, 3) to CIELAB D65."""
    return xyz_to_lab(linear_to_xyz(srgb_to_linear(encoded)))


def srgb_to_oklab(encoded: torch.Tensor) -> torch.Tensor:
    """Encoded sRGB (…, 3) to OKLab: L 0..1, a and b about -0.4..0.4."""
    return linear_to_oklab(srgb_to_linear(encoded))


def linear_to_oklab(linear: torch.Tensor) -> torch.Tensor:
    """Linear sRGB (…, 3) to OKLab."""
    lms = _times(linear, _LMS_FROM_LINEAR)
    return _times(lms.sign() * lms.abs().clamp_min(1e-12).pow(1 / 3), _OKLAB_FROM_LMS)


def oklab_to_srgb(oklab: torch.Tensor) -> torch.Tensor:
    """OKLab (…, 3) to encoded sRGB, not clipped."""
    lms = _times(oklab, _inverse(_OKLAB_FROM_LMS)).pow(3)
    return linear_to_srgb(_times(lms, _inverse(_LMS_FROM_LINEAR)))


@cache
def _inverse(matrix: tuple) -> tuple:
    return tuple(map(tuple, torch.linalg.inv(torch.tensor(matrix, dtype=torch.float64)).tolist()))


def delta_e_2000(lab: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """CIEDE2000 difference of two CIELAB tensors (…, 3) that broadcast against each other: (…)."""
    (l1, a1, b1), (l2, a2, b2) = lab.unbind(-1), other.unbind(-1)
    chroma7 = ((torch.hypot(a1, b1) + torch.hypot(a2, b2)) / 2) ** 7
    gain = 1.5 - 0.5 * torch.sqrt(chroma7 / (chroma7 + 25.0**7))
    a1, a2 = a1 * gain, a2 * gain
    c1, c2 = torch.hypot(a1, b1), torch.hypot(a2, b2)
    h1, h2 = (torch.rad2deg(torch.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = (h2 - h1 + 180) % 360 - 180
    turn = torch.where((h2 - h1).abs() == 180, h2 - h1, turn)  # at exactly half a turn the sign is that of the difference
    turn = torch.where(grey, torch.zeros_like(turn), turn)
    apart = (h1 - h2).abs() > 180
    mean_hue = torch.where(apart, (h1 + h2 + 360 - 720 * (h1 + h2 >= 360)) / 2, (h1 + h2) / 2)
    mean_hue = torch.where(grey, h1 + h2, mean_hue)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    return _combine(l2 - l1, c2 - c1, 2 * torch.sqrt(c1 * c2) * torch.sin(torch.deg2rad(turn / 2)), mean_l, mean_c, mean_hue)


def _combine(dl, dc, dh, mean_l, mean_c, mean_hue):
    def cos(degrees: torch.Tensor) -> torch.Tensor:
        return torch.cos(torch.deg2rad(degrees))

    t = (1 - 0.17 * cos(mean_hue - 30) + 0.24 * cos(2 * mean_hue) + 0.32 * cos(3 * mean_hue + 6)
         - 0.20 * cos(4 * mean_hue - 63))
    from_50 = (mean_l - 50) ** 2
    weight_l = 1 + 0.015 * from_50 / torch.sqrt(20 + from_50)
    weight_c, weight_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    chroma7 = mean_c**7
    swing = 60 * torch.exp(-(((mean_hue - 275) / 25) ** 2))
    rotation = -2 * torch.sqrt(chroma7 / (chroma7 + 25.0**7)) * torch.sin(torch.deg2rad(swing))
    l_term, c_term, h_term = dl / weight_l, dc / weight_c, dh / weight_h
    return torch.sqrt((l_term**2 + c_term**2 + h_term**2 + rotation * c_term * h_term).clamp_min(0))
