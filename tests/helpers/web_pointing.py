"""Pointing at a picture in a widget, in the picture's own pixels."""

import re

SIGN = "259.4,59.2 628.3,51.1 628.3,302.4 259.4,302.5"


def sign_scene(canvas):
    """Example Shot and Track Surface on it, at the corners `SIGN`; both nodes and the editor, once it shows its picture."""
    shot, track = canvas.add("RaccordExampleShot", (40, 40)), canvas.add("RaccordTrackSurface", (400, 40), corners=SIGN)
    canvas.wire(shot, 0, track, "clip")
    editor = canvas.page.locator(".rc-quad")
    editor.locator(".rc-plane img").wait_for()
    return shot, track, editor


def shot_scene(canvas):
    """Track Surface and Guard Continuity on the example shot: corners and zones; the first of them."""
    shot, track = canvas.add("RaccordExampleShot", (40, 40)), canvas.add("RaccordTrackSurface", (300, 40), corners=SIGN)
    guard = canvas.add("RaccordContinuityGuard", (760, 40), watch_zones="sign: 0.27 0.11 0.38 0.45")
    canvas.wire(shot, 0, track, "clip")
    canvas.wire(shot, 0, guard, "clip")
    canvas.page.locator(".rc-quad .rc-plane img").wait_for()
    return track


def plane(editor):
    """Where the picture lies on the page: left, top, and page pixels for a picture's pixel."""
    return tuple(editor.locator(".rc-plane").evaluate("""e => {
        const box = e.getBoundingClientRect();
        return [box.left, box.top, box.width / e.querySelector('.rc-lines').viewBox.baseVal.width];
    }"""))


def on_page(editor, point):
    left, top, scale = plane(editor)
    return left + point[0] * scale, top + point[1] * scale


def centre(handle):
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(canvas, handle, by, steps=4):
    """Pull a handle by page pixels."""
    x, y = centre(handle)
    mouse = canvas.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + by[0], y + by[1], steps=steps)
    mouse.up()
    canvas.settle()


def pull_to(canvas, editor, handle, point):
    """Pull a handle onto a point of the picture."""
    (x, y), (to_x, to_y) = centre(handle), on_page(editor, point)
    pull(canvas, handle, (to_x - x, to_y - y))


def numbers(text):
    return [float(word) for word in re.findall(r"-?[\d.]+", text)]
