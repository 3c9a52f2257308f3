"""How far a picture is from the look of the kit's references, in numbers that describe and do not judge.

A look is kept as 536 numbers: a soft OKLab histogram, quantiles of lightness and of chroma, and the energy of detail by size.
The distance is to the nearest reference; how far the references are from each other says how far is far (a raw similarity has
no absolute meaning, so local scaling takes its place). It says nothing about taste or about how a picture was made.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ..image.layout import luma, split_alpha, to_bchw, to_uint8
from ..image.opencv import cv2
from ..wires.kit import LookSample
from ..wires.scores import Part
from .cells import Cells, cells_of
from .encoder import Encoder
from .hashes import picture_hash
from .parts import below, measured, not_tested

LIMIT = 0.30
_BINS, _REACH = 8, 0.20
_QUANTILES = np.linspace(0.05, 0.95, 9)
_BANDS, _SIDE = 6, 256
_SHARES = {"colour": 0.4, "light": 0.2, "chroma": 0.2, "detail": 0.2}
_SCALES = {"light": 0.25, "chroma": 0.08, "detail": 1.5}  # a difference of this much counts as 1
_THUMBNAIL = 64


def _histogram(cells: Cells) -> np.ndarray:
    """Soft histogram (512) of OKLab: each cell is shared between its eight neighbours, so that a small shift moves little."""
    unit = cells.oklab.numpy() * (1, 0.5 / _REACH, 0.5 / _REACH) + (0, 0.5, 0.5)
    at = np.clip(unit * (_BINS - 1), 0, _BINS - 1 - 1e-9).T
    low = np.floor(at).astype(int)
    part, first = at - low, (low[0] * _BINS + low[1]) * _BINS + low[2]
    ends = np.stack((1 - part, part))
    out = np.zeros(_BINS**3)
    for i, j, k in np.ndindex(2, 2, 2):
        weight = ends[i, 0] * ends[j, 1] * ends[k, 2] * cells.share
        out += np.bincount(first + (i * _BINS + j) * _BINS + k, weight, _BINS**3)
    return out


def _quantiles(values: np.ndarray, share: np.ndarray) -> np.ndarray:
    order = np.argsort(values, kind="stable")
    return np.interp(_QUANTILES, np.cumsum(share[order]) - share[order] / 2, values[order])


def _detail(picture: torch.Tensor) -> np.ndarray:
    """Energy of detail in six octaves (log2 of the standard deviation of each band of a pyramid), of a 256-line luma."""
    rgb = split_alpha(picture)[0].detach().cpu().float().contiguous().numpy()
    small = cv2.resize(rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA if min(rgb.shape[:2]) > _SIDE else cv2.INTER_LINEAR)
    gray = luma(torch.from_numpy(small).clamp(0, 1))[None, None]
    out = []
    for _ in range(_BANDS):
        smaller = F.avg_pool2d(gray, 2)
        band = gray - F.interpolate(smaller, gray.shape[-2:], mode="bilinear", align_corners=False)
        out.append(float(torch.log2(band.std() + 1 / 1024)))
        gray = smaller
    return np.array(out)


def statistics(picture: torch.Tensor, cells: Cells | None = None) -> torch.Tensor:
    """Numbers of the look of an encoded picture (H, W, 3|4): (536) float32."""
    cells = cells or cells_of(picture)
    tones = (_quantiles(cells.oklab[:, 0].numpy(), cells.share), _quantiles(cells.chroma, cells.share))
    return torch.from_numpy(np.concatenate((_histogram(cells), *tones, _detail(picture)))).float()


def distances(one: torch.Tensor, other: torch.Tensor) -> dict[str, float]:
    """Difference of two looks by kind, each 0 for the same and about 1 for another world, and `look`, their weighted mean."""
    a, b = one.double().numpy(), other.double().numpy()
    sizes = np.cumsum([_BINS**3, len(_QUANTILES), len(_QUANTILES)])
    (ha, la, ca, da), (hb, lb, cb, db) = np.split(a, sizes), np.split(b, sizes)
    out = {"colour": float(np.abs(ha - hb).sum()) / 2}  # the share of the area that differs: a small change stays small
    for name, x, y in (("light", la, lb), ("chroma", ca, cb), ("detail", da, db)):
        out[name] = float(np.abs(x - y).mean()) / _SCALES[name]
    out["look"] = sum(share * min(out[name], 2.0) for name, share in _SHARES.items())
    return out


def sample_of(picture: torch.Tensor, encoder: Encoder | None = None) -> LookSample:
    """What the kit keeps of one reference picture (H, W, 3|4), and what `encoder` sees in it."""
    rgb = split_alpha(picture)[0].detach().cpu().float()
    scale = _THUMBNAIL / max(rgb.shape[:2])
    size = [max(1, min(side, round(side * scale))) for side in rgb.shape[:2]]
    small = F.interpolate(to_bchw(rgb[None]), size, mode="bilinear", antialias=True, align_corners=False)
    thumbnail = torch.from_numpy(to_uint8(small[0].movedim(0, -1)))
    bits = torch.from_numpy(np.frombuffer(picture_hash(picture).bits, np.uint8).copy())
    return LookSample(statistics(picture), bits, thumbnail, None if encoder is None else encoder.see(picture))


def samples_of(pictures: torch.Tensor | None, encoder: Encoder | None = None) -> tuple[LookSample, ...]:
    """What the kit keeps of a batch of references, or nothing."""
    return () if pictures is None else tuple(sample_of(picture, encoder) for picture in pictures)


def spread(references: tuple[LookSample, ...]) -> float:
    """Limit of the look distance: at least 0.30, more where the references themselves lie farther apart."""
    if len(references) < 3:
        return LIMIT
    looks = [r.statistics for r in references]
    nearest = [min(distances(a, b)["look"] for j, b in enumerate(looks) if j != i) for i, a in enumerate(looks)]
    return max(LIMIT, 1.25 * float(np.quantile(nearest, 0.9)))


def look(measures: torch.Tensor, references: tuple[LookSample, ...], counter_examples: tuple[LookSample, ...] = ()) -> Part:
    """Distance of a picture's `statistics` to the nearest reference; a counter-example that is nearer lowers the value."""
    if not references:
        return not_tested("look", "The kit has no reference pictures.")
    near = min((distances(measures, r.statistics) for r in references), key=lambda d: d["look"])
    against = min((distances(measures, c.statistics)["look"] for c in counter_examples), default=None)
    raw, limit = near["look"], spread(references)
    value = below(raw, limit)
    kinds = {name: round(v, 4) for name, v in near.items()}
    differs = max(_SHARES, key=lambda name: near[name] * _SHARES[name])
    message = f"The nearest reference is {raw:.2f} away in look, most of it in {differs}; limit {limit:.2f}."
    if against is not None and against < raw:
        value = min(value, 0.5 * against / raw)
        message = f"It looks more like a counter-example ({against:.2f} away) than like a reference ({raw:.2f} away)."
    advice = f"Bring the {differs} towards the references; RaccordMatchReference does it for colour." if value < 0.5 else ""
    return measured("look", value, message, raw=raw, unit="look distance", limit=limit, suggestion=advice, distances=kinds,
                    counter_example=against)


def thumbnail_canvas(sample: LookSample, height: int) -> np.ndarray:
    """The thumbnail of a reference as a canvas of `height` lines."""
    small = sample.thumbnail.numpy()
    width = max(1, round(small.shape[1] * height / small.shape[0]))
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
