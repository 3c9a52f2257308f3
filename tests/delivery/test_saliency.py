"""The guess of what a picture is about: a face, a thing that hangs together, and what is said when a cut cannot hold it."""

import cv2
import numpy as np
import pytest
import torch
from raccord.nodes.delivery.channels import parse_channels
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.delivery.saliency import best_corner, kept_share, main_object, salience
from raccord.nodes.media.xmp import Rights
from raccord.nodes.wires.shot import Shot

SIZE, CUT = (1280, 720), (405.0, 720.0)  # a wide frame, and an upright cut of it
SKINS = [(236, 188, 160), (198, 134, 98), (122, 78, 56)]


def room(seed=0):
    """A grey room with shelves, softly lit, as people stand in front of."""
    make = np.random.default_rng(seed)
    out = np.full((720, 1280, 3), (96, 104, 112), np.float32)
    out *= np.linspace(0.8, 1.15, 1280)[None, :, None]
    for x in range(60, 1280, 170):
        cv2.rectangle(out, (x, 90), (x + 90, 560), tuple(float(v) for v in make.uniform(70, 130, 3)), -1)
    return (out + make.normal(0, 4, out.shape)).clip(0, 255).astype(np.uint8)


def person(picture, x, skin, coat=(52, 58, 70)):
    """Head and shoulders whose middle is at x; the box of the face (left, right)."""
    cv2.ellipse(picture, (x, 660), (190, 250), 0, 180, 360, coat, -1, cv2.LINE_AA)
    cv2.ellipse(picture, (x, 300), (98, 128), 0, 0, 360, tuple(c // 4 for c in skin), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (x, 325), (80, 108), 0, 0, 360, skin, -1, cv2.LINE_AA)
    for side in (-32, 32):
        cv2.circle(picture, (x + side, 305), 9, (40, 30, 28), -1, cv2.LINE_AA)
    cv2.ellipse(picture, (x, 378), (30, 10), 0, 0, 180, tuple(int(c * 0.6) for c in skin), -1, cv2.LINE_AA)
    return x - 80, x + 80


def small(picture):
    return cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("x", [240, 420, 860, 1060])
def test_a_face_stays_whole_beside_bright_things(x, skin):
    picture = room(x)
    left, right = person(picture, x, skin)
    beside = x + 290 if x < 640 else x - 290
    for y in (120, 330, 540):  # bottles on a shelf, so far away that not all of both fits
        cv2.rectangle(picture, (beside - 26, y), (beside + 26, y + 110), (40, 90, 240) if y == 330 else (240, 230, 60), -1)
    map_ = salience(small(picture))
    corner, _ = best_corner(map_, (SIZE[0] - CUT[0], 0.0), CUT, SIZE)
    assert corner <= left
    assert right <= corner + CUT[0]


def test_a_wall_in_the_colour_of_skin_is_no_face():
    picture = np.full((36, 64, 3), (205, 150, 115), np.uint8)
    picture[12:24, 44:56] = (30, 60, 200)
    map_ = salience(picture)
    assert map_[12:24, 44:56].mean() > 4 * map_[12:24, 8:20].mean()


def test_a_thing_that_fits_is_not_cut_though_more_lies_beside_it():
    map_ = np.full((36, 64), 0.01)
    map_[10:26, 30:44] = 1.0  # 280 px wide in the frame
    map_[5:31, 8:24] = 0.45  # weaker, and larger: together they do not fit
    assert main_object(map_)[18, 37]
    assert not main_object(map_)[18, 15]
    x, _ = best_corner(map_ / map_.sum(), (SIZE[0] - CUT[0], 0.0), CUT, SIZE)
    assert x <= 30 * 20
    assert x + CUT[0] >= 44 * 20
    assert kept_share(map_, (x, 0.0), CUT, SIZE) == pytest.approx((224 + 0.45 * 26 * max(0, 24 - x / 20)) / (224 + 0.45 * 416),
                                                                 abs=0.05)


def test_two_people_apart_are_said_to_be_cut_and_one_is_not(place):
    both, alone = room(1), room(2)
    for x in (180, 1100):
        person(both, x, SKINS[0])
    person(alone, 420, SKINS[0])
    said = {}
    for name, picture in (("both", both), ("alone", alone)):
        clip = torch.from_numpy(cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)).float()[None].expand(3, -1, -1, -1)
        order = Order(parse_channels("vertical_9x16, youtube_16x9, web_responsive"), Shot("a", name), Rights.parse("alt: people"))
        said[name] = [f for f in export_channels(clip / 255, order).findings if f.check == "publish.subject"]
    assert {f.file.rsplit("/", 1)[1] for f in said["both"]} == {"a_both_vertical_9x16_v001.mp4",
                                                                "a_both_web_responsive_v001_portrait_w288.jpg"}
    upright = next(f for f in said["both"] if f.file.endswith(".mp4"))
    assert upright.verdict == "warn"
    assert 0.3 < upright.value < 0.8
    assert {f.verdict for f in said["alone"]} == {"pass"}
