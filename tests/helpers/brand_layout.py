"""A drawn advertisement whose parts can be spoilt one by one: brand colours, a logo, a place for text, small decoration.

Left the brand colour with discs in the kit's other colours, upper right white with the logo, lower right dark with the text zone.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from brand_cards import rgb, turned
from raccord.nodes.brand.build import add_logo, build_kit

LINES, COLUMNS = 540, 960
BRAND, PAPER, DARK, BANNED = "#E63C28", "#FFFFFF", "#14143C", "#00A0FF"
ZONE = "headline: 0.56 0.66 0.4 0.26 #FFFFFF 48px"
PALETTE = f"{BRAND} primary 50%\n{PAPER} 30%\n{DARK} 20%"
LOGO_AT, LOGO_WIDTH = (640, 90), 200


def logo_file() -> torch.Tensor:
    """A mark with corners and letters, (H, W, 4), transparent around."""
    out = np.zeros((200, 400, 4), np.uint8)
    red, dark = (*(int(v * 255) for v in rgb(BRAND)), 255), (*(int(v * 255) for v in rgb(DARK)), 255)
    cv2.rectangle(out, (0, 40), (160, 199), red, -1)
    cv2.fillPoly(out, [np.array([[20, 180], [80, 60], [140, 180]])], (255, 255, 255, 255), cv2.LINE_AA)
    cv2.circle(out, (300, 60), 58, dark, -1, cv2.LINE_AA)
    cv2.putText(out, "ACME", (176, 190), cv2.FONT_HERSHEY_DUPLEX, 2.5, dark, 8, cv2.LINE_AA)
    return torch.from_numpy(out).float() / 255


def kit(references: torch.Tensor | None = None, counter_examples: torch.Tensor | None = None, *, logo: bool = True):
    """The advertisement's kit, its logo at least 90 px wide at 1080 lines."""
    made = build_kit(PALETTE, f"{BANNED} ~6", references, counter_examples, ZONE, "")
    return add_logo(made, logo_file()[None], None, "primary", 0.25, 160.0, "light") if logo else made


def layout(*, brand: str = BRAND, dark: str = DARK, split: float = 0.5, zone_noise: float = 0.0, zone_tile: float = 0.0,
           banned: float = 0.0, logo: torch.Tensor | None = None, logo_width: float = LOGO_WIDTH, aspect: float = 1.0,
           shear: float = 0.0, logo_at: tuple[float, float] = LOGO_AT, ground: str = PAPER,
           intruder: float = 0.0) -> torch.Tensor:
    """The advertisement (540, 960, 3), each argument one thing that can be wrong with it.

    `split` is where the brand colour ends, `zone_noise` σ of noise and `zone_tile` the lightness of one bright tile in the text
    zone, `banned` the banned colour's share of the picture, `intruder` how dark a bar beside the logo is.
    """
    out = np.empty((LINES, COLUMNS, 3))
    out[:], edge = rgb(PAPER), round(split * COLUMNS)
    out[:, :edge] = rgb(brand)
    out[324:, edge:] = rgb(dark)
    make = np.random.default_rng(5)
    for i in range(14):
        at = int(make.integers(20, 460)), int(make.integers(20, 520))
        cv2.circle(out, at, int(make.integers(8, 22)), rgb((PAPER, DARK)[i % 2]).tolist(), -1, cv2.LINE_AA)
    if ground != PAPER:
        out[40:260, 560:920] = rgb(ground)
    if intruder:
        out[100:180, 846:858] = 1 - intruder
    out = _with_logo(out, logo_file() if logo is None else logo, logo_width, aspect, shear, logo_at)
    noise = np.random.default_rng(1).standard_normal((LINES, COLUMNS, 1))
    left, top, right, low = 537, 356, 922, 497
    inside = noise[top:low, left:right]
    out[top:low, left:right] += zone_noise * (inside - inside.mean())
    out[420:452, 700:732] += zone_tile * (1 - out[420:452, 700:732])
    side = round(np.sqrt(banned * LINES * COLUMNS))
    out[20:20 + side, 10:10 + side] = rgb(BANNED)
    return torch.from_numpy(out).float().clamp(0, 1)


def _with_logo(out: np.ndarray, logo: torch.Tensor, width: float, aspect: float, shear: float,
               at: tuple[float, float]) -> np.ndarray:
    """Composite with supersampling; aspect widens, shear leans."""
    scale, fine = width / logo.shape[1], 4
    matrix = fine * np.array([[scale * aspect, -shear * scale, at[0]], [0, scale, at[1]]])
    soft = logo.numpy().copy()
    soft[..., :3] *= soft[..., 3:]
    drawn = cv2.warpAffine(soft, matrix, (COLUMNS * fine, LINES * fine), flags=cv2.INTER_LINEAR)
    drawn = cv2.resize(drawn, (COLUMNS, LINES), interpolation=cv2.INTER_AREA)
    return out * (1 - drawn[..., 3:]) + drawn[..., :3]


def recoloured(degrees: float) -> torch.Tensor:
    """The logo file with its red turned in hue."""
    out = logo_file()
    out[(out[..., :3] - torch.from_numpy(rgb(BRAND)).float()).abs().sum(-1) < 0.1, :3] = torch.from_numpy(
        rgb(turned(BRAND, degrees))).float()
    return out
