"""How well the palette part tells kits apart, follows severity, and how often a logo is found. Synthetic kits and marks only.

    python tests/bench/brand_separation.py

It shows sensitivity, selectivity and separation. It does not show taste.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from scipy.stats import rankdata, spearmanr

sys.path.append(str(Path(__file__).resolve().parents[1] / "helpers"))

from brand_cards import card, jpeg, paste, scene, turned
from raccord.nodes.brand.cells import cells_of
from raccord.nodes.brand.logo import by_features, find_logo, marks_of
from raccord.nodes.brand.palette import palette
from raccord.nodes.wires.kit import Logo
from raccord.nodes.wires.kit_colours import parse_colours

KITS, MARKS = 48, 16


def kit_colours(seed: int) -> list[str]:
    """A saturated colour, one or two others, white, near-black."""
    make = np.random.default_rng(seed)
    first = turned("#E03020", float(make.uniform(0, 360)))
    others = ["#" + "".join(f"{v:02X}" for v in make.integers(20, 236, 3)) for _ in range(make.integers(1, 3))]
    return [first, *others, "#FFFFFF", "#181820"]


def asset(colours: list[str], seed: int) -> torch.Tensor:
    """A card in the kit's colours with shares of its own, a photograph-like tenth, grain and a JPEG."""
    make = np.random.default_rng(seed)
    shares = make.dirichlet(np.full(len(colours), 2.0))
    out = card(*zip(colours, shares, strict=True), size=(180, 240))
    out[-36:, :120] = scene(seed, (36, 120))
    out = out + 0.01 * torch.from_numpy(make.standard_normal(out.shape)).float()
    return jpeg(out.clamp(0, 1), 85)


def separation() -> None:
    kits = [kit_colours(seed) for seed in range(KITS)]
    parsed = [parse_colours(" ".join(kit)) for kit in kits]
    cells = [cells_of(asset(kit, 1000 + i)) for i, kit in enumerate(kits)]
    raw = np.array([[palette(c, kit).raw for kit in parsed] for c in cells], float)
    own, other = np.diag(raw), raw[~np.eye(KITS, dtype=bool)]
    ranks = rankdata(np.concatenate((own, other)))[:KITS]
    auc = 1 - (ranks.sum() - KITS * (KITS + 1) / 2) / (KITS * len(other))
    top = np.mean(raw.argmin(1) == np.arange(KITS))
    apart = f"own {np.median(own):.1f}, other {np.median(other):.1f} dE"
    print(f"palette: {KITS} kits, all pairs: AUC {auc:.3f}, top-1 {top:.3f}; {apart}")


def monotone() -> None:
    angles, good, rhos = np.arange(0, 95, 5), 0, []
    for seed in range(KITS):
        kit = kit_colours(seed)[:1] + ["#FFFFFF", "#303030"]
        cells = (cells_of(card((turned(kit[0], a), 0.4), (kit[1], 0.4), (kit[2], 0.2))) for a in angles)
        rhos.append(spearmanr(angles, [palette(c, parse_colours(" ".join(kit))).raw for c in cells]).statistic)
        good += rhos[-1] >= 0.95
    print(f"palette: hue turned 0 to 90 degrees on solid areas: Spearman >= 0.95 on {good} of {KITS} cards, "
          f"mean {np.mean(rhos):.3f}")


def flat_mark(seed: int) -> Logo:
    """A plain mark: disc, triangle, bars or letters in one or two colours."""
    make, out = np.random.default_rng(seed), np.zeros((256, 256, 4), np.uint8)
    one, two = ((*[int(v) for v in make.integers(0, 255, 3)], 255) for _ in range(2))
    kind = seed % 5
    if kind == 0:
        cv2.circle(out, (128, 128), 110, one, -1, cv2.LINE_AA)
        cv2.rectangle(out, (108, 0), (148, 160), (0, 0, 0, 0), -1)
    elif kind == 1:
        cv2.fillPoly(out, [np.array([[20, 230], [128, 20], [236, 230]])], one, cv2.LINE_AA)
        cv2.circle(out, (128, 170), 34, two, -1, cv2.LINE_AA)
    elif kind == 2:
        cv2.putText(out, "Zet", (8, 180), cv2.FONT_HERSHEY_TRIPLEX, 4.2, one, 18, cv2.LINE_AA)
    elif kind == 3:
        for bar in range(3):
            cv2.rectangle(out, (20 + 80 * bar, 30 + 40 * bar), (70 + 80 * bar, 226), one if bar % 2 else two, -1)
    else:
        cv2.circle(out, (128, 128), 118, one, -1, cv2.LINE_AA)
        cv2.fillPoly(out, [np.array([[90, 60], [200, 128], [90, 196]])], two, cv2.LINE_AA)
    rows, columns = np.nonzero(out[..., 3])
    cut = out[rows.min():rows.max() + 1, columns.min():columns.max() + 1]
    return Logo(torch.from_numpy(cut.copy()).float() / 255)


def logos() -> None:
    marks = [flat_mark(seed) for seed in range(MARKS)]
    ready = [marks_of((m,)) for m in marks]
    for width in (48, 80, 160):
        found = {"features": 0, "features or outline": 0}
        for i, mark in enumerate(marks):
            make = np.random.default_rng(width + i)
            height = round(width * mark.rgba.shape[0] / mark.rgba.shape[1])
            x, y = int(make.integers(4, 630 - width)), int(make.integers(4, 470 - height))
            picture = jpeg(paste(scene(500 + i, (480, 640)), mark.rgba, (x, y), width), 85)
            for name, look in (("features", by_features), ("features or outline", find_logo)):
                at = look(picture, ready[i])
                found[name] += at is not None and np.abs(np.array(at.quad.box) - (x, y, width, height)).max() < 0.1 * width
        print(f"logo: {width} px of 640, flat marks found: " + ", ".join(f"{k} {v / MARKS:.2f}" for k, v in found.items()))
    strangers = [jpeg(paste(scene(700 + i, (480, 640)), marks[(i + 3) % MARKS].rgba, (200, 150), 160), 85) for i in range(MARKS)]
    wrong = sum(find_logo(picture, mark) is not None for picture, mark in zip(strangers, ready, strict=True))
    print(f"logo: another mark taken for it in {wrong} of {MARKS} pictures")


if __name__ == "__main__":
    separation()
    monotone()
    logos()
