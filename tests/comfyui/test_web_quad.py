"""The quad editor: the picture that arrives, corners that are pulled, pushed and typed, and what reaches /prompt."""

import pytest
from web_pointing import SIGN, centre, numbers, on_page, plane, pull, pull_to, sign_scene


@pytest.fixture
def scene(canvas):
    """Example Shot and Track Surface on it; the page, the node and its editor."""
    _, track, editor = sign_scene(canvas)
    return canvas, track, editor


def handles(editor):
    """The four corners, without what moves all of them."""
    return editor.locator(".rc-handle:not(.rc-middle)")


def sent(canvas, node):
    """Corners that reach /prompt."""
    return numbers(canvas.prompt()[str(node)]["inputs"]["corners"])


def test_the_picture_is_there_before_any_run(scene):
    _, _, editor = scene
    assert editor.locator(".rc-plane img").evaluate("i => [i.naturalWidth, i.naturalHeight]") == [960, 540]


@pytest.mark.parametrize("scale", [1, 0.45, 1.6])
def test_a_pull_moves_one_corner_and_reaches_the_prompt(scene, scale):
    canvas, node, editor = scene
    canvas.zoom(scale, (380, 30))
    per_pixel = plane(editor)[2]
    pull(canvas, handles(editor).nth(1), (24, -9))
    now = sent(canvas, node)
    assert now[2:4] == pytest.approx([628.3 + 24 / per_pixel, 51.1 - 9 / per_pixel], abs=0.6 / per_pixel)
    assert now[:2] + now[4:] == [259.4, 59.2, 628.3, 302.4, 259.4, 302.5]


def test_a_corner_lands_where_the_pointer_is_let_go(scene):
    canvas, node, editor = scene
    pull_to(canvas, editor, handles(editor).nth(3), (300, 400))
    assert sent(canvas, node)[6:] == pytest.approx([300, 400], abs=1 / plane(editor)[2])


def test_the_value_has_the_form_of_the_contract(scene):
    canvas, node, editor = scene
    pull(canvas, handles(editor).nth(0), (-7, 5))
    words = canvas.value(node, "corners").split(" ")
    assert words[1:] == SIGN.split(" ")[1:]
    assert all(number == f"{float(number):g}" for number in words[0].split(","))


def test_typing_moves_the_corners(scene):
    canvas, node, editor = scene
    canvas.type(node, "corners", "100,50 200,60 210,160 90,150")
    for i, point in enumerate([(100, 50), (200, 60), (210, 160), (90, 150)]):
        assert centre(handles(editor).nth(i)) == pytest.approx(on_page(editor, point), abs=1)


def test_arrow_keys_push_by_a_tenth_and_with_shift_by_one(scene):
    canvas, node, editor = scene
    handles(editor).nth(0).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        canvas.page.keyboard.press(key)
    assert sent(canvas, node)[:2] == pytest.approx([259.6, 60.1])
    assert canvas.value(node, "corners").startswith("259.6,60.1 ")


def test_without_corners_a_quad_waits_to_be_pulled(scene):
    canvas, node, editor = scene
    canvas.type(node, "corners", "")
    assert "Pull the four corners" in editor.inner_text()
    assert canvas.value(node, "corners") == ""
    pull_to(canvas, editor, handles(editor).nth(2), (700, 430))
    assert sent(canvas, node) == pytest.approx([240, 135, 720, 135, 700, 430, 240, 405], abs=1 / plane(editor)[2])


@pytest.mark.parametrize("text", ["10,20 30", "1,2,3 4,5 6,7 8,9"])
def test_a_text_that_is_no_quad_is_told(scene, text):
    canvas, node, editor = scene
    canvas.type(node, "corners", text)
    assert "not four corners" in editor.inner_text()
    assert canvas.value(node, "corners") == text


def test_the_lens_shows_the_pixels_under_the_corner(scene):
    canvas, _, editor = scene
    lens = editor.locator(".rc-lens")
    assert lens.is_hidden()
    handles(editor).nth(0).focus()
    assert lens.is_visible()
    assert lens.evaluate("c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size") > 30
    canvas.page.mouse.click(5, 500)
    assert lens.is_hidden()


def test_zoom_and_pan_leave_the_corners_alone(scene):
    canvas, node, editor = scene
    stage = editor.locator(".rc-stage")
    before = plane(editor)
    editor.get_by_role("button", name="Zoom in").click()
    stage.focus()
    canvas.page.keyboard.press("ArrowRight")
    box = stage.bounding_box()
    canvas.page.mouse.move(box["x"] + 40, box["y"] + 40)
    canvas.page.mouse.wheel(0, -300)
    canvas.settle()
    assert plane(editor)[2] > 1.9 * before[2]
    for i, point in enumerate([(259.4, 59.2), (628.3, 51.1), (628.3, 302.4), (259.4, 302.5)]):
        if handles(editor).nth(i).is_visible():
            assert centre(handles(editor).nth(i)) == pytest.approx(on_page(editor, point), abs=1)
    assert canvas.value(node, "corners") == SIGN
    editor.get_by_role("button", name="Show the whole picture").click()
    assert plane(editor) == pytest.approx(before)


def test_the_wheel_belongs_to_the_canvas_until_the_picture_is_chosen(scene):
    canvas, _, editor = scene
    box, before = editor.locator(".rc-stage").bounding_box(), canvas.page.evaluate("app.canvas.ds.scale")
    canvas.page.evaluate("document.activeElement.blur()")
    canvas.page.mouse.move(box["x"] + 60, box["y"] + 60)
    canvas.page.mouse.wheel(0, 200)
    canvas.settle()
    assert canvas.page.evaluate("app.canvas.ds.scale") < before


def test_wired_corners_are_read_only(scene):
    canvas, node, editor = scene
    text = canvas.add("PrimitiveString", (40, 420), value=SIGN)
    canvas.wire(text, 0, node, "corners")
    assert "come by wire" in editor.inner_text()
    assert handles(editor).nth(0).is_disabled()


SURFACES = [{"corners": [[10, 10], [200, 12], [198, 150], [12, 148]], "sentence": "A sign."},
            {"corners": [[400, 100], [700, 90], [710, 300], [405, 310]], "sentence": "<b>A wall</b>"}]


@pytest.fixture
def proposed(scene):
    """As `scene`, with surfaces that Find Surfaces has told of."""
    canvas, track, editor = scene
    find = canvas.add("RaccordFindSurfaces", (40, 420))
    shot = canvas.page.evaluate("app.graph.nodes.find(n => n.type === 'RaccordExampleShot').id")
    canvas.wire(shot, 0, find, "clip")
    canvas.page.evaluate("""([id, surfaces]) => {
        app.nodeOutputs[id] = { raccord: [{ surfaces }] };
        app.graph.nodes.forEach(node => node.onExecuted?.({}));
    }""", [str(find), SURFACES])
    canvas.settle()
    return canvas, track, editor, find


def test_a_click_takes_a_proposed_surface(proposed):
    canvas, track, editor, _ = proposed
    canvas.page.mouse.click(*on_page(editor, (690, 120)))
    assert sent(canvas, track) == [400, 100, 700, 90, 710, 300, 405, 310]
    editor.get_by_role("button", name="Take surface 0. A sign.").click()
    assert sent(canvas, track) == [10, 10, 200, 12, 198, 150, 12, 148]


def test_a_wired_surface_wins_and_is_chosen_by_number(proposed):
    canvas, track, editor, find = proposed
    canvas.wire(find, 0, track, "surface")
    assert "wired surface counts (number 0)" in editor.inner_text()
    editor.get_by_role("button", name="Take surface 1.").click()
    canvas.settle()
    assert canvas.prompt()[str(track)]["inputs"]["surface_index"] == 1
    assert canvas.value(track, "corners") == SIGN
    assert centre(handles(editor).nth(2)) == pytest.approx(on_page(editor, (710, 300)), abs=1)
