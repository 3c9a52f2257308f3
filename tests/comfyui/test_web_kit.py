"""The kit editor and its pipette on the canvas: what they show, and what reaches the prompt."""

import numpy as np
import pytest
from PIL import Image
from raccord.nodes.wires.kit_colours import parse_colours

PALETTE = "#E63C28 primary 40%\n#FFFFFF secondary, #14143C accent 10% ~8\n# a note\n#7D4E40"
TEXTS = [
    PALETTE, "", "  \n\n", "#fff", "#fff;#000,#123 a", "#E63C28 primary 40% ~5", "#12345", "hello #123456",
    "#123456 40% 50%", "#123456 role other", "#123456 ~0", "#123456 ~101", "#123456 0%", "#123456 100.5%",
    "#123456 .5% ~1.", "#123456 %", "#123456 ~", "#ABC\r\n#DEF", "#ABC #abc", "#AABBCC #abc", "#123456 été_2",
    "#123456 2x", "#123456 -a", "#123456 a-b", "#123456 nan%", "#", "#123456 -5%", "#123456#654321", "#123456, role",
    "a,b", "#123456\u3000role", "#fff <script>", "\u200f#123456", "#123456 ½",
]


@pytest.fixture
def node(canvas):
    return canvas.add("RaccordBrandKit", at=(420, 60), palette=PALETTE, banned="#00A0FF ~8")


def field(canvas, name):
    return canvas.page.get_by_label(name, exact=True)


def press(canvas, name):
    canvas.page.get_by_role("button", name=name, exact=True).click()


def test_texts_are_read_as_the_node_reads_them(module_canvas):
    """For every text: the same colours where the node takes it, a fault where it stops; and the pieces are the whole of it."""
    read = module_canvas.page.evaluate("""async texts => {
        const { pieces } = await import("/extensions/comfyui-raccord/kit/text.js");
        return texts.map(text => pieces(text)).map(all => [all.map(one => one.text).join(""), all.some(one => one.fault),
            all.filter(one => one.colour).map(({ colour: c }) => [c.hex, c.role ?? "", c.share ?? null, c.tolerance ?? 5])]);
    }""", TEXTS)
    for text, (whole, fault, colours) in zip(TEXTS, read, strict=True):
        assert whole == text
        try:
            wanted = [[c.hex, c.role, None if c.share is None else pytest.approx(100 * c.share), c.tolerance]
                      for c in parse_colours(text)]
        except ValueError:
            assert fault or len({colour[0] for colour in colours}) < len(colours), text
        else:
            assert (fault, colours) == (False, wanted), text


def test_fields_write_the_text_that_reaches_the_prompt(canvas, node):
    field(canvas, "Share of secondary #FFFFFF in the picture, in percent").fill("25")
    field(canvas, "Role of #7D4E40").fill("brick wall 2")
    field(canvas, "Tolerance of #7D4E40, in ΔE2000").fill("12")
    field(canvas, "Tolerance of accent #14143C, in ΔE2000").fill("")
    field(canvas, "Colour of primary #E63C28").fill("#aa5500")
    press(canvas, "Take out #00A0FF")
    press(canvas, "Add a banned colour")
    wanted = "#AA5500 primary 40%\n#FFFFFF secondary 25%, #14143C accent 10%\n# a note\n#7D4E40 brick-wall-2 ~12"
    inputs = canvas.prompt()[str(node)]["inputs"]
    assert (inputs["palette"], inputs["banned"]) == (wanted, "#808080")
    assert not [name for name in inputs if "raccord" in name]


def test_a_row_shows_its_share_as_a_line(canvas, node):
    shown = canvas.page.locator(".rc-colour").evaluate_all("all => all.map(e => getComputedStyle(e))"
                                                           ".map(s => [s.backgroundSize, s.backgroundImage.slice(0, 34)])")
    assert shown[0] == ["40% 3px", "linear-gradient(rgb(230, 60, 40) 0"]
    assert [size for size, _ in shown] == ["40% 3px", "0% 3px", "10% 3px", "0% 3px", "0% 3px"]


def test_what_would_stop_a_run_is_marked_and_kept(canvas, node):
    canvas.type(node, "banned", "#14143c\nno colour <b>x</b>\n#14143C")
    said = canvas.page.locator(".rc-kit [role=status]").all_inner_texts()
    assert [text.split("\n") for text in said] == [
        ["⚠ #14143C stands twice in the kit: a run would stop there", "⚠ This cannot be read, a run would stop there: # a note"],
        ["⚠ #14143C stands twice in the kit: a run would stop there",
         "⚠ This cannot be read, a run would stop there: no colour <b>x</b>"]]
    canvas.page.get_by_role("button", name="Take out #14143C").first.click()
    assert canvas.value(node, "banned") == "#14143C\nno colour <b>x</b>"


def test_order_by_keyboard_and_by_pulling(canvas, node):
    field(canvas, "Order of primary #E63C28: pull, or arrow keys").focus()
    canvas.page.keyboard.press("ArrowDown")
    canvas.page.keyboard.press("ArrowDown")
    moved = "#FFFFFF secondary\n#14143C accent 10% ~8, #E63C28 primary 40%\n# a note\n#7D4E40"
    assert canvas.value(node, "palette") == moved
    assert canvas.page.evaluate("document.activeElement.ariaLabel") == "Order of primary #E63C28: pull, or arrow keys"
    first = canvas.page.locator(".rc-colour").first.locator("input")
    assert [one.get_attribute("aria-label").split(" of ")[1] for one in first.all()][:2] == ["secondary #FFFFFF"] * 2
    grips = [field(canvas, f"Order of {name}: pull, or arrow keys").bounding_box() for name in ("#7D4E40", "secondary #FFFFFF")]
    canvas.page.mouse.move(grips[0]["x"] + 6, grips[0]["y"] + 10)
    canvas.page.mouse.down()
    canvas.page.mouse.move(grips[1]["x"] + 6, grips[1]["y"] + 2, steps=6)
    canvas.page.mouse.up()
    assert canvas.value(node, "palette") == "#7D4E40\n#FFFFFF secondary, #14143C accent 10% ~8\n# a note\n#E63C28 primary 40%"
    assert canvas.page.evaluate("[...app.graph.nodes[0].pos]") == [420, 60], "the node stayed"


def test_the_pipette_takes_a_pixel_by_mouse_and_by_keyboard(canvas, node):
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:, :30], pixels[:, 30:], pixels[20, 30] = (16, 32, 48), (200, 100, 50), (1, 2, 3)
    Image.fromarray(pixels).save(canvas.server.base / "input" / "two <b>.png")
    canvas.add("LoadImage", at=(900, 60), image="two <b>.png")
    press(canvas, "Take primary #E63C28 from a picture")
    point = canvas.page.locator("dialog .rc-handle")
    point.wait_for()
    taken = canvas.page.locator(".rc-taken")
    assert taken.inner_text() == "#010203"
    box = canvas.page.locator("dialog img").last.bounding_box()
    canvas.page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.5 * box["height"])
    assert taken.inner_text() == "#102030"
    press(canvas, "Take this colour")
    canvas.settle()
    assert canvas.value(node, "palette").startswith("#102030 primary 40%\n")
    assert canvas.page.evaluate("document.activeElement.ariaLabel") == "Take primary #102030 from a picture"
    press(canvas, "Take #00A0FF from a picture")
    point.wait_for()
    canvas.page.wait_for_function("document.activeElement.matches('.rc-handle')")
    for key in ("ArrowLeft", "ArrowRight", "Shift+ArrowRight"):
        canvas.page.keyboard.press(key)
    assert taken.inner_text() == "#C86432"
    assert "#C86432" in point.get_attribute("aria-label")
    press(canvas, "Take this colour")
    canvas.settle()
    assert canvas.value(node, "banned") == "#C86432 ~8"
    press(canvas, "Take #7D4E40 from a picture")
    point.wait_for()
    canvas.page.keyboard.press("Escape")
    canvas.settle()
    assert canvas.value(node, "palette").endswith("#7D4E40")
    assert canvas.page.locator("dialog.rc").count() == 0


def test_the_pipette_says_when_there_is_nothing_to_take(canvas, node):
    press(canvas, "Take #00A0FF from a picture")
    assert "There is no picture yet" in canvas.page.locator("dialog.rc").inner_text()
    canvas.page.locator("dialog.rc").get_by_role("button", name="Close").click()
    assert canvas.value(node, "banned") == "#00A0FF ~8"


def test_it_survives_save_reload_copy_undo_and_a_wire(canvas, node):
    field(canvas, "Role of #7D4E40").fill("wall")
    field(canvas, "Role of #7D4E40").blur()
    saved = canvas.saved()
    assert len(saved["nodes"][0]["widgets_values"]) == 8
    canvas.load(saved)
    node = canvas.page.evaluate("app.graph.nodes[0].id")
    assert canvas.value(node, "palette").endswith("#7D4E40 wall")
    copy = canvas.page.evaluate("id => { const c = app.graph.getNodeById(id).clone(); app.graph.add(c); return c.id }", node)
    canvas.settle()
    assert (canvas.value(copy, "palette"), field(canvas, "Role of wall #7D4E40").count()) == (canvas.value(node, "palette"), 2)
    canvas.page.evaluate("id => app.graph.remove(app.graph.getNodeById(id))", copy)
    canvas.settle()
    press(canvas, "Take out wall #7D4E40")
    canvas.settle()
    canvas.undo()
    field(canvas, "Role of wall #7D4E40").wait_for()
    node = canvas.page.evaluate("app.graph.nodes[0].id")
    assert canvas.value(node, "palette").endswith("#7D4E40 wall")
    text = canvas.add("PrimitiveStringMultiline", at=(0, 90))
    canvas.wire(text, 0, node, "palette")
    field(canvas, "Role of wall #7D4E40").and_(canvas.page.locator(":disabled")).wait_for()
    assert "comes by wire" in canvas.page.locator(".rc-kit").inner_text()
