"""Rows of `brand.py` about colours: logo files against official colours, and against the palette of another file of the brand.

`--marks` is a folder with the npm packages simple-icons (data/simple-icons.json: official colours) and devicon (icons/*/*.svg:
coloured files); SVG needs `pip install resvg-py`. Brands fall into two halves by a hash of their name: rules and numbers
were chosen on the even half. The peers see the same pictures through a deterministic k-means in OKLab (six clusters on cells of
4 bits, clusters under 1 % dropped). Ties count half. Real marks stay where they are: nothing of them is kept.
"""

import functools
import hashlib
import io
import json
import re

import numpy as np
import torch
from PIL import Image
from raccord.nodes.brand.cells import cells_of, differences
from raccord.nodes.brand.palette import compare
from raccord.nodes.image.colour import delta_e_2000, oklab_to_srgb, srgb_to_lab, srgb_to_oklab
from raccord.nodes.wires.kit_colours import KitColour
from separation import report

KITS, PAIRS, WIDTH = 665, 160, 160
VARIANTS = ("original", "original-wordmark", "plain", "plain-wordmark")
OFFICIAL_BAR, VARIANT_BAR = (0.91, 6), (0.965, 0.80)


def add_arguments(parser):
    parser.add_argument("--ground", choices=("transparent", "white"), default="transparent", help="what logo files stand on")
    parser.add_argument("--pairs", choices=("lock-up", "any"), default="lock-up", help=(
        "second file of a brand: the same drawing with the name, or any other (the plain ones are often in one colour)"))


def half_of(name):
    return ("even", "odd")[hashlib.sha256(name.encode()).digest()[-1] % 2]


def wanted(names, half):
    return sorted(name for name in names if half in ("all", half_of(name)))


def plain_name(title):
    title = title.lower().replace("+", "plus").replace(".", "dot").replace("&", "and").replace("#", "sharp")
    return re.sub(r"[^a-z0-9]", "", title)


@functools.cache
def files(marks):
    """SVG files by brand and variant."""
    found = {}
    for path in sorted(marks.rglob("icons/*/*.svg")):
        found.setdefault(path.parent.name, {})[path.stem[len(path.parent.name) + 1:]] = path
    return found


def official_colours(marks):
    """Official colours by plain name, and all of them."""
    listed = json.loads(next(marks.rglob("simple-icons.json")).read_text("utf8"))
    listed = listed["icons"] if isinstance(listed, dict) else listed
    named = {}
    for icon in listed:
        for title in (icon["title"], icon.get("slug"), *icon.get("aliases", {}).get("aka", ())):
            if title:
                named.setdefault(plain_name(title), "#" + icon["hex"])
    return named, sorted("#" + icon["hex"] for icon in listed)


@functools.cache
def logo(path, ground):
    """An SVG as RGBA, or on white, 160 px wide; None where nothing of it can be seen."""
    import resvg_py

    try:
        drawn = resvg_py.svg_to_bytes(svg_string=path.read_text("utf8"), width=WIDTH)
    except ValueError:
        return None
    picture = torch.from_numpy(np.array(Image.open(io.BytesIO(bytes(drawn))).convert("RGBA"))).float() / 255
    if (picture[..., 3] > 0.5).float().mean() < 0.01:
        return None
    return picture if ground == "transparent" else picture[..., :3] * picture[..., 3:] + 1 - picture[..., 3:]


def pictures_of(options, brand, variants):
    """Those files of a brand, in that order, of which something can be seen."""
    mine = files(options.marks)[brand]
    drawn = (logo(mine[variant], options.ground) for variant in variants if variant in mine)
    return [picture for picture in drawn if picture is not None]


def clusters(cells, count=6):
    """The peers' palette: colours (m, 3), encoded, of a deterministic weighted k-means."""
    codes = (cells.rgb.numpy() * 255).round().astype(int) >> 4
    _, number = np.unique((codes[:, 0] * 16 + codes[:, 1]) * 16 + codes[:, 2], return_inverse=True)
    mass = np.bincount(number, cells.share)
    mean = np.stack([np.bincount(number, cells.share * cells.rgb[:, c].numpy()) for c in range(3)], 1) / mass[:, None]
    points = srgb_to_oklab(torch.from_numpy(mean)).numpy()
    centres = points[[mass.argmax()]]
    while len(centres) < min(count, len(points)):
        away = ((points[:, None] - centres) ** 2).sum(-1).min(1) * mass
        centres = np.concatenate((centres, points[[away.argmax()]]))
    for _ in range(30):
        owner = ((points[:, None] - centres) ** 2).sum(-1).argmin(1)
        area = np.bincount(owner, mass, len(centres))
        sums = [np.bincount(owner, mass * points[:, c], len(centres)) for c in range(3)]
        centres = np.where(area[:, None] > 0, np.stack(sums, 1) / np.maximum(area, 1e-12)[:, None], centres)
    return oklab_to_srgb(torch.from_numpy(centres[area >= 0.01])).clamp(0, 1).numpy()


def apart(one, other):
    """CIEDE2000 between encoded colours (n, 3) and (k, 3)."""
    return delta_e_2000(*(srgb_to_lab(torch.from_numpy(np.asarray(c, float))) for c in (one[:, None], other[None]))).numpy()


def kit_of(colours):
    codes = ["#" + "".join(f"{round(v * 255):02X}" for v in colour) for colour in colours]
    return tuple(KitColour(code) for code in dict.fromkeys(codes))


def compared(pictures, kits):
    """Differences (files, kits) of the palette part; those of a picture's cells to all kits are worked out in one go."""
    ends, colours = np.cumsum([0, *map(len, kits)]), sum(kits, ())
    out = np.empty((len(pictures), len(kits)))
    for row, one in zip(out, map(cells_of, pictures), strict=True):  # what is known of a picture goes with it
        compare(one, kits[0])  # now its main colours are known
        every, main = differences(one.lab, colours), differences(one.once("main", tuple)[1], colours)
        for k, kit in enumerate(kits):
            for key, table in ((kit, every), (("main", kit), main)):
                mine = np.asfortranarray(table[:, ends[k]:ends[k + 1]])
                one.once(key, lambda mine=mine: mine)
            row[k] = compare(one, kit).raw
    return out


def told(tables, truth, brands, half):
    """Print what the measures reach, and where all brands were asked for what they reach on each half against the same kits."""
    report(tables, truth, brands)
    for part in ("even", "odd") if half == "all" else ():
        rows = np.array([half_of(brand) == part for brand in brands])
        print(f"  of these the {part} half:")
        report({name: raw[rows] for name, raw in tables.items()}, truth[rows], np.array(brands)[rows])


def official(options):
    """Coloured logo files against one-colour kits, 665 of them."""
    named, every = official_colours(options.marks)
    known = wanted((brand for brand in files(options.marks) if plain_name(brand) in named), options.half)
    assets = [(brand, picture) for brand in known for picture in pictures_of(options, brand, VARIANTS)[:2]]
    brands = sorted({brand for brand, _ in assets})
    others = np.random.default_rng(0).permutation(every)[:max(0, KITS - len(brands))]
    kits = [(KitColour(code),) for code in (*(named[plain_name(b)] for b in brands), *map(str, others))]
    colours = np.array([kit[0].rgb for kit in kits])
    truth = np.array([brands.index(brand) for brand, _ in assets])
    pictures = [picture for _, picture in assets]
    tables = {"minimum CIEDE2000, clusters": np.array([apart(clusters(c), colours).min(0) for c in map(cells_of, pictures)])}
    near = tables["minimum CIEDE2000, clusters"][np.arange(len(truth)), truth]
    noise = ", ".join(f"{(near <= d).mean() * 100:.0f} % within {d} ΔE" for d in (1, 5, 10))
    same = np.mean([np.sum((colours == colours[k]).all(1)) > 1 for k in truth])
    print(f"official: {len(assets)} files of {len(brands)} brands ({options.half}, {options.ground}), {len(kits)} kits; colour "
          f"nearest to the official one: {noise}; {same * 100:.0f} % share their kit's colour with another. "
          f"Bar: AUC {OFFICIAL_BAR[0]}, median rank {OFFICIAL_BAR[1]}")
    tables["palette"] = compared(pictures, kits)
    told(tables, truth, [brand for brand, _ in assets], options.half)


def pairs_of(options):
    """Two pictures a brand; which one makes the kit changes from brand to brand."""
    out = []
    for number, brand in enumerate(wanted(files(options.marks), options.half)):
        mine = files(options.marks)[brand]
        second = [v for v in ("original-wordmark", "plain", "plain-wordmark") if v in mine][:1]
        if options.pairs == "any" or second == ["original-wordmark"]:
            both = pictures_of(options, brand, ("original", *second))
            out += [(brand, *both[::-1 if number % 2 else 1])] if len(both) == 2 else []
    keep = np.random.default_rng(1).permutation(len(out))[:PAIRS]
    return [out[i] for i in sorted(keep)]


def variants(options):
    """Files against the cluster palette of another file of the same brand, among 160 brands."""
    pairs = pairs_of(options)
    held = [clusters(cells_of(first)) for _, first, _ in pairs]
    pictures = [second for _, _, second in pairs]
    print(f"variants: {len(pairs)} brands ({options.half}, {options.ground}, {options.pairs}). "
          f"Bar: AUC {VARIANT_BAR[0]}, top-1 {VARIANT_BAR[1]}")
    tables = {"minimum colour difference, clusters": np.array([[_mutual(apart(mine, kit)) for kit in held]
                                                               for mine in map(clusters, map(cells_of, pictures))])}
    kits = [kit_of(kit) for kit in held]
    tables["palette"] = compared(pictures, kits)
    told(tables, np.arange(len(pairs)), [brand for brand, *_ in pairs], options.half)


def _mutual(distance):
    return (distance.min(0).mean() + distance.min(1).mean()) / 2


ROWS = {"official": official, "variants": variants}
