"""Row `selectivity` of `brand.py`: 20 distortions of a drawn advertisement against the parts.

Each distortion must move its own part, more with severity (Spearman 0.95 between severity and value), and every other part must
stay within 0.05. What is linked by nature is left out of the count, as `AKIN` names it: a banned patch is also a stray colour and
takes area; what turns the brand's colour takes its area too; what touches the whole picture changes its look.
"""

import io

import brand_layout
import cv2
import numpy as np
import torch
import torch.nn.functional as F
from brand_cards import jpeg, rgb, scene, turned
from brand_layout import BRAND, DARK, LOGO_AT, PAPER, layout, recoloured
from PIL import Image
from raccord.nodes.brand.question import ask
from raccord.nodes.brand.score import score_picture
from scipy.stats import spearmanr

PARTS = ("palette", "coverage", "banned", "logo", "look", "zones", "clutter", "duplicates")
STEPS = np.linspace(0, 1, 7)
QUIET, FOLLOWS, BAR = 0.05, 0.95, 0.90


def mixed(one, other, amount):
    return tuple(one[i] + amount * (other[i] - one[i]) for i in range(len(one)))


def code(colour):
    return "#" + "".join(f"{round(float(v) * 255):02X}" for v in colour)


def towards(colour, other, amount):
    return code(mixed(rgb(colour), rgb(other), amount))


def blurred(picture, sigma):
    return torch.from_numpy(cv2.GaussianBlur(picture.numpy(), (0, 0), sigma)) if sigma else picture


def resized(picture, factor):
    small = F.interpolate(picture.movedim(-1, 0)[None], scale_factor=float(factor), mode="bilinear", antialias=True)
    return small[0].movedim(0, -1).clamp(0, 1)


def webp(picture, quality):
    held = io.BytesIO()
    Image.fromarray((picture.numpy() * 255 + 0.5).astype(np.uint8)).save(held, "WEBP", quality=quality)
    return torch.from_numpy(np.array(Image.open(held).convert("RGB"))).float() / 255


def grained(picture, sigma):
    noise = torch.from_numpy(np.random.default_rng(2).standard_normal(picture.shape)).float()
    return (picture + sigma * noise).clamp(0, 1)


def nearly_earlier(amount):
    """The advertisement, more and more another picture that was delivered before."""
    return (1 - amount) * layout() + amount * EARLIER


EARLIER = 0.8 * scene(77, (540, 960)).mean(-1, keepdim=True).expand(-1, -1, 3) + 0.2 * scene(77, (540, 960))
# name: (own parts, what is linked besides, the picture of a severity)
EDITS = {
    "hue of the brand colour, 0 to 90 degrees": ("palette", "coverage", lambda t: layout(brand=turned(BRAND, 90 * t))),
    "saturation of the brand colour": ("palette", "coverage", lambda t: layout(brand=towards(BRAND, "#6A6A6A", 0.9 * t))),
    "lightness of the brand colour": ("palette", "coverage", lambda t: layout(brand=towards(BRAND, "#F7B8B0", 0.9 * t))),
    "brand colour on 50 to 20 %": ("coverage", "", lambda t: layout(split=0.5 - 0.3 * t)),
    "banned patch, 0 to 20 %": ("banned", "palette coverage", lambda t: layout(banned=0.2 * t)),
    "logo smaller, to a quarter": ("logo", "", lambda t: layout(logo_width=200 * (1 - 0.75 * t))),
    "logo wider, 1 to 1.3": ("logo", "", lambda t: layout(aspect=1 + 0.3 * t)),
    "logo sheared, 0 to 0.3": ("logo", "", lambda t: layout(shear=0.3 * t)),
    "logo recoloured": ("logo", "", lambda t: layout(logo=recoloured(90 * t))),
    "logo cut off by the frame": ("logo", "", lambda t: layout(logo_at=(LOGO_AT[0] + 120 + 60 * t, LOGO_AT[1]))),
    "logo on a darker ground": ("logo", "palette coverage", lambda t: layout(ground=towards(PAPER, "#5A5A5A", t))),
    "thing in the clear space": ("logo", "", lambda t: layout(intruder=t)),
    "noise in the text zone": ("zones clutter", "", lambda t: layout(zone_noise=0.12 * t)),
    "bright tile in the text zone": ("zones", "clutter", lambda t: layout(zone_tile=0.9 * t)),
    "lighter text zone": ("zones", "palette coverage", lambda t: layout(dark=towards(DARK, "#B8B8C8", t))),
    "near-duplicate of an earlier picture": ("duplicates", "palette coverage look logo zones clutter", nearly_earlier),
    "blur of the whole": ("look", "logo", lambda t: blurred(layout(), 3 * t)),
    "grain on the whole": ("look", "clutter", lambda t: grained(layout(), 0.06 * t)),
    "JPEG 95 to 40": ("", "", lambda t: jpeg(layout(), round(95 - 55 * t))),
    "size, 1 to 0.4": ("", "", lambda t: resized(layout(), 1 - 0.6 * t)),
}


def measure(parts=PARTS):
    """Values (distortions, steps, parts); NaN where a part has no answer."""
    kit = brand_layout.kit(layout()[None])
    question = ask(kit, previous=EARLIER[None], parts=", ".join(parts), strict=True)
    out = np.full((len(EDITS), len(STEPS), len(parts)), np.nan)
    for i, (_, _, edit) in enumerate(EDITS.values()):
        for j, amount in enumerate(STEPS):
            found = score_picture(edit(amount), question, frame=0).parts
            out[i, j] = [np.nan if found[name].value is None else found[name].value for name in parts]
    return out


def judge(values, parts=PARTS):
    """For every cell (distortion, part) its word: follows, stays, FAILS, linked; and the number."""
    cells = {}
    for i, (name, (own, akin, _)) in enumerate(EDITS.items()):
        for k, part in enumerate(parts):
            row = values[i, :, k]
            if part in own.split():
                rho = -spearmanr(STEPS, row).statistic if np.isfinite(row).all() else np.nan
                cells[name, part] = ("own", rho, rho >= FOLLOWS)
            elif part in akin.split():
                cells[name, part] = ("linked", np.nan, None)
            else:
                swing = row.max() - row.min() if np.isfinite(row).all() else 0.0 if np.isnan(row).all() else np.nan
                cells[name, part] = ("quiet", swing, swing <= QUIET)
    return cells


def selectivity(options):
    cells = judge(measure())
    print(f"{'selectivity: distortion':40} " + " ".join(f"{p:>10}" for p in PARTS))
    for name in EDITS:
        row = [cells[name, part] for part in PARTS]
        shown = [{"own": f"{number:+.2f}", "quiet": f"{number:.3f}", "linked": ""}[kind]
                 + ("" if good or kind == "linked" else "!") for kind, number, good in row]
        print(f"{name:40} " + " ".join(f"{s:>10}" for s in shown))
    judged = [good for *_, good in cells.values() if good is not None]
    print(f"{sum(judged)} of {len(judged)} cells hold: {np.mean(judged) * 100:.1f} % (bar {BAR * 100:.0f} %); with a sign it is "
          "Spearman of the part that must follow, else the swing of one that must stay", flush=True)


def add_arguments(parser):
    """None of its own."""


ROWS = {"selectivity": selectivity}
