"""The zone editor: rectangles on the picture, and the lines that they become."""

import pytest
from web_pointing import centre, numbers, on_page, plane, pull, pull_to

LINES = "sign: 0.27 0.11 0.38 0.45\n\ndoor: 0.83 0.42 0.12 0.52 #FFFFFF 48px @web_hero"


@pytest.fixture
def scene(canvas):
    """Guard Continuity with two regions, and its editor."""
    shot = canvas.add("RaccordExampleShot", (40, 40))
    guard = canvas.add("RaccordContinuityGuard", (420, 40), watch_zones=LINES)
    canvas.wire(shot, 0, guard, "clip")
    editor = canvas.page.locator(".rc-zones")
    editor.locator(".rc-plane img").wait_for()
    return canvas, guard, editor


def sent(canvas, node):
    """Lines that reach /prompt."""
    return canvas.prompt()[str(node)]["inputs"]["watch_zones"].split("\n")


def test_moving_a_zone_changes_its_line_alone(scene):
    canvas, node, editor = scene
    pull(canvas, editor.locator(".rc-middle").nth(1), (-20, 6))
    per_pixel, now = plane(editor)[2], sent(canvas, node)
    assert now[:2] == LINES.split("\n")[:2]
    assert numbers(now[2])[:4] == pytest.approx([0.83 - 20 / per_pixel / 960, 0.42 + 6 / per_pixel / 540, 0.12, 0.52], abs=0.003)
    assert now[2].startswith("door: ")
    assert now[2].endswith(" #FFFFFF 48px @web_hero")


def test_corners_change_the_size_and_stay_in_the_picture(scene):
    canvas, node, editor = scene
    pull_to(canvas, editor, editor.locator(".rc-handle").nth(1), (1100, 324))
    assert numbers(sent(canvas, node)[0]) == pytest.approx([0.27, 0.11, 0.73, 0.49], abs=0.003)
    pull_to(canvas, editor, editor.locator(".rc-handle").nth(0), (480, 108))
    assert numbers(sent(canvas, node)[0]) == pytest.approx([0.5, 0.2, 0.5, 0.4], abs=0.003)


def test_arrow_keys_push_by_a_tenth_and_with_shift_by_one(scene):
    canvas, node, editor = scene
    editor.locator(".rc-middle").first.focus()
    for key in ("ArrowRight", "Shift+ArrowDown"):
        canvas.page.keyboard.press(key)
    assert numbers(sent(canvas, node)[0])[:2] == pytest.approx([0.27 + 0.1 / 960, 0.11 + 1 / 540], abs=0.00001)


def test_a_zone_is_added_and_removed(scene):
    canvas, node, editor = scene
    editor.get_by_role("button", name="Add").click()
    assert sent(canvas, node) == [LINES.split("\n")[0], LINES.split("\n")[2], "zone 3: 0.36 0.36 0.4 0.2"]
    editor.get_by_role("button", name="Remove door").click()
    assert [line.split(":")[0] for line in sent(canvas, node)] == ["sign", "zone 3"]
    editor.get_by_role("button", name="Take back the last change").click()
    assert [line.split(":")[0] for line in sent(canvas, node)] == ["sign", "door", "zone 3"]


def test_names_are_shown_as_text(scene):
    canvas, node, editor = scene
    canvas.type(node, "watch_zones", "<b>of</b> the 'door': 0.5 0.5 0.25 0.25")
    assert "✕ <b>of</b> the 'door'" in editor.inner_text()
    assert editor.locator(".rc-middle").inner_text() == "<b>of</b> the 'door'"


def test_typing_moves_the_rectangles_and_a_bad_line_stays(scene):
    canvas, node, editor = scene
    canvas.type(node, "watch_zones", "what is this\nsign: 0.5 0.5 0.25 0.25")
    assert centre(editor.locator(".rc-handle").nth(0)) == pytest.approx(on_page(editor, (480, 270)), abs=1)
    pull(canvas, editor.locator(".rc-middle"), (10, 0))
    assert sent(canvas, node)[0] == "what is this"


def test_without_zones_there_is_no_picture_until_one_is_added(canvas):
    kit = canvas.add("RaccordBrandKit", (420, 40))
    editor = canvas.page.locator(".rc-zones")
    assert editor.locator(".rc-stage").is_hidden()
    assert "Run once" not in editor.inner_text()
    editor.get_by_role("button", name="Add").click()
    canvas.settle()
    assert "Run once" in editor.inner_text()
    line = canvas.value(kit, "text_zones")
    assert line == "zone 1: 0.32 0.32 0.4 0.2"


@pytest.fixture
def stamp(canvas):
    """Stamp Plate, whose placement counts until there are corners."""
    photo, plate = canvas.add("LoadImage", (40, 40), image="frame.png"), canvas.add("RaccordStampPlate", (420, 40))
    canvas.wire(photo, 0, plate, "image")
    editor = canvas.page.locator(".rc-quad")
    editor.locator(".rc-plane img").wait_for()
    return canvas, plate, editor


def test_a_placement_stays_upright_and_inside(stamp):
    canvas, node, editor = stamp
    pull_to(canvas, editor, editor.locator(".rc-handle:not(.rc-middle)").nth(1), (320, 2000))
    wide, high = editor.locator(".rc-plane img").evaluate("i => [i.naturalWidth, i.naturalHeight]")
    assert (wide, high) == (640, 480)
    given = canvas.prompt()[str(node)]["inputs"]
    assert numbers(given["placement"]) == pytest.approx([0.02, 0.68, 0.48, 0.32], abs=0.01)
    assert given["corners"] == ""


def test_a_placement_becomes_four_free_corners_and_back(stamp):
    canvas, node, editor = stamp
    editor.get_by_role("button", name="Upright rectangle").click()
    free = numbers(canvas.value(node, "corners"))
    assert free == pytest.approx([12.8, 326.4, 204.8, 326.4, 204.8, 470.4, 12.8, 470.4], abs=0.1)
    pull(canvas, editor.locator(".rc-handle:not(.rc-middle)").nth(1), (12, 7))
    assert numbers(canvas.value(node, "corners"))[2] > 210
    assert canvas.value(node, "placement") == "0.02 0.68 0.3 0.3"
    editor.get_by_role("button", name="Upright rectangle").click()
    assert canvas.value(node, "corners") == ""
