"""A graphic that takes a sign's place: the sign's border mixes its colour with the wall's, and the graphic mixes again."""

from fractions import Fraction

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from raccord.nodes.image.colour import linear_to_srgb
from raccord.nodes.image.warp import homography, unit_square, warp
from raccord.nodes.tracking.insert.graphic import insert_graphic
from raccord.nodes.tracking.insert.lens import measure_softness
from raccord.nodes.tracking.insert.masks import Masks
from raccord.nodes.tracking.insert.paint import blurred
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.track import Track, TrackFrame

SIZE = 160, 120
QUAD = Quad(((30.3, 24.6), (121.7, 30.2), (118.4, 92.9), (34.8, 88.1)))
GREEN = torch.tensor((0.1, 0.5, 0.2))


def track(quad=QUAD):
    return Track(SIZE, Fraction(24), (TrackFrame(quad, "tracked", 1.0),) * 2)


def picture(colour, lens):
    """A sign of one colour before a wall with a broad shade, both in linear light, through a lens; encoded, two frames."""
    wall = torch.linspace(0.1, 0.3, SIZE[0] + 40)[None, :, None].expand(SIZE[1] + 40, -1, 3)
    corners = QUAD.array + 20
    sign = warp(torch.ones(1, 64, 64, 1), homography(unit_square(64, 64), corners), SIZE[1] + 40, SIZE[0] + 40, samples=12)[0]
    seen = blurred(wall * (1 - sign) + colour * sign, lens)
    spare = (seen.shape[0] - SIZE[1]) // 2, (seen.shape[1] - SIZE[0]) // 2
    seen = seen[spare[0]:spare[0] + SIZE[1], spare[1]:spare[1] + SIZE[0]]
    return linear_to_srgb(seen)[None].expand(2, -1, -1, -1).contiguous()


def psnr(one, other):
    return float(-10 * torch.log10((one - other).square().mean()))


@pytest.mark.parametrize("lens", [0.0, 1.0])
def test_the_old_colour_leaves_the_border(lens):
    plate, exact = picture(torch.tensor((0.9, 0.8, 0.7)), lens), picture(GREEN, lens)
    graphic = linear_to_srgb(GREEN).expand(1, 8, 8, 3)
    how = {"fit": "fill", "softness": lens}
    left, taken = (insert_graphic(plate, track(), graphic, clean_border=on, **how) for on in (False, True))
    rim = (left.matte > 0.01) & (left.matte < 0.99)
    assert psnr(left.images[rim], exact[rim]) < 26
    assert psnr(taken.images[rim], exact[rim]) > 36
    assert torch.equal(left.images[~rim & (left.matte == 0)], taken.images[~rim & (left.matte == 0)])


def test_a_surface_that_goes_on_beyond_the_corners_is_left_alone():
    y, x = np.mgrid[0:SIZE[1], 0:SIZE[0]]
    shade = torch.from_numpy((0.4 + 0.1 * np.sin(x / 9) + 0.1 * np.cos(y / 7)).astype(np.float32))
    plate = shade[None, ..., None].expand(2, -1, -1, 3).contiguous()
    left, taken = (insert_graphic(plate, track(), torch.zeros(1, 8, 8, 3), fit="fill", clean_border=on).images
                   for on in (False, True))
    assert float((left - taken).abs().max()) < 0.03
    assert float((left - taken).abs().mean()) < 1e-4


def test_a_soft_picture_on_a_sign_with_a_hard_border_is_no_soft_lens():
    """The picture on the sign was out of focus when it was printed; the border of the sign says what the lens does."""
    fine = torch.rand((1, 3, 6, 8), generator=torch.Generator().manual_seed(1)).round() * 0.15 + 0.4
    soft = F.pad(F.interpolate(fine, (480, 640), mode="nearest"), (24, 24, 24, 24), mode="replicate")
    at = torch.arange(-24.0, 25.0)
    kernel = torch.exp(-(at**2) / 50)
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, -1)
    soft = F.conv2d(F.conv2d(soft, kernel, groups=3), kernel.mT, groups=3)
    size, quad = (320, 240), Quad(((40.3, 30.6), (281.7, 38.2), (278.4, 202.9), (44.8, 208.1)))
    sign = warp(torch.cat((soft, torch.ones(1, 1, 480, 640)), 1).movedim(1, -1), homography(unit_square(640, 480), quad.array),
                size[1], size[0], samples=8)
    frames = linear_to_srgb(sign[..., :3] + 0.02 * (1 - sign[..., 3:])).expand(4, -1, -1, -1)
    pinned = Track(size, Fraction(24), (TrackFrame(quad, "tracked", 1.0),) * 4)
    inside = Quad(((60, 50), (260, 56), (258, 184), (64, 188)))
    alone = Track(size, Fraction(24), (TrackFrame(inside, "tracked", 1.0),) * 4)
    unmasked = Masks(None, 4, size[1], size[0], "visible")
    assert measure_softness(frames, pinned, unmasked) < 0.3
    assert measure_softness(frames, alone, unmasked) > 1.0
