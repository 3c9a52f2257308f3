import numpy as np
import pytest
import torch
from raccord.nodes.image.warp import from_opencv, homography, homography_from_opencv, to_opencv, transform, unit_square, warp

TILT = np.array([[30.2, 20.7], [190.1, 35.3], [170.4, 130.9], [12.6, 110.5]])


def wave(x, y):
    return 0.5 + 0.25 * np.sin(x / 9.0) + 0.2 * np.cos(y / 7.0)


def picture(height, width):
    y, x = np.mgrid[0:height, 0:width] + 0.5
    return torch.from_numpy(wave(x, y)).float()[None, ..., None]


def test_homography_takes_corners_to_corners():
    h = homography(unit_square(160, 90), TILT)
    assert np.abs(transform(h, unit_square(160, 90)) - TILT).max() < 1e-9
    assert np.abs(transform(np.linalg.inv(h), TILT) - unit_square(160, 90)).max() < 1e-9


def test_opencv_counts_from_pixel_centres():
    h = homography(unit_square(160, 90), TILT)
    in_opencv = homography(to_opencv(unit_square(160, 90)), to_opencv(TILT))
    assert np.abs(homography_from_opencv(in_opencv) - h / h[2, 2]).max() < 1e-9
    assert (from_opencv(to_opencv(TILT)) == TILT).all()


def test_points_behind_the_plane_are_not_numbers():
    h = np.array([[1, 0, 0], [0, 1, 0], [-0.1, 0, 1.0]])
    assert np.isnan(transform(h, np.array([[11.0, 0]]))).all()


def test_identity_changes_nothing():
    image = torch.rand(2, 13, 17, 4)
    assert (warp(image, np.eye(3), 13, 17, samples=1) - image).abs().max() < 1e-5


def test_a_warped_wave_is_the_wave_at_the_warped_places():
    h = homography(unit_square(160, 90), TILT)
    drawn = warp(picture(90, 160), h, 150, 200)[0, ..., 0].numpy()
    y, x = np.mgrid[0:150, 0:200] + 0.5
    back = transform(np.linalg.inv(h), np.stack([x, y], -1))
    inside = ((back > 2) & (back < (158, 88))).all(-1)
    assert inside.sum() > 10_000
    error = np.abs(drawn - wave(back[..., 0], back[..., 1]))[inside]
    assert error.max() < 0.02  # half a pixel of offset gives 0.014 in the mean
    assert error.mean() < 0.002


def test_a_shift_of_half_a_pixel_shares_the_edge():
    h = homography(unit_square(8, 8), unit_square(8, 8) + [2.5, 0])
    row = warp(torch.ones(1, 8, 8, 1), h, 8, 14, samples=8)[0, 4, :, 0]
    assert row[1] == 0
    assert row[2] == pytest.approx(0.5, abs=0.13)
    assert row[4:9].min() == 1
    assert float(row.sum()) == pytest.approx(8, abs=1e-5)


def test_reduction_averages_and_does_not_sparkle():
    board = ((np.indices((256, 256)).sum(0) % 2) * 1.0).astype(np.float32)
    h = homography(unit_square(256, 256), unit_square(40, 40))
    small = warp(torch.from_numpy(board)[None, ..., None], h, 40, 40)[0, 1:-1, 1:-1, 0]
    assert float(small.mean()) == pytest.approx(0.5, abs=0.01)
    assert float(small.std()) < 0.06


def test_input_is_not_touched():
    image = torch.rand(1, 9, 9, 3)
    before = image.clone()
    warp(image, np.diag([2.0, 2.0, 1.0]), 18, 18)
    assert torch.equal(image, before)


def test_a_part_within_the_picture_is_drawn_as_in_a_view_that_shows_its_edges():
    picture = torch.rand(1, 60, 80, 3, generator=torch.Generator().manual_seed(3))
    corners = np.array([[-20, -12], [96, -6], [104, 80], [-14, 70]], float)
    within = warp(picture, homography(unit_square(80, 60), corners), 60, 80)
    wide = warp(picture, homography(unit_square(80, 60), corners + 40), 140, 160)
    assert (wide[0, 0] == 0).all()
    assert (within > 0).all()
    assert torch.allclose(within, wide[:, 40:100, 40:120], atol=2e-6)
