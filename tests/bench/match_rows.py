"""Rows of `colour.py` about Match Reference and about grades as files: known casts, flicker, and OpenColorIO beside us."""

import tempfile
from pathlib import Path

import moving_sign
import numpy as np
import real_clips
import torch
from PIL import Image
from raccord.nodes.colour.match import Ask, match_reference
from raccord.nodes.image.colour import delta_e_2000, linear_to_srgb, srgb_to_lab, srgb_to_linear
from raccord.nodes.image.grade import apply_grade
from raccord.nodes.media import grades
from raccord.nodes.wires.grade import Grade

CASTS = {"warm": (1.2, 1.0, 0.75), "green": (0.88, 1.12, 0.88), "-1 stop": (0.5, 0.5, 0.5)}  # gains of linear light
PLACES = ("same", "half", "apart", "overlap", "other frame")


def pictures(step):
    """Name, picture (1, H, W, 3) and frames of every `step`th template, at most 512 wide; of clips the middle frame."""
    root = real_clips.folder()
    for path in sorted(root.glob("*.webp"))[::step] if root else ():
        with Image.open(path) as picture:
            frames = getattr(picture, "n_frames", 1)
            picture.seek(frames // 2)
            shown = picture.convert("RGB")
            shown.thumbnail((512, 512))
            yield path.stem, torch.from_numpy(np.asarray(shown).copy()).float()[None] / 255, frames
    if not root:
        for seed in range(12):
            grey = torch.from_numpy(moving_sign.texture(seed, 512)).float() / 255
            yield f"drawn {seed}", torch.stack((grey, grey**1.2, grey**0.8), -1)[None], 1


def cast(picture, gains, *, bits=8):
    """A cast in linear light, clipped; `bits` 0 keeps floats."""
    made = linear_to_srgb(srgb_to_linear(picture.double()) * torch.tensor(gains, dtype=torch.float64)).clamp(0, 1).float()
    return (made * 255).round() / 255 if bits else made


def off(one, other):
    """Mean CIEDE2000 of two pictures, over every third pixel."""
    return float(delta_e_2000(*(srgb_to_lab(p.reshape(-1, 3)[::3].double()) for p in (one, other))).mean())


def case(place, picture, name):
    """Clip before its cast, which is also the truth, and reference; None where a picture does not give it."""
    width = picture.shape[2]
    if place == "other frame":
        clip = real_clips.clip(name)
        return (clip[len(clip) // 2 - 1:len(clip) // 2], clip[-1:]) if clip is not None else None
    ends = {"same": (width, 0), "half": (width // 2, width // 2), "apart": (width * 9 // 20, width * 11 // 20),
            "overlap": (width * 2 // 3, width // 3)}[place]
    return picture[:, :, :ends[0]], picture[:, :, ends[1]:]


def match(options):
    """Known casts: what auto and the transport of every other tool leave, and what the exact inverse would leave."""
    print(f"{'match: place':14}{'cast':9}{'bits':>5}{'n':>4}{'mean':>7}{'median':>8}{'p90':>7}"
          f"{'inverse':>9}{'transport':>11}  how")
    for place in options.places.split(","):
        for label, gains in CASTS.items():
            for bits in ((8, 0) if place == "same" else (8,)):
                rows, how = [], {}
                for name, picture, frames in pictures(options.step):
                    made = case(place, picture, name) if place != "other frame" or frames > 1 else None
                    if made is None or min(made[0].shape[1:3]) < 96:
                        continue
                    truth, reference = made
                    seen = cast(truth, gains, bits=bits)
                    found = match_reference(seen, reference, Ask())
                    plain = match_reference(seen, reference, Ask("transport")).grade if bits else Grade()
                    best = Grade(matrix=tuple(tuple(float(v) for v in row) for row in np.diag(1 / np.array(gains))))
                    rows.append([off(apply_grade(seen, g), truth) for g in (found.grade, best, plain)])
                    how[found.how] = how.get(found.how, 0) + 1
                    if options.verbose:
                        print(f"   {name[:44]:46}{rows[-1][0]:6.2f}{rows[-1][1]:6.2f} {found.how}, {found.grade.model}")
                got = np.array(rows)
                said = ", ".join(f"{k} {v}" for k, v in sorted(how.items(), key=lambda kv: -kv[1]))
                print(f"{place:14}{label:9}{bits or 32:5}{len(got):4}{got[:, 0].mean():7.2f}{np.median(got[:, 0]):8.2f}"
                      f"{np.percentile(got[:, 0], 90):7.2f}{got[:, 1].mean():9.2f}{got[:, 2].mean():11.2f}  {said}", flush=True)


def crossing(frames=24):
    """The page's scene (frames, 180, 320, 3): a still noisy gradient and a red disc that crosses it; a strip is never covered."""
    rng = np.random.default_rng(0)
    x, y = np.meshgrid(np.linspace(0, 1, 320), np.linspace(0, 1, 180))
    still = np.stack((0.2 + 0.5 * x, 0.3 + 0.4 * y, 0.6 - 0.3 * x * y), -1) + rng.normal(0, 0.02, (180, 320, 3))
    clip = np.repeat(still[None], frames, axis=0)
    rows, columns = np.mgrid[:180, :320]
    for t in range(frames):
        clip[t, (rows - 80) ** 2 + (columns - 14 * t) ** 2 < 45**2] = (0.8, 0.1, 0.1)
    return torch.from_numpy(clip.clip(0, 1)).float()


def flicker(options):
    """Static background under a moving object, constant cast: frame-to-frame CIEDE2000 that is added, where nothing moves."""
    truth = crossing()
    seen = (truth * torch.tensor((0.92, 0.97, 1.06)) + 0.02).clamp(0, 1)
    print("\nflicker: method                       per frame   added mean    max   to truth")
    for method in ("auto", "transport", "gains", "optimal transport"):
        for per_frame in (False, True):
            if per_frame and method == "optimal transport":
                continue
            graded = apply_grade(seen, match_reference(seen, truth[:1], Ask(method, per_frame=per_frame)).grade)
            still, was = (srgb_to_lab(p[:, 140:].double()) for p in (graded, seen))
            added = delta_e_2000(still[1:], still[:-1]) - delta_e_2000(was[1:], was[:-1])
            print(f"{method:38}{per_frame!s:10}{added.mean():12.3f}{added.max():8.3f}{off(graded, truth):10.2f}", flush=True)


def files(options):
    """Our files as OpenColorIO reads them, against our own apply, over random colours."""
    try:
        import PyOpenColorIO as ocio  # noqa: N813
    except ImportError:
        print("\nfiles: opencolorio is not installed")
        return
    mix = ((1.05, 0.04, -0.02), (0.01, 0.97, 0.02), (0.0, 0.03, 0.85))
    root = ((0.9, 0.05, 0, 0.1, 0, -0.05), (0, 1, 0, 0, 0.1, 0), (0, 0.1, 1.1, 0, -0.1, 0))
    curves = ((0.02, 2.3, 0.12), (0.0, 2.2, 0.1), (-0.05, 2.25, 0.15))
    some = np.random.default_rng(5).random((20_000, 3), np.float32)
    print(f"\n{'files: grade':18}{'file':12}{'OCIO, mean':>11}{'p99':>7}{'max':>7}   {'printed mean':>13}{'p99':>7}{'max':>7}")
    for name, grade in (("matrix", Grade(matrix=mix)), ("root polynomial", Grade(terms="root2", matrix=root)),
                        ("curves", Grade(curves=curves, curve_range=(0.05, 0.95)))):
        ours = apply_grade(torch.from_numpy(some)[None, None], grade)[0, 0].double()
        texts = {f"{n}³": (".cube", grades.cube_text(grade, n), grades.lut_error(grade, grades.cube_table(grade, n)))
                 for n in (17, 33, 65)}
        if grades.is_per_channel(grade):
            texts["1D"] = ".cube", grades.curve_text(grade), grades.curve_error(grade, grades.curve_table(grade))
        fitted = grades.fit_cdl(grade)
        texts["cdl"] = ".cdl", grades.cdl_text(fitted), grades.cdl_error(grade, fitted)
        for label, (suffix, text, said) in texts.items():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"a{suffix}"
                path.write_text(text, encoding="utf-8")
                way = ocio.INTERP_LINEAR if label == "1D" else ocio.INTERP_TETRAHEDRAL
                move = ocio.FileTransform(str(path), interpolation=way)
                seen = some.copy()
                ocio.Config.CreateRaw().getProcessor(move).getDefaultCPUProcessor().applyRGB(seen)
            got = grades.residual(ours, seen)
            print(f"{name:18}{label:12}{got.mean:11.4f}{got.p99:7.3f}{got.largest:7.2f}   "
                  f"{said.mean:13.4f}{said.p99:7.3f}{said.largest:7.2f}")
            if label == "cdl":
                numbers = (*fitted.slope, *fitted.offset, *fitted.power, fitted.saturation)
                held = apply_grade(torch.from_numpy(some)[None, None], Grade(cdl=numbers))[0, 0].numpy()
                print(f"{'':18}{'':12}against our apply of the same CDL: {np.abs(seen.clip(0, 1) - held).max():.1e} (bar 1e-4)")


def add_arguments(parser):
    """What the rows of this file ask for."""
    parser.add_argument("--step", type=int, default=6, help="every how many of the template pictures are matched")
    parser.add_argument("--places", default="same,half,apart,overlap,other frame", help=f"of match: any of {', '.join(PLACES)}")
    parser.add_argument("--verbose", action="store_true", help="print every picture that is matched")


ROWS = {"match": match, "files": files, "flicker": flicker}
