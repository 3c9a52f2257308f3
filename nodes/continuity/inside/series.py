"""The numbers of the checks frame by frame, by the checks' own names and in their units: what the heat strip is drawn from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..watch.region import Region
from .drift import FOLLOWED, amount
from .flashes import flash_series, flicker_series
from .persist import Drifted
from .scan import Scan, likeness

Series = dict[str, list[float | None]]


def series_of(scan: Scan, drifted: Drifted | None, regions: Sequence[Region]) -> Series:
    """One list a check, one value a frame, None where there is none."""
    out = {"drift.sharpness": _beside_start(scan.series["sharpness"], ratio=True),
           "drift.grain": _beside_start(scan.series["grain"], ratio=False)}
    if drifted is not None:
        out |= _followed(drifted, len(scan))
    if len(scan) >= 8:
        out |= {"integrity.flash": _plain(flash_series(scan)), "integrity.flicker": _plain(flicker_series(scan)),
                "integrity.cut": [None, *_plain(1 - likeness(scan))]}
    if regions:
        worst = np.full(len(scan), np.nan)
        for region in regions:
            worst[1:1 + len(region.values)] = np.fmax(worst[1:1 + len(region.values)], region.values)
        out["drift.region"] = _plain(worst)
    return out


def _plain(values: np.ndarray) -> list[float | None]:
    return [round(float(v), 3) if np.isfinite(v) else None for v in values]


def _beside_start(values: np.ndarray, *, ratio: bool) -> list[float | None]:
    """Change since the head's median; a frame that was not measured has none."""
    known = values[np.isfinite(values)][:5]
    change = values - (np.median(known) if len(known) else 0.0)
    return _plain(np.exp(change) if ratio else change)


def _followed(drifted: Drifted, length: int) -> Series:
    table = {f"drift.{name}": [amount(name, v) for v in drifted.values[name]] for name in FOLLOWED}
    lights = drifted.light
    table["lighting.direction"] = [np.nan if v is None else v.turn for v in lights]
    table["lighting.ratio"] = [np.nan if v is None else np.exp(abs(v.ratio)) for v in lights]
    table["lighting.temperature"] = [np.nan if v is None or v.warmth is None else 100 * np.expm1(v.warmth) for v in lights]
    out: Series = {}
    for name, values in table.items():
        spread = np.full(length, np.nan)
        spread[list(drifted.frames)] = values
        out[name] = _plain(spread)
    return out
