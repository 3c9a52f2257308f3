"""Rows of the colour bench: plates found, placed, named, refused, followed; beside the figures of OpenCV 5's own finder."""

from __future__ import annotations

import json
import time
from pathlib import Path

import chart_decoys
import cv2
import harsh_charts
import harsh_kinds
import numpy as np
import real_clips
import torch
from chart_scenes import backdrop, decode, encode, make
from PIL import Image
from raccord.nodes.colour.find import find_plate
from raccord.nodes.colour.normalize import normalize
from raccord.nodes.media.plates import FOUND_BY_AUTO, load_plate

PLATES = [load_plate(name) for name in FOUND_BY_AUTO]
# best leave-one-out CIEDE2000 over six models on the patches of cv2.mcc 5.0.0.93
PEER = {
    "arcu_color_checker_01": 3.26, "arcu_color_checker_02": 3.76, "arcu_color_checker_03": 4.10, "arcu_color_checker_04": 4.62,
    "arcu_color_checker_05": 4.09, "arcu_color_checker_06": 4.06, "arcu_color_checker_07": 4.33, "arcu_color_checker_08": 4.14,
    "arcu_color_checker_09": 3.98, "arcu_color_checker_10": 3.89, "arcu_color_checker_mini_01": 2.83,
    "arcu_color_checker_mini_02": 2.79, "arcu_color_checker_mini_03": 3.52, "arcu_color_checker_mini_04": 3.26,
    "arcu_color_checker_mini_05": 3.92,
    "arcu_color_checker_mini_06": 4.87, "ccm_referenceStrobo": 5.32, "ccm_renderedStrobo": 2.65, "mcc_img-colorchecker": 3.55,
}
# case: scene, what must be right of 20, the peer's right of 20, its median and 95th percentile of the centres' error in pixels
SCENES = {
    "600, no cast": ({"chart": 600, "cast": False}, 20, "20, 1.39 / 4.17"), "300": ({}, 20, "20, 0.97 / 2.85"),
    "120": ({"chart": 120}, 20, "20, 1.09 / 4.95"), "80": ({"chart": 80}, 19, "2, 1.86 / 9.92"),
    "60": ({"chart": 60}, 18, "0"), "40": ({"chart": 40, "noise": 0.005}, 0, "0"),
    "tilt 60": ({"tilt": 60}, 20, "20, 1.56 / 5.05"),
    "1 hidden": ({"hide": 1}, 20, "20, 1.26 / 3.16"), "6 hidden": ({"hide": 6}, 20, "20, 0.87 / 3.09"),
    "blur 4": ({"blur": 4.0}, 20, "20, 1.39 / 4.31"), "noise 0.05": ({"noise": 0.05}, 20, "20, 1.10 / 2.98"),
    "mirrored": ({"mirror": True}, 20, ""), "raccord12 100": ({"kind": "raccord12", "chart": 100}, 20, ""),
    "spydercheckr24": ({"kind": "spydercheckr24"}, 20, ""),
}


def pictures_of(folder):
    return sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))


def read(path):
    """A picture as IMAGE (1, H, W, 3), or None where OpenCV cannot read it."""
    picture = cv2.imread(str(path))
    return None if picture is None else torch.from_numpy(picture[..., ::-1].copy()).float()[None] / 255


def timed(job):
    """What a job gives, and its process time in seconds."""
    start = time.process_time()
    return job(), time.process_time() - start


def photographs(options):
    """Real photographs: which correction, its error at patches left out, and how far off the centres are in patch sides."""
    file, left = options.charts / "charts.json", []
    truth = json.loads(file.read_text(encoding="utf-8"))["images"] if file.exists() else {}
    for path in pictures_of(options.charts):
        answer, took = timed(lambda path=path: normalize(read(path), "auto", None, 1))
        if answer.grade.refused:
            print(f"{path.stem:30} REFUSED: {answer.reason}")
            continue
        known = truth.get(path.name)
        off = np.linalg.norm(answer.reading.found[0].centres - np.array(known["patch_centres"]) - 0.5, axis=1).max() \
            / known["centre_check"]["patch_side_px"] if known else np.nan
        left.append(answer.solved.delta_e_loo)
        print(f"{path.stem:30} {answer.reading.plate.kind:12} {answer.grade.model:32} LOO {left[-1]:5.2f} "
              f"(peer {PEER.get(path.stem, np.nan):.2f}) off {off:.2f} of a patch, hidden "
              f"{np.flatnonzero(answer.reading.hidden).tolist()}, {took:.2f} s", flush=True)
    print(f"photographs: {len(left)} of {len(pictures_of(options.charts))} right, LOO median {np.median(left):.2f}, mean "
          f"{np.mean(left):.2f}, max {max(left):.2f} (bar 4.0; peer on its 19: 3.90, 3.79, 5.32)")


def stills(count=40):
    """Real pictures without a chart: stills of comfyui-workflow-templates, or drawn ones."""
    root = real_clips.folder()
    if root is None:
        return [backdrop(1280, 800, np.random.default_rng(seed)) for seed in range(8)]
    found = []
    for path in sorted(root.glob("*.webp")):
        with Image.open(path) as picture:
            if getattr(picture, "n_frames", 1) == 1:
                found.append(path)
    return [np.asarray(Image.open(p).convert("RGB"), np.float32) / 255 for p in found[::max(1, len(found) // count)]][:count]


def scenes(options):
    """Drawn charts of known place before real pictures: right of the number tried, centre error, hidden patches named."""
    backs, named = stills(20), np.zeros(3, int)
    for name, (how, bar, peer) in SCENES.items():
        right, off, took = 0, [], []
        for seed in range(options.scenes):
            back = cv2.resize(backs[seed % len(backs)], (1280, 720), interpolation=cv2.INTER_AREA)
            scene = make(seed, size=(1280, 720), back=np.clip(back, 0, 1), **how)
            (found, _), spent = timed(lambda scene=scene: find_plate(scene.picture, PLATES))
            took.append(spent)
            if found is None or found.plate.kind != scene.kind:
                continue
            here = np.linalg.norm(found.centres - scene.centres, axis=1)
            if np.median(here) < np.linalg.norm(scene.centres[1] - scene.centres[0]) / 2:
                right, off = right + 1, off + list(here)
                true = np.isin(np.arange(len(here)), scene.hidden)
                named += [(found.hidden & true).sum(), (found.hidden & ~true).sum(), (~found.hidden & true).sum()]
        middle, far = np.percentile(off, (50, 95)) if off else (np.nan, np.nan)
        print(f"{name:16} right {right} of {options.scenes} (bar {bar} of 20), centres {middle:.2f} / {far:.2f} px, "
              f"{np.median(took):.2f} s; peer {peer}", flush=True)
    hit, false, missed = named
    print(f"scenes: hidden patches named: precision {hit / max(hit + false, 1):.3f}, recall {hit / max(hit + missed, 1):.3f} "
          "(bar 0.9)")


def harsh(options):
    """Cards of many makes as bad photographs show them: right, refused, not found, wrong; patches named; error left out."""
    backs, total = stills(), {}
    for name, (kind, look) in harsh_kinds.KINDS.items():
        counts, left, named = dict.fromkeys(("right", "refused", "nothing", "WRONG"), 0), [], np.zeros(3, int)
        for seed in range(options.harsh if name != "wild" else 5 * options.harsh):
            own = harsh_kinds.custom(seed) if kind == "custom" else None
            shown = harsh_charts.show(7 * seed + 1, own or load_plate(kind), look or harsh_kinds.wild(seed),
                                      backs[(5 * seed + 3) % len(backs)])
            answer = normalize(torch.from_numpy(shown.picture)[None], "auto", own, 1)
            said = judged(answer, shown)
            counts[said] += 1
            if said == "right":
                left.append(answer.solved.delta_e_loo)
                hidden = answer.reading.hidden & ~answer.reading.glare
                named += [(hidden & (shown.covered > 0.5)).sum(), (hidden & (shown.covered < 0.1)).sum(),
                          (~answer.reading.hidden & (shown.covered > 0.5)).sum()]
        for key, number in counts.items():
            total[key] = total.get(key, 0) + number
        print(f"{name:20} {', '.join(f'{n} {k}' for k, n in counts.items() if n)}; LOO median "
              f"{np.median(left) if left else np.nan:.2f}; hidden: {named[0]} named, {named[1]} too many, {named[2]} missed",
              flush=True)
    print(f"harsh: {total} (bar: none WRONG)")


def judged(answer, shown):
    """`right`, `WRONG` (an answer given for another place or kind), `refused` or `nothing`."""
    if answer.reading is None:
        return "nothing"
    if answer.grade.refused:
        return "refused"
    found = answer.reading.found[0]
    if found.plate.kind != shown.kind:
        return "WRONG"
    return "right" if np.linalg.norm(found.centres - shown.centres, axis=1).max() < shown.pitch else "WRONG"


def chart_free(options):
    """False finds: drawn things that look like charts, real stills, and the pictures of `--pictures`."""
    wrong, took = [], []
    for name, picture in decoys(options):
        answer, spent = timed(lambda picture=picture: normalize(picture, "auto", None, 1))
        took.append(spent)
        wrong += [] if answer.grade.refused else [f"{name} as {answer.reading.plate.kind}"]
    print(f"chart_free: {len(wrong)} false finds in {len(took)} pictures (bar 0) {wrong}; {np.median(took):.2f} s, "
          f"max {max(took):.2f}")


def decoys(options):
    """Name and picture (1, H, W, 3) of everything that is no chart."""
    backs, rng = stills(), np.random.default_rng(0)
    for seed in range(options.harsh):
        textures = {name: draw(np.random.default_rng(seed)) for name, draw in chart_decoys.DECOYS.items()}
        textures |= {f"another {plate.kind}": chart_decoys.shuffled(rng, plate) for plate in PLATES[:2]}
        textures["contact sheet"] = chart_decoys.sheet(rng, backs)
        for name, texture in textures.items():
            yield f"{name} {seed}", torch.from_numpy(chart_decoys.decoy(seed, texture, backs[seed % len(backs)]))[None]
    yield from ((f"still {k}", torch.from_numpy(back)[None]) for k, back in enumerate(backs))
    yield from ((path.name, read(path)) for path in (pictures_of(options.pictures) if options.pictures else []))


def reading_speed(_options):
    """Process time of one search of a 1080p frame, and of one frame on which the plate is followed."""
    took = []
    for seed in range(5):
        scene = make(seed, size=(1920, 1080), chart=400)
        took.append(timed(lambda scene=scene: find_plate(scene.picture, PLATES))[1])
    frames = torch.from_numpy(np.stack([make(1, size=(1920, 1080), chart=400).picture] * 9))
    few, many = (timed(lambda n=n: normalize(frames, "classic24", None, n))[1] for n in (1, 9))
    print(f"reading_speed: 1080p frame {np.median(took):.2f} s, worst of 5 {max(took):.2f} s (bar 0.25); followed frame "
          f"{(many - few) / 8:.2f} s; reading and solving {few:.2f} s")


def drift(_options):
    """Clips whose light changes: which get a ramp."""
    rng, at = np.random.default_rng(0), np.linspace(0, 1, 24)[:, None]
    still = decode(make(5, size=(640, 360), chart=240, noise=0, blur=0.5).picture)
    clips = {"static": np.ones((24, 1)), "flicker": np.exp(rng.normal(0, 0.06, (24, 1))),
             "there and back": 1 + 0.15 * np.sin(2 * np.pi * at), "half a wave": 1 + 0.15 * np.sin(np.pi * at),
             "step": np.where(at > 0.5, 0.85, 1.0), "flash": np.where(at == at[12], 1.5, 1.0),
             "late": np.exp(-0.4 * np.maximum(0, at - 0.6)), "0.3 stop warmer": np.exp(at * (0.1, 0.0, -0.2)),
             "half a stop darker": np.exp(-0.35 * at), "the same, flickering": np.exp(-0.35 * at + rng.normal(0, 0.02, (24, 1)))}
    for name, gains in clips.items():
        frames = np.stack([np.clip(encode(still * g) + rng.normal(0, 0.004, still.shape), 0, 1) for g in gains])
        found = normalize(torch.from_numpy(frames).float(), "classic24", None, 5)
        size, chance = (found.drift.size, found.drift.chance) if found.drift else (np.nan, np.nan)
        print(f"drift: {name:22} read {len(found.reading.frames)} frames, odd {found.reading.odd}, {size:.2f} dE2000, "
              f"chance {chance:.0e}, {'RAMP' if found.grade.keys else 'one map'}", flush=True)


ROWS = {"photographs": photographs, "scenes": scenes, "harsh": harsh, "chart_free": chart_free, "reading_speed": reading_speed,
        "drift": drift}


def add_arguments(parser):
    """What these rows can be told."""
    parser.add_argument("--charts", type=Path, default=Path(__file__).resolve().parents[1] / "data/charts",
                        help="photographs of a classic chart, with charts.json of its patches' centres or without")
    parser.add_argument("--pictures", type=Path, help="pictures without a chart")
    parser.add_argument("--scenes", type=int, default=20, help="drawn scenes a case; the bars are for 20")
    parser.add_argument("--harsh", type=int, default=6, help="harsh scenes, and decoys, a kind")
