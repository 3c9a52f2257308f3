"""Our files as OpenColorIO reads them, and files that OpenColorIO reads as we read them."""

import numpy as np
import pytest
import torch
from raccord.nodes.colour.load import load_grade
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.media.grades import (
    cdl_text,
    cube_table,
    cube_text,
    curve_error,
    curve_table,
    curve_text,
    fit_cdl,
    lut_error,
    residual,
)
from raccord.nodes.wires.grade import Grade

ocio = pytest.importorskip("PyOpenColorIO", reason="OpenColorIO is not installed")
WARM = Grade("matrix", matrix=((1.05, 0.04, -0.02), (0.01, 0.97, 0.02), (0.0, 0.03, 0.85)))
MILD = Grade("root polynomial", terms="root2", matrix=(
    (0.9, 0.05, 0, 0.1, 0, -0.05), (0, 1, 0, 0, 0.1, 0), (0, 0.1, 1.1, 0, -0.1, 0)))
CURVES = Grade("curves", curves=((0.02, 2.3, 0.12), (0.0, 2.2, 0.1), (-0.05, 2.25, 0.15)), curve_range=(0.05, 0.95))
COLOURS = np.random.default_rng(3).random((20_000, 3), np.float32)
CUBE = "".join(f"{r**2} {g * 0.9} {(b + r) / 2}\n" for b in (0, 0.5, 1) for g in (0, 0.5, 1) for r in (0, 0.5, 1))
CURVE = "0 0.1 0\n.25 .5 .75\n1 .9 1\n"


def through(path, pixels, interpolation=None):
    moved = ocio.FileTransform(str(path), interpolation=interpolation or ocio.INTERP_LINEAR)
    out = pixels.copy()
    ocio.Config.CreateRaw().getProcessor(moved).getDefaultCPUProcessor().applyRGB(out)
    return out


@pytest.fixture
def studio_file(grade_host):
    def write(name, text):
        path = grade_host.input_directory / name
        path.write_bytes(text.encode())
        return path

    return write


@pytest.mark.parametrize("way", ["INTERP_TETRAHEDRAL", "INTERP_LINEAR"])
@pytest.mark.parametrize("grade", [WARM, MILD], ids=["matrix", "root polynomial"])
def test_our_lut_differs_by_no_more_than_we_say(tmp_path, grade, way):
    (tmp_path / "a.cube").write_text(cube_text(grade, 33), encoding="utf-8")
    seen = through(tmp_path / "a.cube", COLOURS, getattr(ocio, way))
    ours = apply_grade(torch.from_numpy(COLOURS)[None, None], grade)[0, 0].double()
    said = lut_error(grade, cube_table(grade, 33))
    made = residual(ours, seen)
    assert made.mean <= said.mean
    assert made.p99 <= said.p99 * 1.15  # of another draw of colours


def test_our_curves_differ_by_no_more_than_we_say(tmp_path):
    (tmp_path / "a.cube").write_text(curve_text(CURVES), encoding="utf-8")
    made = residual(grade_pixels(torch.from_numpy(COLOURS).double(), CURVES).clamp(0, 1), through(tmp_path / "a.cube", COLOURS))
    assert made.mean <= curve_error(CURVES, curve_table(CURVES)).mean + 1e-3  # of its float32
    assert made.largest < 0.05


@pytest.mark.parametrize("form", ["cdl", "cc", "ccc"])
@pytest.mark.parametrize("numbers", [None, (1.5, 1.0, 0.4123456789, 0.1, 0.0, -0.3, 1.0, 2.5, 0.35, 2.0)])
def test_our_cdl_is_read_as_we_apply_it(studio_file, form, numbers):
    fitted = fit_cdl(Grade(cdl=numbers) if numbers else WARM)
    path = studio_file(f"a.{form}", cdl_text(fitted, form))
    ours = apply_grade(torch.from_numpy(COLOURS)[None, None], load_grade(f"a.{form}").grade)[0, 0].numpy()
    assert np.abs(through(path, COLOURS).clip(0, 1) - ours).max() < 1e-4


@pytest.mark.parametrize("text", [
    f"LUT_3D_SIZE 3\n{CUBE}", f"LUT_3D_SIZE 3\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 2 1 0.5\n{CUBE}", f"LUT_1D_SIZE 3\n{CURVE}",
    f"LUT_1D_SIZE 3\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 2 1 0.5\n{CURVE}", f"LUT_3D_SIZE 3\nLUT_3D_INPUT_RANGE -0.2 2\n{CUBE}",
    f"LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0 2\n{CURVE}", f"LUT_1D_SIZE 3\nLUT_3D_SIZE 3\n{CURVE}{CUBE}",
    f"LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0 2\nLUT_3D_SIZE 3\nLUT_3D_INPUT_RANGE 0 0.5\n{CURVE}{CUBE}"])
def test_every_lut_is_applied_as_opencolorio_does(studio_file, text):
    path = studio_file("b.cube", text)
    some = COLOURS[:2000] * 2 - 0.5
    ours = grade_pixels(torch.from_numpy(some), load_grade("b.cube").grade).numpy()
    way = ocio.INTERP_LINEAR if "3D" not in text else ocio.INTERP_TETRAHEDRAL
    assert np.abs(through(path, some, way) - ours).max() < 1e-5
