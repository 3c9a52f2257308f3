"""Rows about grades: what applying one costs beside OpenColorIO and grid_sample, and how steady a still background stays.

    python tests/bench/grade_rows.py [apply] [still]

Times are process time per 1080p float32 frame, medians of runs that take turns. OpenColorIO: `pip install opencolorio`.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.media.grades import cube_table
from raccord.nodes.wires.grade import Grade

SIZE, ROUNDS = (1080, 1920), 7
MIX = ((0.9, 0.1, -0.02), (0.05, 1.1, 0.0), (0.0, -0.1, 1.2))
ROOT = tuple((*row, 0.05, -0.03, 0.02) for row in MIX)
CURVES = ((0.02, 2.3, 0.12), (0.0, 2.2, 0.1), (-0.05, 2.25, 0.15))
CDL = (1.1, 1.0, 0.9, 0.01, 0.0, -0.02, 1.0, 1.05, 0.95, 0.9)


def lut_of(grade, size):
    table = torch.from_numpy(cube_table(grade, size).astype(np.float32)).reshape(size, size, size, 3)
    return Grade("LUT", "encoded", table=table)


def grades():
    """Every form a grade can have, by name."""
    plain = Grade("matrix", matrix=MIX)
    curved = Grade("curve + root polynomial", terms="root2", matrix=ROOT, curves=CURVES, curve_range=(0.1, 0.9))
    return {"exposure": Grade(matrix=((1.3, 0, 0), (0, 1.3, 0), (0, 0, 1.3))), "matrix": plain,
            "affine": Grade(terms="rgb1", matrix=tuple((*row, 0.01) for row in MIX)),
            "root polynomial": Grade(terms="root2", matrix=ROOT), "curve + matrix": Grade(matrix=MIX, curves=CURVES),
            "curve + root polynomial": curved,
            "affine, encoded": Grade(space="encoded", terms="rgb1", matrix=tuple((*row, 0.01) for row in MIX)),
            "CDL": Grade("CDL", "encoded", cdl=CDL), "LUT 33": lut_of(curved, 33), "LUT 65": lut_of(curved, 65),
            "matrix, ramp": plain.ramp((0, MIX), (9, plain.after_gains((1.2, 1.1, 0.9))))}


def ocio_tetrahedral(grade, source, target):
    """A call that applies the grade's LUT of 33 nodes by OpenColorIO's CPU, from array to array."""
    import PyOpenColorIO as ocio  # noqa: N813

    lut = ocio.Lut3DTransform(gridSize=33)
    lut.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    nodes = cube_table(grade, 33).astype(np.float32).reshape(33, 33, 33, 3)
    lut.setData(np.ascontiguousarray(nodes.transpose(2, 1, 0, 3)).ravel())  # blue fastest there
    cpu = ocio.Config.CreateRaw().getProcessor(lut).getDefaultCPUProcessor()
    height, width = source.shape[:2]
    made = [ocio.PackedImageDesc(a, width, height, 3) for a in (source, target)]
    return lambda: cpu.apply(*made)


def sampled(grade, frame):
    """The same LUT by grid_sample, as torch nodes apply one."""
    nodes = torch.from_numpy(cube_table(grade, 33).astype(np.float32)).reshape(33, 33, 33, 3).permute(3, 0, 1, 2)[None]

    def job():
        at = (frame * 2 - 1)[:, None]
        F.grid_sample(nodes, at, mode="bilinear", padding_mode="border", align_corners=True)[0, :, 0].permute(1, 2, 0).clamp(0, 1)

    return job


def timed(jobs):
    """Median process time in ms of each job, the jobs taking turns so that a busy machine hits all alike."""
    spent = {name: [] for name in jobs}
    for turn in range(ROUNDS + 1):
        for name, job in jobs.items():
            start = time.process_time()
            job()
            spent[name] += [1000 * (time.process_time() - start)] if turn else []
    return {name: float(np.median(times)) for name, times in spent.items()}


def apply_rows():
    torch.set_num_threads(1)
    frame = scene(*SIZE)[None]
    target, made = np.empty((*SIZE, 3), np.float32), grades()
    jobs = {name: (lambda g=g: apply_grade(frame, g)) for name, g in made.items()}
    jobs["matrix, strength 0.5"] = lambda: apply_grade(frame, made["matrix"], 0.5)
    jobs["curve + root polynomial, strength 0.5"] = lambda: apply_grade(frame, made["curve + root polynomial"], 0.5)
    four = torch.cat((frame, torch.ones_like(frame[..., :1])), -1)
    jobs["curve + root polynomial, alpha"] = lambda: apply_grade(four, made["curve + root polynomial"])
    peers = {"grid_sample 33": sampled(made["matrix"], frame), "memory": lambda: np.copyto(target, frame[0].numpy())}
    try:
        peers["OCIO 33 tetrahedral"] = ocio_tetrahedral(made["matrix"], frame[0].numpy(), target)
    except ImportError:
        print("OpenColorIO is not installed: its column is missing")
    spent = timed(jobs | peers)
    ocio, grid = spent.get("OCIO 33 tetrahedral", np.nan), spent["grid_sample 33"]
    print("peers: " + ", ".join(f"{name} {spent[name]:.1f} ms" for name in peers))
    print(f"{'1080p':40}{'cpu ms':>8}{'x OCIO':>8}{'grid_sample /':>15}   largest error")
    for name in jobs:
        grade, strength = made[name.split(", strength")[0].split(", alpha")[0]], 0.5 if "strength" in name else 1.0
        part = frame[:, ::9, ::9]
        exact = torch.lerp(part.double(), grade_pixels(part.double(), grade.at(0)).clamp(0, 1), strength)
        error = float((apply_grade(part.contiguous(), grade, strength).double() - exact).abs().max())
        print(f"{name:40}{spent[name]:8.1f}{spent[name] / ocio:8.2f}{grid / spent[name]:15.1f}   {error:.1e}")


def scene(height, width, seed=0):
    """A picture (H, W, 3) of soft gradients and grain, as frames are: neighbours alike, every brightness there."""
    y, x = torch.meshgrid(torch.linspace(0, 1, height), torch.linspace(0, 1, width), indexing="ij")
    base = torch.stack((x, 0.5 + 0.5 * torch.sin(5 * y + 2 * x), y * (1 - 0.6 * x)), dim=-1)
    noise = torch.randn(height, width, 3, generator=torch.Generator().manual_seed(seed))
    return (base + 0.02 * noise).clamp(0, 1)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["apply"]
    if "apply" in wanted:
        apply_rows()
