"""Rows of `colour.py` about the correction: how it is fitted, what applying it costs, how still a background stays.

OpenColorIO, for the row `apply`: `pip install opencolorio`.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from plate_rows import PEER, pictures_of, read
from raccord.nodes.colour.models import LADDER, NUMBERS, leave_one_out
from raccord.nodes.colour.normalize import normalize, patches_of
from raccord.nodes.colour.solve import PRICE, solve
from raccord.nodes.colour.stamp import placed, stamp_plate
from raccord.nodes.image.colour import delta_e_2000, linear_to_srgb, srgb_to_lab, srgb_to_linear
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.media.grades import cube_table
from raccord.nodes.media.plates import load_plate
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
            "polynomial": Grade(terms="poly2", matrix=tuple((*row, 0.1, -0.05, 0.02, 0.03, -0.04, 0.05, 0.01) for row in MIX)),
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


def applying(_options):
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


def nested(patches, left):
    """Mean error of patches left out when the model, too, is chosen without them; `left` holds each model's left-out errors."""
    out = []
    for i in range(len(patches.seen)):
        tried = {m: e.mean() for m in left if (e := leave_one_out(m, patches.without(i))) is not None}
        out.append(left[min(tried, key=lambda m: tried[m] + PRICE * NUMBERS[m])][i])
    return float(np.mean(out))


def fitting(options):
    """The fit on every photograph: mean CIEDE2000 before, in the fit, left out of it, and left out of the choice as well."""
    print(f"{'photograph':30}{'model':32}before    fit    LOO  nested   peer   cpu s")
    rows = []
    for path in pictures_of(options.charts):
        answer = normalize(read(path), "auto", None, 1)
        if answer.solved is None:
            print(f"{path.stem:30}not read: {answer.reason}")
            continue
        patches = patches_of(answer.reading)
        start = time.process_time()
        solved = solve(patches)
        spent = time.process_time() - start
        left = {m: e for m in LADDER if m in solved.tried and (e := leave_one_out(m, patches)) is not None}
        rows.append((solved.delta_e_before, solved.delta_e_mean, solved.delta_e_loo, nested(patches, left), spent))
        peer = PEER.get(path.stem, np.nan)
        print(f"{path.stem:30}{solved.grade.model:32}" + "".join(f"{v:7.2f}" for v in (*rows[-1][:4], peer, spent)), flush=True)
    for name, how in (("median", np.median), ("mean", np.mean), ("max", np.max)):
        print(f"{name:62}" + "".join(f"{v:7.2f}" for v in how(rows, axis=0)[[0, 1, 2, 3]]) + f"{how([r[4] for r in rows]):14.2f}")


def still(_options):
    """What grading adds from frame to frame on a still background: a disc crosses frame and plate under a constant cast."""
    height, width = 180, 320
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    base, frames = scene(height, width)[None], []
    plate = load_plate("raccord12")
    base, stamped = stamp_plate(base, plate, placed(plate, "0.02 0.5 0.45 0.48", width, height))
    for n in range(24):
        frame = base[0].clone()
        frame[(x - 15 * n + 20) ** 2 + (y - 130) ** 2 < 30**2] = torch.tensor((0.8, 0.1, 0.1))
        frames.append(frame)
    clip = linear_to_srgb(srgb_to_linear(torch.stack(frames)) * torch.tensor((0.92, 0.97, 1.06))) + 0.02
    for name, sigma in (("no grain", 0.0), ("grain 1/255", 1 / 255)):
        seen = (clip + sigma * torch.randn(clip.shape, generator=torch.Generator().manual_seed(1))).clamp(0, 1)
        answer = normalize(seen, "auto", stamped, 5)
        graded = apply_grade(seen, answer.grade)
        apart = [delta_e_2000(srgb_to_lab(c[1:, :60]), srgb_to_lab(c[:-1, :60])) for c in (seen, graded)]
        print(f"{name:12} {answer.grade.model}, ramp {bool(answer.grade.keys)}: frame to frame {apart[0].mean():.3f} before, "
              f"{apart[1].mean():.3f} after, added {apart[1].mean() - apart[0].mean():+.4f} (bar 0.05)")


ROWS = {"fit": fitting, "apply": applying, "still": still}


def add_arguments(_parser):
    """None of its own: the photographs are those of `plate_rows`."""
