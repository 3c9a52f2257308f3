"""What the example shot shows: a brick wall with an enamel sign, and a car. Drawn here, so that it belongs to nobody else.

Pictures are drawn at twice their size and reduced, which is all the antialiasing they need.
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ..image.layout import from_uint8

WALL = (1360, 820)  # width, height in wall pixels, about a pixel of the frame each
SIGN = (470, 190, 390, 250)  # x, y, width, height on the wall
CAR = (620, 230)
DOOR_LOGO = (217, 96, 84, 84)  # x, y, width, height on the car
_BRICK, _MORTAR, _ENAMEL, _CREAM, _RED = (142, 82, 62), (170, 158, 146), (22, 54, 82), (240, 232, 214), (206, 58, 44)
_DOOR = (_CREAM, _ENAMEL, _RED, _ENAMEL)  # the roundel on the car
_LINES = ("Every shot is matched to the one before it.", "Plates, markers and tracks leave with the film.",
          "Est. 1895 · Lab and editing · second door left")
_FINE_PRINT = ("No. 24 bis · Open from the first slate to the last frame · Ring twice for dailies, once for reshoots",
               "Rushes are kept for seven years. Frames lost in transit are found by their numbers.")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _bricks(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    wall = Image.new("RGB", (width, height), _MORTAR)
    draw = ImageDraw.Draw(wall)
    for row, y in enumerate(range(0, height, 52)):
        for x in range(-80 if row % 2 else 0, width, 160):
            shade = rng.normal(1.0, 0.09) * np.array(_BRICK) + rng.normal(0, 5, 3)
            w, h = 152 + int(rng.integers(-3, 3)), 45 + int(rng.integers(-2, 2))
            draw.rounded_rectangle((x, y, x + w, y + h), 5, fill=tuple(int(v) for v in shade.clip(20, 235)))
    coarse = rng.normal(0, 1, (height // 40 + 1, width // 40 + 1))
    stains = np.asarray(Image.fromarray(coarse.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC))
    specks = Image.fromarray(rng.normal(0, 14, (height // 3, width // 3)).astype(np.float32))
    grit = rng.normal(0, 7, (height, width)) + np.asarray(specks.resize((width, height), Image.Resampling.BICUBIC))
    lit = np.linspace(1.08, 0.82, width)[None] * np.linspace(1.03, 0.92, height)[:, None]
    values = np.asarray(wall, float) * (lit * (1 + 0.06 * stains))[..., None] + grit[..., None]
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _roundel(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colours: tuple, edge: int) -> None:
    """The mark of the house: two wedges that meet. Colours: disc, left wedge, right wedge, edge."""
    disc, left, right, rim = colours
    inset = (box[2] - box[0]) * 0.18
    wedges = (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)
    draw.ellipse(box, fill=disc, outline=rim, width=edge)
    draw.pieslice(wedges, -60, 60, fill=right)
    draw.pieslice(wedges, 120, 240, fill=left)


def _weather(wall: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Dust, scratches and rust on enamel: what years leave, and what a tracker holds on to."""
    rng = np.random.default_rng(24)
    part = np.asarray(wall.crop(box), float)
    height, width = part.shape[:2]
    coarse = Image.fromarray(rng.normal(0, 5, (height // 24, width // 24)).astype(np.float32))
    dust = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)) + rng.normal(0, 3, (height, width))
    wall.paste(Image.fromarray((part + dust[..., None]).clip(0, 255).astype(np.uint8)), box[:2])
    draw = ImageDraw.Draw(wall)
    for _ in range(46):
        x, y = (int(rng.integers(box[i] + 30, box[i + 2] - 30)) for i in (0, 1))
        turn, length = float(rng.uniform(0, np.pi)), float(rng.uniform(4, 26))
        draw.line((x, y, x + length * np.cos(turn), y + length * np.sin(turn)), fill=(96, 116, 132), width=1)
    for x in (box[0] + 30, box[2] - 30):
        for k in range(26):
            draw.line((x - 3, box[1] + 34 + k, x + 3, box[1] + 34 + k), fill=(104 - 2 * k, 66, 48 + k))


def _sign(wall: Image.Image) -> None:
    x, y, w, h = (2 * v for v in SIGN)
    shadow = Image.new("L", wall.size)
    ImageDraw.Draw(shadow).rounded_rectangle((x + 14, y + 18, x + w + 14, y + h + 18), 26, fill=150)
    wall.paste((18, 14, 12), mask=shadow.filter(ImageFilter.GaussianBlur(12)))
    draw = ImageDraw.Draw(wall)
    draw.rounded_rectangle((x, y, x + w, y + h), 26, fill=_CREAM)
    draw.rounded_rectangle((x + 10, y + 10, x + w - 10, y + h - 10), 20, fill=_ENAMEL)
    draw.rounded_rectangle((x + 20, y + 20, x + w - 20, y + h - 20), 14, outline=_CREAM, width=4)
    _roundel(draw, (x + 50, y + 50, x + 210, y + 210), (_RED, _CREAM, _CREAM, _CREAM), 6)
    draw.text((x + 240, y + 52), "RACCORD", font=_font(104), fill=_CREAM)
    draw.text((x + 246, y + 164), "film lab  ·  match  ·  move", font=_font(40), fill=(226, 190, 120))
    for i, line in enumerate(_LINES):
        draw.text((x + 52, y + 248 + i * 50), line, font=_font(33), fill=_CREAM)
    for i, line in enumerate(_FINE_PRINT):
        draw.text((x + 52, y + 410 + i * 26), line, font=_font(16), fill=_CREAM)
    _weather(wall, (x, y, x + w, y + h))
    for cx, cy in ((x + 30, y + 30), (x + w - 30, y + 30), (x + 30, y + h - 30), (x + w - 30, y + h - 30)):
        draw.ellipse((cx - 7, cy - 7, cx + 7, cy + 7), fill=(120, 116, 108))


def _furniture(wall: Image.Image) -> None:
    draw = ImageDraw.Draw(wall)
    draw.rectangle((0, 1300, 2720, 1640), fill=(74, 72, 70))  # the pavement
    for x in range(0, 2720, 170):
        draw.line((x, 1300, x - 60, 1640), fill=(58, 56, 55), width=4)
    draw.rectangle((0, 1282, 2720, 1306), fill=(104, 100, 96))
    draw.rectangle((150, 300, 610, 1010), fill=(96, 84, 70))
    for i in range(2):
        for j in range(3):
            box = (176 + i * 212, 326 + j * 228, 372 + i * 212, 536 + j * 228)
            draw.rectangle(box, fill=(40 + 12 * j, 56 + 10 * j, 70 + 8 * i))
            glint = ((box[0] + 20, box[3]), (box[0] + 70, box[3]), (box[2] - 10, box[1]), (box[2] - 60, box[1]))
            draw.polygon(glint, fill=(72, 92, 108))
    draw.rectangle((1990, 520, 2390, 1300), fill=(58, 74, 60))
    for j in range(3):
        draw.rectangle((2030, 560 + j * 240, 2350, 760 + j * 240), outline=(38, 50, 40), width=10)
    draw.ellipse((2320, 900, 2350, 930), fill=(196, 168, 96))
    draw.text((2120, 470), "24 bis", font=_font(44), fill=_CREAM)
    draw.rectangle((1880, 0, 1912, 1290), fill=(92, 88, 84))
    for y in range(120, 1290, 300):
        draw.rectangle((1868, y, 1924, y + 22), fill=(66, 62, 60))


def draw_wall() -> torch.Tensor:
    """The wall as (1, 820, 1360, 3), encoded sRGB."""
    rng = np.random.default_rng(1895)
    wall = _bricks(rng, 2 * WALL[0], 2 * WALL[1])
    _furniture(wall)
    _sign(wall)
    return from_uint8(np.asarray(wall.resize(WALL, Image.Resampling.BOX)))[None]


def draw_car() -> torch.Tensor:
    """A car from its side as (1, 230, 620, 4), straight alpha."""
    w, h = 2 * CAR[0], 2 * CAR[1]
    car = Image.new("RGBA", (w, h))
    draw = ImageDraw.Draw(car)
    draw.ellipse((60, h - 60, w - 60, h - 6), fill=(10, 10, 12, 150))
    body = ((40, 330), (60, 210), (300, 180), (420, 60), (820, 50), (980, 170), (1170, 210), (1206, 340))
    draw.polygon(body, fill=(232, 186, 60, 255))
    draw.rounded_rectangle((36, 200, 1208, 392), 60, fill=(232, 186, 60, 255))
    draw.polygon(((330, 180), (436, 82), (600, 76), (600, 180)), fill=(52, 66, 78, 255))
    draw.polygon(((624, 180), (624, 76), (808, 72), (930, 180)), fill=(52, 66, 78, 255))
    draw.polygon(((470, 180), (540, 80), (580, 79), (520, 180)), fill=(98, 120, 136, 255))
    draw.line((612, 80, 612, 380), fill=(150, 116, 30, 255), width=5)
    draw.rounded_rectangle((352, 190, 612, 384), 12, outline=(150, 116, 30, 255), width=5)
    draw.rounded_rectangle((560, 214, 598, 226), 5, fill=(90, 72, 30, 255))
    draw.rectangle((36, 300, 1208, 316), fill=(206, 58, 44, 255))
    x, y, lw, lh = (2 * v for v in DOOR_LOGO)
    _roundel(draw, (x, y, x + lw, y + lh), _DOOR, 8)
    draw.text((x + lw + 22, y + 112), "TAXI 24 bis", font=_font(34), fill=(22, 54, 82, 255))
    for cx in (270, 960):
        draw.ellipse((cx - 84, 300, cx + 84, 468 - 16), fill=(24, 24, 26, 255))
        draw.ellipse((cx - 44, 334, cx + 44, 422), fill=(168, 168, 172, 255))
        draw.ellipse((cx - 14, 364, cx + 14, 392), fill=(60, 60, 64, 255))
    draw.ellipse((1150, 236, 1200, 286), fill=(250, 244, 210, 255))
    draw.rounded_rectangle((44, 236, 74, 286), 8, fill=(190, 30, 26, 255))
    small = np.asarray(car.resize(CAR, Image.Resampling.BOX))
    return from_uint8(small)[None]


def draw_graphic() -> torch.Tensor:
    """The car's roundel as a studio would hand it over: (1, 512, 512, 4), straight alpha."""
    logo = Image.new("RGBA", (1024, 1024))
    _roundel(ImageDraw.Draw(logo), (16, 16, 1008, 1008), tuple((*colour, 255) for colour in _DOOR), 92)
    return from_uint8(np.asarray(logo.resize((512, 512), Image.Resampling.BOX)))[None]
