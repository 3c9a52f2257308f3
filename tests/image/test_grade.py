"""Applying grades."""

import numpy as np
import pytest
import torch
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.image.curves import curve_pixels
from raccord.nodes.image.grade import apply_grade, grade_pixels
from raccord.nodes.wires.grade import Grade

MIX = ((0.9, 0.1, -0.02), (0.05, 1.1, 0.0), (0.0, -0.1, 1.2))
ROOT = tuple((*row, 0.05, -0.03, 0.02) for row in MIX)
CURVES = ((0.02, 2.3, 0.12), (0.0, 2.2, 0.1), (-0.05, 2.25, 0.15))


def test_a_matrix_in_linear_light_is_that_product():
    images = torch.rand(2, 5, 7, 3)
    wanted = linear_to_srgb(srgb_to_linear(images.double()) @ torch.tensor(MIX, dtype=torch.float64).T).clamp(0, 1)
    assert (apply_grade(images, Grade(matrix=MIX)).double() - wanted).abs().max() < 1e-4


def test_a_constant_on_encoded_values():
    grade = Grade(space="encoded", terms="rgb1", matrix=tuple((*row, 0.1) for row in np.eye(3).tolist()))
    images = torch.full((1, 2, 2, 3), 0.4)
    assert torch.allclose(apply_grade(images, grade), torch.tensor(0.5))


def test_refused_and_identity_grades_give_the_frames_themselves():
    images = torch.rand(1, 4, 4, 3)
    assert apply_grade(images, Grade.refuse("no plate")) is images
    assert apply_grade(images, Grade()) is images
    assert apply_grade(images, Grade(matrix=MIX), 0.0) is images


def test_alpha_passes_and_the_input_is_left_alone():
    images = torch.rand(2, 6, 5, 4)
    before = images.clone()
    out = apply_grade(images, Grade(matrix=MIX))
    assert torch.equal(out[..., 3], images[..., 3])
    assert torch.equal(images, before)
    assert out.shape == images.shape


def test_strength_mixes_encoded_values():
    images, grade = torch.rand(1, 8, 8, 3), Grade(matrix=MIX)
    half = apply_grade(images, grade, 0.5)
    wanted = (images + grade_pixels(images, grade).clamp(0, 1)) / 2
    assert (half - wanted).abs().max() < 1e-5


@pytest.mark.parametrize("scale", [0.3, 0.7, 1.4])
def test_root_polynomials_do_not_mind_exposure(scale):
    light = torch.rand(50, 3, dtype=torch.float64)
    grade = Grade(terms="root2", matrix=ROOT)
    once = srgb_to_linear(grade_pixels(linear_to_srgb(light), grade))
    other = srgb_to_linear(grade_pixels(linear_to_srgb(light * scale), grade))
    assert torch.allclose(once * scale, other, atol=1e-6)


def test_curves_rise_from_black_to_white_beyond_what_they_were_fitted_on():
    turning = ((0.24, 2.49, 0.34),) * 3  # a quadratic that turns round at 0.026 and would lift blacks
    ramp = torch.linspace(0, 1, 2001, dtype=torch.float64)[:, None].expand(-1, 3)
    light = curve_pixels(ramp, turning, (0.125, 0.88))
    assert (light.diff(dim=0) > 0).all()
    assert light[0].max() < 1e-6


def test_a_curve_inside_its_range_is_its_polynomial():
    x = torch.rand(100, 3, dtype=torch.float64) * 0.7 + 0.15
    log = x.log()
    wanted = torch.stack([(c[0] + c[1] * log[:, i] + c[2] * log[:, i] ** 2).exp() for i, c in enumerate(CURVES)], dim=-1)
    assert torch.allclose(curve_pixels(x, CURVES, (0.15, 0.85)), wanted, atol=1e-9)


@pytest.mark.parametrize("grade", [Grade(matrix=MIX), Grade(terms="root2", matrix=ROOT),
                                   Grade(terms="root2", matrix=ROOT, curves=CURVES, curve_range=(0.1, 0.9))])
def test_frames_are_graded_as_exactly_as_float64_allows(grade):
    images = torch.rand(3, 33, 17, 3)
    exact = grade_pixels(images.double(), grade).clamp(0, 1)
    assert (apply_grade(images, grade).double() - exact).abs().max() < 1e-4
    dark = images**6
    assert (apply_grade(dark, grade).double() - grade_pixels(dark.double(), grade).clamp(0, 1)).abs().max() < 1e-4


def test_values_beyond_white_are_graded_exactly():
    images, grade = torch.rand(1, 9, 9, 3) * 1.5 - 0.2, Grade(matrix=((0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5)))
    assert (apply_grade(images, grade) - grade_pixels(images, grade).clamp(0, 1)).abs().max() < 1e-6


def test_black_stays_black_and_greys_stay_grey():
    ramp = torch.linspace(0, 1, 256).reshape(1, 1, 256, 1).expand(1, 4, 256, 3).contiguous()
    out = apply_grade(ramp, Grade(matrix=((0.8, 0, 0), (0, 0.8, 0), (0, 0, 0.8))))
    assert out[0, 0, 0].max() < 1e-5
    assert (out.amax(-1) - out.amin(-1)).max() < 1e-6
    assert (out[0, 0, :, 0].diff() > 0).all()


def test_one_pixel_and_one_frame_work():
    assert apply_grade(torch.rand(1, 1, 1, 3), Grade(matrix=MIX)).shape == (1, 1, 1, 3)


def test_a_matrix_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"expected a matrix of 3 × 6"):
        Grade(terms="root2", matrix=MIX)


def test_a_table_that_does_nothing_does_nothing_and_domain_counts():
    line = torch.linspace(0, 1, 5)
    blue, green, red = torch.meshgrid(line, line, line, indexing="ij")
    table = torch.stack((red, green, blue), dim=-1)
    images = torch.rand(1, 9, 9, 3)
    assert (apply_grade(images, Grade("LUT", table=table)) - images).abs().max() < 1e-6
    wide = Grade("LUT", table=table, domain=((0.0, 0.0, 0.0), (2.0, 2.0, 2.0)))
    assert (apply_grade(images, wide) - images / 2).abs().max() < 1e-6


def test_a_cdl_is_slope_offset_power_saturation():
    grade = Grade("CDL", "encoded", cdl=(1.2, 1, 1, 0, 0.1, 0, 1, 1, 2, 0.5))
    value = torch.tensor((0.6, 0.4, 0.16))
    grey = (value * torch.tensor((0.2126, 0.7152, 0.0722))).sum()
    out = apply_grade(torch.tensor((0.5, 0.3, 0.4)).reshape(1, 1, 1, 3), grade)
    assert torch.allclose(out[0, 0, 0], grey + 0.5 * (value - grey), atol=1e-6)


def test_a_grade_that_changes_over_the_clip_knows_its_frames():
    images = torch.full((5, 2, 3, 3), 0.25)
    grade = Grade("exposure").ramp((0, np.eye(3)), (4, 2 * np.eye(3)))
    out = apply_grade(images, grade)
    for frame in range(5):
        assert torch.allclose(srgb_to_linear(out[frame]), srgb_to_linear(images[frame]) * 2 ** (frame / 4), atol=1e-5)
    assert torch.allclose(apply_grade(images[2:], grade, first=2), out[2:])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floats_come_back_as_they_were_and_right(dtype):
    images, grade = torch.rand(1, 9, 9, 4).to(dtype), Grade(terms="root2", matrix=ROOT, curves=CURVES, curve_range=(0.1, 0.9))
    out = apply_grade(images, grade)
    assert out.dtype == dtype
    wanted = grade_pixels(images[..., :3].double(), grade).clamp(0, 1)
    assert (out[..., :3].double() - wanted).abs().max() < {torch.float16: 5e-4, torch.bfloat16: 4e-3, torch.float64: 1e-9}[dtype]
    assert torch.equal(out[..., 3], images[..., 3])


def test_the_input_survives_a_ramp_that_begins_with_nothing():
    images = torch.rand(2, 3, 3, 3) * 1.5 - 0.2
    before = images.clone()
    apply_grade(images, Grade("exposure").ramp((0, np.eye(3)), (1, 2 * np.eye(3))))
    assert torch.equal(images, before)


@pytest.mark.parametrize("size", [2, 17, 33])
def test_a_lut_on_the_cpu_is_the_lut_by_tetrahedra(size):
    grade = Grade("LUT", "encoded", table=torch.rand(size, size, size, 3), domain=((-0.1, 0.0, 0.1), (0.9, 1.0, 1.2)))
    images = torch.rand(1, 200, 201, 3)
    images[0, 0, :9] = torch.tensor((0.0, 1.0, 0.5))
    images[0, 1] = images[0, 1, :, :1]  # greys: all remainders alike
    exact = grade_pixels(images.double(), grade).clamp(0, 1)
    assert (apply_grade(images, grade).double() - exact).abs().max() < 2e-5 * size


def test_a_polynomial_is_its_ten_terms():
    row = (0.8, 0.1, 0.0, 0.2, -0.1, 0.05, 0.3, 0.02, -0.04, 0.01)
    grade = Grade("polynomial", terms="poly2", matrix=(row, row[::-1], row))
    images = torch.rand(1, 9, 8, 3)
    r, g, b = srgb_to_linear(images.double()).unbind(-1)
    terms = torch.stack((r, g, b, r * g, g * b, r * b, r * r, g * g, b * b, torch.ones_like(r)), -1)
    wanted = linear_to_srgb(terms @ torch.tensor(grade.matrix, dtype=torch.float64).T).clamp(0, 1)
    assert (apply_grade(images, grade).double() - wanted).abs().max() < 1e-5
