"""Kinds of harsh scenes: what goes wrong in photographs of charts, one thing a kind, and everything at once (`wild`)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from harsh_charts import Look
from raccord.nodes.wires.plate import Patch, Plate

_PASSPORT = Look(beside="passport", rounded=0.12, gap=0.2, frame=(0.12, 0.12, 0.12))


def custom(seed):
    """A studio's own plate of 5 × 7 strong colours and greys."""
    rng = np.random.default_rng(seed)
    grey = np.linspace(0.1, 0.95, 7)[:, None].repeat(3, 1)
    colours = np.concatenate((rng.uniform(0.05, 0.95, (28, 3)), grey))
    patches = tuple(Patch(f"p{k}", tuple(map(float, rgb)), "grey" if k >= 28 else "") for k, rgb in enumerate(colours))
    return Plate("custom", 5, 7, patches)


def wild(seed):
    """A look drawn from everything that can go wrong at once."""
    rng = np.random.default_rng(seed + 500)

    def some(chance, *values):
        return values[int(rng.integers(len(values)))] if rng.random() < chance else None

    lamp = some(0.5, ((1.0, 1.3), (0.6, 0.8), (0.2, 0.4)), ((0.15, 0.3), (0.5, 0.7), (0.55, 0.8)),
                ((0.5, 0.7), (0.8, 1.0), (1.1, 1.4)))
    page = some(0.4, "passport", "grey") or ""
    chart = some(0.5, (90, 160), (160, 260), (500, 800)) or (250, 420)
    return Look(size=((1280, 800), (800, 1280), (1920, 1200))[int(rng.integers(3))], chart=chart,
                tilt=some(0.5, (40, 60), (55, 65)) or (5, 35), roll=some(0.4, (-180, 180)) or (-25, 25),
                mirror=rng.random() < 0.05, gap=some(0.7, 0.05, 0.12, 0.2, 0.3), rounded=some(0.5, 0.08, 0.15) or 0.0,
                frame=some(0.6, (0.03,) * 3, (0.12,) * 3, (0.2,) * 3, (0.9,) * 3, (0.5,) * 3), beside=page,
                cover_beside=rng.random() < 0.3, bend=some(0.3, 0.02, 0.04) or 0.0, barrel=some(0.4, -0.06, 0.04) or 0.0,
                hands=some(0.4, 1, 1, 2) or 0, glare=some(0.25, 0.3, 0.8) or 0.0, shadow=some(0.2, 0.3, 0.6) or 0.0,
                uneven=some(0.4, 0.2, 0.4) or 0.0, **({"gains": lamp} if lamp else {}),
                exposure=some(0.5, (0.08, 0.2), (1.3, 1.9), (0.3, 0.5)) or (0.6, 1.1),
                haze=some(0.2, (0.05, 0.05, 0.05), (0.01, 0.05, 0.06)) or (0.0, 0.0, 0.0),
                encoding=some(0.5, "linear", "film", "film") or "srgb", blur=some(0.3, (1.0, 2.5)) or (0.4, 1.0),
                smear=some(0.2, 4.0, 8.0) or 0.0, noise=some(0.3, (0.01, 0.03)) or (0.003, 0.01),
                jpeg=some(0.6, 40, 60, 75) or 90, vivid=some(0.4, 0.8, 1.2, 1.4) or 1.0, sharpen=some(0.4, 0.5, 1.0) or 0.0,
                off=0.1 if rng.random() < 0.07 else 0.0)


KINDS = {  # plate and look; `custom` and a look of None are drawn anew for every seed
    "photo": ("classic24", Look()),
    "phone tilt 45-60": ("classic24", Look(tilt=(45, 60), chart=(350, 600), barrel=-0.03, jpeg=60, roll=(-90, 90))),
    "tilt 60-70": ("classic24", Look(tilt=(60, 70), chart=(400, 600), jpeg=70)),
    "passport": ("classic24", replace(_PASSPORT, roll=(-180, 180), chart=(250, 450))),
    "passport covered": ("classic24", replace(_PASSPORT, cover_beside=True, roll=(-30, 30))),
    "passport hands": ("classic24", replace(_PASSPORT, hands=2)),
    "spyder": ("spydercheckr24", Look(frame=(0.1, 0.1, 0.1), beside="grey", gap=0.25)),
    "tiny 40-60": ("classic24", Look(chart=(40, 60), tilt=(0, 25), blur=(0.3, 0.6), noise=(0.002, 0.006))),
    "tiny 60-100": ("classic24", Look(chart=(60, 100), tilt=(0, 30))),
    "glare": ("classic24", Look(glare=0.8)),
    "hands": ("classic24", Look(hands=2)),
    "linear dark": ("classic24", Look(encoding="linear", exposure=(0.15, 0.5), noise=(0.002, 0.005), jpeg=0)),
    "linear": ("classic24", Look(encoding="linear", exposure=(0.5, 1.2), noise=(0.002, 0.006))),
    "underwater": ("classic24", Look(gains=((0.06, 0.2), (0.45, 0.65), (0.5, 0.75)), haze=(0.01, 0.05, 0.07), blur=(0.8, 1.6))),
    "dim": ("classic24", Look(exposure=(0.03, 0.1), noise=(0.01, 0.02))),
    "warm lamp": ("classic24", Look(gains=((1.1, 1.4), (0.6, 0.8), (0.15, 0.3)))),
    "bent": ("classic24", Look(bend=0.06, barrel=-0.05)),
    "shadow": ("classic24", Look(shadow=0.6)),
    "uneven": ("classic24", Look(uneven=0.5)),
    "smear jpeg40": ("classic24", Look(smear=8, jpeg=40)),
    "turned": ("classic24", Look(roll=(-180, 180))),
    "mirrored": ("classic24", Look(mirror=True, roll=(-180, 180))),
    "no gap": ("classic24", Look(gap=0.0)),
    "thin gap": ("classic24", Look(gap=0.05)),
    "white gap": ("classic24", Look(frame=(0.95, 0.95, 0.94))),
    "grey gap": ("classic24", Look(frame=(0.5, 0.5, 0.5), gap=0.3)),
    "wide gap": ("classic24", Look(gap=0.45)),
    "cut off": ("classic24", Look(off=0.16, roll=(-4, 4), chart=(300, 500))),
    "film": ("classic24", Look(encoding="film", exposure=(0.9, 1.6))),
    "ours": ("raccord12", Look()),
    "ours small": ("raccord12", Look(chart=(60, 110))),
    "ours jpeg": ("raccord12", Look(smear=6, jpeg=40, chart=(200, 300))),
    "4k": ("classic24", Look(size=(3840, 2400), chart=(260, 500))),
    "filling": ("classic24", Look(chart=(1000, 1120), tilt=(0, 10), roll=(-3, 3))),
    "custom 5 x 7": ("custom", Look()),
    "wild": ("classic24", None),
}
