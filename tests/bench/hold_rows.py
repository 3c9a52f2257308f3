"""Rows of `brand.py` about what must hold: the same answer again, little drift, no pass for nothing, boxes on the spot, speed.

Drawn advertisements and scenes; photographs of `--photographs` take the scenes' place where they are given.
"""

import resource
import time

import brand_layout
import numpy as np
import torch
from brand_cards import card, jpeg, scene, turned
from brand_layout import BRAND, layout
from raccord.nodes.brand.cells import cells_of
from raccord.nodes.brand.palette import compare
from raccord.nodes.brand.question import ask
from raccord.nodes.brand.run import score_node
from raccord.nodes.brand.score import score_batch, score_picture
from raccord.nodes.brand.shortlist import shortlist
from raccord.nodes.wires.kit_colours import parse_colours
from scipy.stats import spearmanr
from selectivity_rows import resized, webp
from separation import auc

KITS, TRIALS = 48, 40
PARTS_SEEN = ("palette", "coverage", "banned", "look", "zones", "clutter", "duplicates", "logo")


def add_arguments(parser):
    parser.add_argument("--many", type=int, default=40, help="pictures in the longer batch of `speed`, 439 at most")
    parser.add_argument("--without-logo", action="store_true", help="leave the logo out of `speed`")
    parser.add_argument("--sheets", action="store_true", help="take `speed` through the node: with sheets and report")


def kit_codes(seed):
    """A saturated colour, one or two others, white, near-black."""
    make = np.random.default_rng(seed)
    others = ["#" + "".join(f"{v:02X}" for v in make.integers(20, 236, 3)) for _ in range(make.integers(1, 3))]
    return [turned("#E03020", float(make.uniform(0, 360))), *others, "#FFFFFF", "#181820"]


def asset(codes, seed):
    """A card in the kit's colours with shares of its own, a scene on a tenth, grain and a JPEG."""
    make = np.random.default_rng(seed)
    out = card(*zip(codes, make.dirichlet(np.full(len(codes), 2.0)), strict=True), size=(180, 240))
    out[-36:, :120] = scene(seed, (36, 120))
    return jpeg((out + 0.01 * torch.from_numpy(make.standard_normal(out.shape)).float()).clamp(0, 1), 85)


def advertisements():
    """Six pictures for one kit: as asked for, and with something wrong."""
    noisy = layout() + 0.02 * torch.from_numpy(np.random.default_rng(3).standard_normal((540, 960, 3))).float()
    half = 0.5 * layout() + 0.5 * scene(8, (540, 960))
    photograph = scene(9, (540, 960))
    photograph[300:, 500:] = layout()[300:, 500:]
    return torch.stack([layout(), layout(brand=turned(BRAND, 25)), layout(banned=0.004, zone_noise=0.05),
                        noisy.clamp(0, 1), half, photograph])


def repeat(options):
    """The same input ten times, alone and in a batch of 16, turned round."""
    kit = brand_layout.kit(layout()[None])
    question, small = ask(kit), torch.stack([resized(p, 0.4) for p in advertisements()])
    batch = torch.cat([small, *(small * level for level in (0.97, 0.94))])[:16]
    whole = score_batch(batch, question)
    most = 0.0
    for i in range(4):
        ten = [score_batch(batch[i:i + 1], question).pictures[0] for _ in range(10 if i == 0 else 1)]
        most = max([most, *(abs((one.scores[n] or 0) - (v or 0)) for one in ten for n, v in whole.pictures[i].scores.items())])
    order = torch.from_numpy(np.random.default_rng(1).permutation(len(batch)))
    again = score_batch(batch[order], question)
    most = max([most, *(abs((again.pictures[k].scores[n] or 0) - (v or 0)) for k, i in enumerate(order.tolist())
                        for n, v in whole.pictures[i].scores.items())])
    chosen = [shortlist(s, 5, s.weights).chosen for s in (whole, again)]
    same = list(chosen[0]) == [int(order[i]) for i in chosen[1]]
    print(f"repeat: 10 times, alone and among {len(batch)}, reordered: largest change {most:.1e} (bar 1e-4); "
          f"shortlist order {'identical' if same else 'CHANGED'}", flush=True)


def drift(options):
    """Codecs and half size on pictures that nobody touched."""
    kit = brand_layout.kit(layout()[None])
    question = ask(kit, previous=scene(77, (540, 960))[None], strict=True)
    edits = {"JPEG 80": lambda p: jpeg(p, 80), "half size": lambda p: resized(p, 0.5), "WebP 85": lambda p: webp(p, 85)}
    before = [score_picture(p, question, frame=0) for p in advertisements()]
    print("drift: largest change of the four scores, then of the parts (bar 0.03)")
    for name, edit in edits.items():
        after = [score_picture(edit(p), question, frame=0) for p in advertisements()]
        scores = {n: max(abs((a.scores[n] or 0) - (b.scores[n] or 0)) for a, b in zip(after, before, strict=True))
                  for n in before[0].scores}
        parts = {n: max(abs((a.parts[n].value or 0) - (b.parts[n].value or 0)) for a, b in zip(after, before, strict=True))
                 for n in PARTS_SEEN}
        print(f"  {name:10} " + "  ".join(f"{n} {v:.3f}" for n, v in (*scores.items(), *parts.items())), flush=True)


def nulls(options):
    """Shuffled kits, a grey card, a kit against itself; and own kits against others', drawn."""
    kits = [parse_colours(" ".join(kit_codes(seed))) for seed in range(KITS)]
    cells = [cells_of(asset(kit_codes(i), 1000 + i)) for i in range(KITS)]
    raw, own = np.array([[compare(c, kit).raw for kit in kits] for c in cells]), np.eye(KITS, dtype=bool)
    first = (raw.argmin(1) == np.arange(KITS)).mean()
    print(f"nulls: own kit against others: AUC {auc(raw[own], raw[~own]):.3f}, top-1 {first:.3f}")
    tries = []
    for seed in range(200):
        mixed = raw[:, np.random.default_rng(seed).permutation(KITS)]
        tries.append(auc(mixed[own], mixed[~own]))
    print(f"nulls: kits shuffled 200 times: AUC {np.mean(tries):.3f} (bar 0.5 +- 0.03), one shuffle {np.std(tries):.3f}")
    kit = brand_layout.kit(layout()[None])
    for name, light in (("grey card", 0.5), ("card of the kit's white", 1.0)):
        card_ = score_picture(torch.full((540, 960, 3), light), ask(kit), frame=0)
        shown = ", ".join(f"{n} {p.value:.2f}" for n, p in card_.parts.items() if p.value is not None)
        print(f"nulls: {name}: brand fit {card_.scores['brand_fit']:.3f}; {shown}")
    itself = score_picture(layout(), ask(kit), frame=0)
    shown = ", ".join(f"{n} {p.value:.3f}" for n, p in itself.parts.items() if p.value is not None)
    print(f"nulls: the kit's own picture: brand fit {itself.scores['brand_fit']:.3f}; {shown}", flush=True)
    angles, turns = np.arange(0, 95, 5), []
    for seed in range(KITS):
        code, shares = kit_codes(seed)[0], (("#FFFFFF", 0.4), ("#303030", 0.2))
        asked = parse_colours(f"{code} #FFFFFF #303030")
        values = [compare(cells_of(card((turned(code, a), 0.4), *shares)), asked).raw for a in angles]
        turns.append(spearmanr(angles, values).statistic)
    good = np.sum(np.array(turns) >= 0.95)
    print(f"nulls: hue turned 0 to 90 degrees on solid areas: Spearman 0.95 on {good} of {KITS} cards, "
          f"least {min(turns):.3f}", flush=True)


def overlap(box, truth):
    """Intersection over union of two boxes (x, y, width, height)."""
    if box is None:
        return 0.0
    sides = [min(box[i] + box[i + 2], truth[i] + truth[i + 2]) - max(box[i], truth[i]) for i in (0, 1)]
    inner = max(0.0, sides[0]) * max(0.0, sides[1])
    return inner / (box[2] * box[3] + truth[2] * truth[3] - inner)


def boxes(options):
    """A violation at a known place: how often the finding's box agrees with it."""
    hits = {"banned": [], "zones": [], "logo": []}
    asked = {part: ask(brand_layout.kit(), parts=part, strict=True) for part in hits}
    for seed in range(TRIALS):
        make = np.random.default_rng(seed)
        for part in hits:
            picture, truth = spoilt(part, make)
            found = score_picture(jpeg(picture, 90), asked[part], frame=0).parts[part]
            hits[part].append(overlap(found.box, truth))
    for part, values in hits.items():
        print(f"boxes: {part}: IoU of 0.5 in {np.mean(np.array(values) >= 0.5) * 100:.0f} % of {TRIALS} (bar 90 %), "
              f"median {np.median(values):.2f}", flush=True)


def spoilt(part, make):
    """An advertisement with one violation, and its box."""
    if part == "banned":
        picture, (w, h) = layout(), make.integers(24, 120, 2)
        x, y = int(make.integers(0, 960 - w)), int(make.integers(0, 540 - h))
        picture[y:y + h, x:x + w] = torch.tensor((0.0, 160 / 255, 1.0))
    elif part == "zones":
        picture, (w, h) = layout(), make.integers(24, 90, 2)
        x, y = int(make.integers(538, 920 - w)), int(make.integers(357, 496 - h))
        picture[356:497, 537:922] = 0.22 * scene(int(make.integers(999)), (141, 385))  # a dark photograph, readable as it is
        noise = torch.from_numpy(make.random((int(h), int(w), 1))).float()
        checks = torch.from_numpy(np.add.outer(np.arange(h) // 6, np.arange(w) // 6) % 2)[..., None].float()
        tiles = torch.full_like(noise, 0.85), torch.full_like(noise, 0.62), 0.2 + 0.8 * noise, 0.9 * checks
        picture[y:y + h, x:x + w] = tiles[make.integers(4)]
    else:
        picture, w, h = layout(), int(make.integers(6, 20)), int(make.integers(20, 70))
        x = int(brand_layout.LOGO_AT[0] + make.choice((-w - 4, 204)))
        y = int(make.integers(95, 190 - h))
        picture[y:y + h, x:x + w] = torch.from_numpy(make.random(3) * 0.5).float()
    return picture, (x, y, int(w), int(h))


def speed(options):
    """1024 x 1024 pictures with every classical part, a short batch and a longer one."""
    base = torch.nn.functional.interpolate(advertisements()[[0, 3, 4, 5]].movedim(-1, 1), (1024, 1024), mode="bilinear")
    base = base.movedim(1, -1).contiguous()
    many = base.flatten(0, 1).unfold(0, 1024, 7).movedim(-1, 1)  # windows of one strip: 439 pictures in the memory of four
    kit, previous = brand_layout.kit(layout()[None], logo=not options.without_logo), scene(77)[None]
    question = ask(kit, previous=previous)
    score_batch(base[:1], question)
    for batch in (base, many[:options.many]):
        count = len(batch)
        before, (wall, work) = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, (time.perf_counter(), time.process_time())
        if options.sheets:
            score_node(batch, kit, [], previous)
        else:
            score_batch(batch, question)
        wall, work = time.perf_counter() - wall, time.process_time() - work
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"speed: {count} pictures of 1024x1024: {count / wall:.2f} a second by the clock, {work / count * 1e3:.0f} ms of "
              f"work each (bar: 4 a second on an idle machine of 2 cores); peak memory +{more:.0f} MiB", flush=True)


ROWS = {"repeat": repeat, "drift": drift, "nulls": nulls, "boxes": boxes, "speed": speed}
