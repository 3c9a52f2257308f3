"""How right and how exact plates are read, beside the figures of OpenCV's own finder; run by hand, not by pytest.

    python tests/bench/plate_accuracy.py [--charts FOLDER] [--pictures FOLDER] [--scenes 20] [--speed]

`--charts` holds photographs of a classic chart (and `centres.json` of tests/data/charts, or nothing), `--pictures` pictures
without one. Times are process time of one call, and ratios to np.copyto of a 1080p float32 frame measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "helpers"))

from chart_scenes import make  # noqa: E402
from raccord.nodes.colour.find import find_plate  # noqa: E402
from raccord.nodes.colour.normalize import normalize  # noqa: E402
from raccord.nodes.image.grade import apply_grade  # noqa: E402
from raccord.nodes.media.grades import cdl_error, cube_table, fit_cdl, lut_error  # noqa: E402
from raccord.nodes.media.plates import FOUND_BY_AUTO, load_plate  # noqa: E402
from raccord.nodes.wires.grade import Grade  # noqa: E402

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
# case: scene, peer's right of 20, peer's median and 95th percentile of the centres' error in pixels
SCENES = {
    "600, no cast": ({"chart": 600, "cast": False}, 20, 1.39, 4.17), "300": ({}, 20, 0.97, 2.85),
    "200": ({"chart": 200}, 20, 1.03, 2.80),
    "120": ({"chart": 120}, 20, 1.09, 4.95), "80": ({"chart": 80}, 2, 1.86, 9.92), "60": ({"chart": 60}, 0, None, None),
    "40": ({"chart": 40, "noise": 0.005}, 0, None, None), "tilt 45": ({"tilt": 45}, 20, 1.20, 3.30),
    "tilt 60": ({"tilt": 60}, 20, 1.56, 5.05),
    "1 hidden": ({"hide": 1}, 20, 1.26, 3.16), "3 hidden": ({"hide": 3}, 20, 1.16, 2.80),
    "6 hidden": ({"hide": 6}, 20, 0.87, 3.09),
    "blur 2.5": ({"blur": 2.5}, 20, 1.26, 3.74), "blur 4": ({"blur": 4.0}, 20, 1.39, 4.31),
    "noise 0.05": ({"noise": 0.05}, 20, 1.10, 2.98),
    "mirrored": ({"mirror": True}, None, None, None), "ours 300": ({"kind": "raccord12"}, None, None, None),
    "ours 100": ({"kind": "raccord12", "chart": 100}, None, None, None),
    "spydercheckr": ({"kind": "spydercheckr24"}, None, None, None),
}


def pictures_of(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))


def read(path):
    picture = cv2.imread(str(path))
    return None if picture is None else torch.from_numpy(picture[..., ::-1].copy()).float()[None] / 255


def photographs(folder):
    file = folder / "centres.json"
    truth = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    left, cdls = [], []
    print(f"{'photograph':30}{'model':34}before   mean    LOO   peer  off   CDL     cpu s  hidden")
    for path in pictures_of(folder):
        start = time.process_time()
        answer = normalize(read(path), "auto", None, 1)
        took = time.process_time() - start
        if answer.solved is None or answer.grade.refused:
            print(f"{path.stem:30}REFUSED: {answer.reason}")
            continue
        solved, known = answer.solved, truth.get(path.name)
        centres = answer.reading.found[0].centres
        off = np.linalg.norm(centres - known["centres"], axis=1).max() / known["side"] if known else np.nan
        left.append(solved.delta_e_loo)
        cdls.append(cdl_error(answer.grade, fit_cdl(answer.grade)).mean)
        print(f"{path.stem:30}{solved.grade.model:34}{solved.delta_e_before:6.2f} {solved.delta_e_mean:6.2f} "
              f"{solved.delta_e_loo:6.2f} {PEER.get(path.stem, np.nan):6.2f} {off:5.2f} {cdls[-1]:5.2f}  {took:7.2f}  "
              f"{np.flatnonzero(answer.reading.hidden).tolist()}")
    print(f"LOO median {np.median(left):.2f}, mean {np.mean(left):.2f}, max {max(left):.2f} (peer on the 19: 3.90, 3.79, 5.32)\n")


def scenes(count, backs):
    print(f"{'scene':14}found right  centre error px, median / p95   hidden named  cpu s   peer: right, median / p95")
    for name, (how, *peer) in SCENES.items():
        found_, right, off, took, named = 0, 0, [], [], 0
        for seed in range(count):
            scene = make(seed, size=(1280, 720), back=backs[seed % len(backs)] if backs else None, **how)
            start = time.process_time()
            found, _ = find_plate(scene.picture, PLATES)
            took.append(time.process_time() - start)
            found_ += found is not None
            if found is None or found.plate.kind != scene.kind:
                continue
            here = np.linalg.norm(found.centres - scene.centres, axis=1)
            if np.median(here) < np.linalg.norm(scene.centres[1] - scene.centres[0]) / 2:
                right, named = right + 1, named + (set(scene.hidden) == set(np.flatnonzero(found.hidden)))
                off += list(here)
        middle, far = (np.percentile(off, q) if off else np.nan for q in (50, 95))
        print(f"{name:14}{found_:5} {right:5}      {middle:12.2f} / {far:.2f}        {named:9}      {np.median(took):6.2f}   "
              f"{peer}",
              flush=True)
    print()


def chart_free(folder):
    wrong, took, best = [], [], 0.0
    for path in pictures_of(folder):
        picture = read(path)
        if picture is None:
            continue
        start = time.process_time()
        found, why = find_plate(picture[0].numpy(), PLATES)
        took.append(time.process_time() - start)
        wrong += [path.name] if found else []
        best = max(best, float(why.split("agreement ")[1].split(" ")[0]) if "agreement" in why else 0.0)
    print(f"{len(wrong)} false finds in {len(took)} pictures without a chart (best agreement {best:.2f}); "
          f"cpu s median {np.median(took):.2f}, max {max(took):.2f} {wrong}\n")


def speed():
    frame = torch.rand(1, 1080, 1920, 3)
    mix = ((0.9, 0.1, -0.02), (0.05, 1.1, 0.0), (0.0, -0.1, 1.2))
    root = tuple((*row, 0.05, -0.03, 0.02) for row in mix)
    curves = ((0.02, 2.3, 0.12), (0.0, 2.2, 0.1), (-0.05, 2.25, 0.15))

    def milliseconds(job):
        job()
        times = []
        for _ in range(7):
            start = time.process_time()
            job()
            times.append(time.process_time() - start)
        return 1000 * float(np.median(times))

    target = np.empty(frame.shape, np.float32)
    floor = milliseconds(lambda: np.copyto(target, frame.numpy()))
    print(f"1080p, process time: np.copyto {floor:.1f} ms")
    for name, grade in (("matrix", Grade(matrix=mix)), ("root polynomial", Grade(terms="root2", matrix=root)),
                        ("curve + root polynomial", Grade(terms="root2", matrix=root, curves=curves, curve_range=(0.1, 0.9))),
                        ("encoded affine", Grade(space="encoded", terms="rgb1", matrix=tuple((*row, 0.0) for row in mix)))):
        spent = milliseconds(lambda grade=grade: apply_grade(frame, grade))
        error = lut_error(grade, cube_table(grade, 33))
        print(f"  {name:26}{spent:7.1f} ms  x{spent / floor:.0f}   33-node LUT mean {error.mean:.2f} p99 {error.p99:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--charts", type=Path, default=HERE.parent / "data/charts")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--backdrops", type=Path, help="a chart-free picture, or a folder of them, behind the scenes")
    parser.add_argument("--scenes", type=int, default=20)
    parser.add_argument("--speed", action="store_true", help="only the speed of applying a grade")
    options = parser.parse_args()
    if not options.speed:
        photographs(options.charts)
        files = pictures_of(options.backdrops) if options.backdrops else []
        backs = [cv2.resize(p[0].numpy(), (1280, 720)) for f in files[:20] if (p := read(f)) is not None]
        scenes(options.scenes, backs)
        if options.pictures:
            chart_free(options.pictures)
    speed()


if __name__ == "__main__":
    main()
