"""Rows of `brand.py` about the logo: marks composited on photographs, found or not, and how often one is found that is absent.

Marks are pictures or SVG files of a folder (SVG needs `pip install resvg-py`), one brand a file name up to its first `-`; brands
fall into two halves by a hash of that name. Photographs are the pictures of another folder, else drawn scenes.
"""

import hashlib
import io
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from brand_cards import jpeg, paste, scene
from logo_cards import drawn_logo, even_ground, intrude, overlap
from PIL import Image
from raccord.nodes.brand.logo import by_features, find_logo, marks_of
from raccord.nodes.brand.logo_room import room_of
from raccord.nodes.brand.logo_seen import pixels_of
from raccord.nodes.wires.kit import Logo
from raccord.nodes.wires.quad import Quad

WIDTHS = (48, 80, 128, 200, 320)
BARS = {48: 0.60, 80: 0.85, 128: 0.92, 200: 0.92, 320: 0.92}
JITTER, QUALITY, COLUMNS, LINES = 0.06, 85, 1280, 900
HIT = 0.10


def add_arguments(parser):
    parser.add_argument("--marks", type=Path, help="folder of marks (SVG or pictures), looked through with its sub-folders")
    parser.add_argument("--photographs", type=Path, help="folder of photographs to composite on; drawn scenes without it")
    parser.add_argument("--half", choices=("even", "odd", "all"), default="odd", help="brands by the hash of their name")
    parser.add_argument("--count", type=int, default=70, help="marks a width")
    parser.add_argument("--absent", type=int, default=1000, help="trials where another mark is in the picture")
    parser.add_argument("--widths", type=int, nargs="+", default=WIDTHS, help="widths of the composites in pixels")
    parser.add_argument("--peer", action="store_true", help="SIFT and MAGSAC alone too, in all detail: they take the most time")


def half_of(name):
    """even or odd, by a hash of the brand's name."""
    return ("even", "odd")[hashlib.sha256(name.encode()).digest()[0] % 2]


def read_mark(path):
    """A mark as RGBA float32 cut to what is visible, 512 px on its long side; None where nothing is."""
    if path.suffix.lower() == ".svg":
        import resvg_py

        data = bytes(resvg_py.svg_to_bytes(svg_string=path.read_text("utf8"), width=1024))
        picture = Image.open(io.BytesIO(data)).convert("RGBA")
    else:
        picture = Image.open(path).convert("RGBA")
    box = picture.getchannel("A").point(lambda v: 255 * (v > 5)).getbbox()
    if box is None:
        return None
    picture = picture.crop(box)
    scale = 512 / max(picture.size)
    soft = np.asarray(picture, np.float32) / 255
    soft[..., :3] *= soft[..., 3:]
    size = [max(2, round(n * scale)) for n in picture.size]
    soft = cv2.resize(soft, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    soft[..., :3] /= np.maximum(soft[..., 3:], 1e-4)
    return np.clip(soft, 0, 1)


def marks_in(options):
    """(name, RGBA) of one mark a brand of the half, in an order of no meaning; colours before outlines."""
    chosen = {}
    for path in sorted(options.marks.rglob("*")):
        if path.suffix.lower() not in (".svg", ".png", ".webp") or "fonts" in path.parts:
            continue
        brand = path.stem.split("-")[0]
        if options.half in ("all", half_of(brand)):
            chosen.setdefault(brand, []).append(path)
    order = sorted(chosen, key=lambda brand: hashlib.sha256(f"order {brand}".encode()).digest())
    out = []
    for brand in order:
        files = [p for p in chosen[brand] if "original" in p.stem] or chosen[brand]
        pick = files[hashlib.sha256(f"pick {brand}".encode()).digest()[0] % len(files)]
        mark = read_mark(pick)
        if mark is not None and 1 / 6 < mark.shape[1] / mark.shape[0] < 6:
            out.append((pick.stem, mark))
        if len(out) >= options.count:
            break
    return out


def photographs(folder):
    """Photographs (H, 1280, 3) float32 of at most 900 lines."""
    if folder is None:
        return [scene(seed, (LINES, COLUMNS)).numpy() for seed in range(8)]
    out = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".png", ".webp")):
        rgb = np.asarray(Image.open(path).convert("RGB"), np.float32) / 255
        scale = COLUMNS / rgb.shape[1]
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        rgb = cv2.resize(rgb, (COLUMNS, round(rgb.shape[0] * scale)), interpolation=how)
        top = max(0, rgb.shape[0] - LINES) // 2
        out.append(np.clip(rgb[top:top + LINES], 0, 1))
    return out


def composite(photograph, mark, width, seed, jitter=JITTER):
    """The mark on the photograph as JPEG 85, and its corners (4, 2): each off by up to 6 % of the width either way."""
    make = np.random.default_rng(seed)
    lines, columns = photograph.shape[:2]
    height = width * mark.shape[0] / mark.shape[1]
    scale = min(1.0, 0.8 * lines / height)
    width, height = width * scale, height * scale
    room = 2 * jitter * width + 2
    x, y = make.uniform(room, columns - width - room), make.uniform(room, max(room + 1e-3, lines - height - room))
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
    corners += make.uniform(-jitter, jitter, (4, 2)) * width
    left, top = np.floor(corners.min(0)).astype(int) - 1
    right, low = np.ceil(corners.max(0)).astype(int) + 1
    left, top, right, low = max(left, 0), max(top, 0), min(right, columns), min(low, lines)
    fine = 4
    soft = np.dstack((mark[..., :3] * mark[..., 3:], mark[..., 3:])).astype(np.float32)
    reduce = max(mark.shape[1] / (fine * width), 1.0)
    soft = cv2.resize(soft, None, fx=1 / reduce, fy=1 / reduce, interpolation=cv2.INTER_AREA)
    own = np.float32([[0, 0], [soft.shape[1], 0], soft.shape[1::-1], [0, soft.shape[0]]])
    matrix = cv2.getPerspectiveTransform(own - 0.5, ((corners - (left, top)) * fine - 0.5).astype(np.float32))
    layer = cv2.warpPerspective(soft, matrix, ((right - left) * fine, (low - top) * fine), flags=cv2.INTER_LINEAR)
    layer = cv2.resize(layer, (right - left, low - top), interpolation=cv2.INTER_AREA)
    out = photograph.copy()
    out[top:low, left:right] = layer[..., :3] + out[top:low, left:right] * (1 - layer[..., 3:])
    return jpeg(torch.from_numpy(out).clamp(0, 1), QUALITY), corners


def wilson(hits, count, z=1.96):
    """95 % interval of a share."""
    p = hits / count
    middle, half = p + z * z / (2 * count), z * np.sqrt(p * (1 - p) / count + z * z / (4 * count**2))
    return (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)


def off(found, corners):
    """Largest corner error as a share of the mark's width."""
    across = np.linalg.norm(corners[1] - corners[0]) / 2 + np.linalg.norm(corners[2] - corners[3]) / 2
    return float(np.linalg.norm(found.quad.array - corners, axis=1).max() / across)


def peers(options):
    """What looks for a mark, by name."""
    peer = {"SIFT, MAGSAC": lambda picture, marks: by_features(pixels_of(picture), marks, 1920 * 1440)} if options.peer else {}
    return {"ours": find_logo, **peer}


def recall(options):
    marks, photos, looks = marks_in(options), photographs(options.photographs), peers(options)
    ready = [marks_of((Logo(torch.from_numpy(mark)),)) for _, mark in marks]
    print(f"logo: {len(marks)} marks ({options.half}), {len(photos)} photographs, jitter {JITTER:.0%}, JPEG {QUALITY}")
    for width in options.widths:
        hits, other, spent = dict.fromkeys(looks, 0), dict.fromkeys(looks, 0), dict.fromkeys(looks, 0.0)
        for i, (_, mark) in enumerate(marks):
            picture, corners = composite(photos[(7 * i + width) % len(photos)], mark, width, 1000 * width + i)
            for name, look in looks.items():
                start = time.process_time()
                found = look(picture, ready[i])
                spent[name] += time.process_time() - start
                hits[name] += found is not None and off(found, corners) < HIT
                other[name] += found is not None and off(found, corners) >= HIT
        for name in looks:
            low, high = wilson(hits[name], len(marks))
            print(f"logo {width:4} px {name:14} recall {hits[name] / len(marks):.2f} ({low:.2f}..{high:.2f}), "
                  f"elsewhere {other[name]}, {1000 * spent[name] / len(marks):.0f} ms work (bar {BARS.get(width)})", flush=True)


def absent(options):
    marks, photos, looks = marks_in(options), photographs(options.photographs), peers(options)
    ready = [marks_of((Logo(torch.from_numpy(mark)),)) for _, mark in marks]
    wrong, spent = dict.fromkeys(looks, 0), []
    for trial in range(options.absent):
        i = trial % len(marks)
        j = (i + 1 + trial // len(marks)) % len(marks)
        picture, _ = composite(photos[trial % len(photos)], marks[j][1], WIDTHS[trial % 5], 10**6 + trial)
        for name, look in looks.items():
            start = time.process_time()
            wrong[name] += look(picture, ready[i]) is not None
            spent += [time.process_time() - start] * (name == "ours")
    print(f"logo absent, another mark there: {', '.join(f'{name} {count}' for name, count in wrong.items())} of {options.absent} "
          f"found, {1000 * np.median(spent):.0f} ms of work (bar 0 of 260)")


def room(_options):
    """The box of what intrudes on the clear space of drawn logos, where the logo is known to be."""
    shares = []
    for seed in range(60):
        drawn = drawn_logo(seed)
        box = (200 + seed % 50, 150 + seed % 40, 120, round(120 * drawn.rgba.shape[0] / drawn.rgba.shape[1]))
        clean = paste(even_ground(seed), drawn.rgba, box[:2], 120)
        picture, truth = intrude(clean, box, drawn.clear_space, seed)
        found = room_of(jpeg(picture, 90), drawn, Quad.rectangle(*box))
        shares.append(overlap(found.thing, truth) if found and found.thing else 0.0)
    print(f"clear space: box of what intrudes, IoU >= 0.5 in {np.mean(np.array(shares) >= 0.5):.2f} of {len(shares)} (bar 0.90), "
          f"lowest {min(shares):.2f}")


ROWS = {"logo": recall, "absent": absent, "room": room}
