from dataclasses import replace

import moving_sign
import numpy as np
import pytest
import torch
from raccord.nodes.image.warp import homography, transform, warp
from raccord.nodes.tracking.markers.finder import find_markers
from raccord.nodes.tracking.markers.patterns import PATTERNS
from raccord.nodes.tracking.markers.stamp import stamp_markers
from raccord.nodes.wires.quad import Quad
from worn_pictures import WEARS, worn

WALL = Quad(((60, 40), (420, 70), (400, 330), (80, 300)))


def wall(seed=0):
    picture = moving_sign.texture(seed, 512)[76:436, 16:496] / 255
    return torch.from_numpy(np.repeat(picture[None, ..., None], 3, -1).astype(np.float32))


def stamped(picture=None, **options):
    done = stamp_markers(wall() if picture is None else picture, WALL,
                         **({"pattern": "cross", "count": 9, "size_px": 28.0, "strength": 0.8} | options))
    return done.image, done.markers


def off(found, markers, h=None):
    truth = {m.number: np.array(m.centre) if h is None else transform(h, np.array(m.centre)) for m in markers.markers}
    return [float(np.linalg.norm(m.centre - truth[m.number])) for m in found.markers]


def tilted():
    to = WALL.array + [[9, -7], [-6, 5], [8, 10], [-4, 3]]
    return homography(WALL.array, to), to


@pytest.mark.parametrize("kind", WEARS)
def test_worn_markers_are_found_to_a_fraction_of_a_pixel(kind):
    image, markers = stamped(pattern="checker corner")
    found = find_markers(worn(image, kind), markers, Quad.from_array(WALL.array + [5.0, -4.0]))
    assert len(found.markers) == 9
    assert max(off(found, markers)) < 0.1
    assert np.abs(found.corners.array - WALL.array).max() < 0.2


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_found_on_a_surface_that_was_tilted_and_worn(pattern):
    image, markers = stamped(pattern=pattern, size_px=40.0 if "tag" in pattern else 28.0)
    h, to = tilted()
    found = find_markers(worn(warp(image, h, 360, 480), "all"), markers, Quad.from_array(to + [2.0, -1.5]))
    assert len(found.markers) == 9
    assert np.median(off(found, markers, h)) < 0.15
    assert np.abs(found.corners.array - to).max() < 0.4


def test_the_expected_error_of_the_corners_is_about_the_real_one():
    image, markers = stamped()
    h, to = tilted()
    tilt = warp(image, h, 360, 480, samples=4)
    guess = Quad.from_array(to + [[1.1, -1.0], [-0.5, 0.8], [0.7, 0.6], [-0.9, 0.4]])
    found = [find_markers(worn(tilt, kind), markers, guess) for kind in ("blur", "JPEG 40", "noise", "resize", "all")]
    real = np.median([np.linalg.norm(f.corners.array - to, axis=1).max() for f in found])
    assert 0.4 < real / np.median([f.corner_error for f in found]) < 2.5


@pytest.mark.parametrize("size", [24.0, 48.0])
def test_markers_of_other_sizes(size):
    image, markers = stamped(size_px=size)
    found = find_markers(worn(image, "all"), markers, Quad.from_array(WALL.array - 3))
    assert len(found.markers) == 9
    assert max(off(found, markers)) < 0.1


def test_a_smaller_clip_than_the_stamped_picture():
    image, markers = stamped()
    small = torch.nn.functional.interpolate(image.movedim(-1, 1), scale_factor=2 / 3, mode="area").movedim(1, -1)
    found = find_markers(small, markers)
    assert len(found.markers) == 9
    assert max(np.linalg.norm(np.array(m.centre) * 1.5 - markers.markers[m.number].centre) for m in found.markers) < 0.1


def test_hidden_markers_are_not_named_and_the_others_hold():
    image, markers = stamped()
    for m in markers.markers[1:8:3]:
        x, y = (int(c) for c in m.centre)
        image[:, y - 20:y + 20, x - 20:x + 20] = torch.rand(1, 40, 40, 1, generator=torch.Generator().manual_seed(m.number))
    found = find_markers(worn(image, "all"), markers, Quad.from_array(WALL.array + 4))
    assert [m.number for m in found.markers] == [0, 2, 3, 5, 6, 8]
    assert max(off(found, markers)) < 0.1


def test_a_surface_partly_out_of_the_frame():
    image, markers = stamped()
    h = np.array([[1, 0, -130.3], [0, 1, 4.4], [0, 0, 1.0]])
    found = find_markers(worn(warp(image, h, 360, 480), "blur"), markers, Quad.from_array(transform(h, WALL.array) + 2))
    inside = [m.number for m in markers.markers if m.centre[0] > 134]
    assert [m.number for m in found.markers] == inside
    assert found.expected == len(inside) == 6
    assert max(off(found, markers, h)) < 0.1


@pytest.mark.parametrize("picture", ["the surface without paint", "another surface", "grey", "noise"])
@pytest.mark.parametrize("pattern", ["dot", "cross"])
def test_nothing_is_found_where_nothing_was_stamped(picture, pattern):
    _, markers = stamped(pattern=pattern)
    noise = torch.rand(1, 360, 480, 3, generator=torch.Generator().manual_seed(1))
    pictures = {"the surface without paint": wall(), "another surface": wall(7), "grey": torch.full((1, 360, 480, 3), 0.5),
                "noise": noise}
    found = find_markers(worn(pictures[picture], "JPEG 40"), markers)
    assert found.markers == ()
    assert found.corners is None


def test_markers_without_their_looks_are_not_found():
    image, markers = stamped()
    assert find_markers(image, replace(markers, looks=())).markers == ()


def test_a_bent_surface_keeps_what_no_plane_explains():
    image, markers = stamped()
    y, x = np.mgrid[0:360, 0:480].astype(np.float32)
    grid = np.stack([(x + 0.5) / 240 - 1, (y + 0.5 + 0.9 * np.sin(x / 45)) / 180 - 1], axis=-1)[None]
    bent = torch.nn.functional.grid_sample(image.movedim(-1, 1), torch.from_numpy(grid), mode="bicubic", padding_mode="border",
                                           align_corners=False).movedim(1, -1)
    found = find_markers(bent, markers)
    truth = {}
    for m in markers.markers:
        u, v = m.centre
        truth[m.number] = np.array([u, v - 0.9 * np.sin((u - 0.5) / 45)])
    assert len(found.markers) == 9
    assert np.median([np.linalg.norm(m.centre - truth[m.number]) for m in found.markers]) < 0.15
