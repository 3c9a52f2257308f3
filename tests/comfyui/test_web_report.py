"""The report panel: what it says, how it is walked, and that nothing in a report is more than text."""

import json

import pytest
from web_reports import FINDINGS, blank, form, picture, run, tell

HOSTILE = ('<img src="http://evil.example/x.png" onerror="window.hacked=1"><script>window.hacked=1</script>"\'`'
           "${window.hacked=1}\u202e")
WORDS = {"fail": "Fail", "refused": "Refused", "warn": "Warning", "pass": "Pass", "not tested": "Not tested"}


@pytest.fixture
def panel(canvas):
    """A node that has not run; the page, the node and its panel."""
    node = canvas.add("RaccordApplyGrade")
    found = canvas.page.locator(".rc-report")
    found.wait_for()
    return canvas, node, found


def more(found):
    found.locator("summary").click()
    found.page.wait_for_timeout(300)


def strip(found, check="seam.colour"):
    return found.get_by_role("slider", name=check)


def test_before_a_run_it_is_one_line(panel):
    _, _, found = panel
    assert found.inner_text() == "Not run yet"
    assert found.bounding_box()["height"] < 60


def test_a_verdict_has_a_word_a_shape_and_a_sentence(panel):
    canvas, node, found = panel
    shapes = {}
    for verdict, word in WORDS.items():
        tell(canvas, node, form(verdict=verdict))
        assert found.locator(".rc-verdict").inner_text() == word
        assert found.locator(".rc-said").inner_text() == "The join is seen."
        shapes[verdict] = found.locator(".rc-verdict path").first.get_attribute("d")
    assert len(set(shapes.values())) == 5


def test_of_several_reports_the_worst_is_shown(panel):
    canvas, node, found = panel
    tell(canvas, node, form(verdict="pass"), form(verdict="refused"), form(verdict="warn"))
    assert found.locator(".rc-verdict").inner_text() == "Refused"


def test_the_node_takes_the_room_that_is_asked_for_and_gives_it_back(panel):
    canvas, node, found = panel
    high = "n => app.graph.getNodeById(n).size[1]"
    before = canvas.page.evaluate(high, node)
    tell(canvas, node, form())
    closed = canvas.page.evaluate(high, node)
    more(found)
    opened = canvas.page.evaluate(high, node)
    assert before < closed < opened - 20
    assert found.locator("details").get_attribute("open") is not None
    more(found)
    assert canvas.page.evaluate(high, node) == pytest.approx(closed, abs=8)


def test_a_cell_says_check_frame_and_number_and_shows_the_frame(panel):
    canvas, node, found = panel
    tell(canvas, node, form(pictures={"frames": [{"finding": 0, "frame": 4, **picture(canvas, "four.jpg", 90)}]}))
    more(found)
    box = strip(found).bounding_box()
    canvas.page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.5)
    assert "seam.colour · frame 5 · 3.2 / 2 dE2000" in found.inner_text()
    place = found.locator(".rc-shot > i").evaluate("e => [e.style.left, e.style.top, e.style.width, e.style.height]")
    assert place == ["25%", "25%", "50%", "50%"]
    canvas.page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    assert "seam.colour · frame 2 · 30 % of the limit" in found.inner_text()
    assert found.locator(".rc-shot").count() == 0


def test_a_picture_is_served_and_one_that_is_gone_leaves_no_hole(panel):
    canvas, node, found = panel
    tell(canvas, node, form(pictures={"evidence": [picture(canvas, "evidence.jpg", 90)]}))
    more(found)
    shown = found.locator(".rc-shot img")
    shown.scroll_into_view_if_needed()
    canvas.page.wait_for_function("e => e.naturalWidth === 64", arg=shown.element_handle())
    assert found.locator("a.rc-shot").get_attribute("target") == "_blank"
    tell(canvas, node, form(pictures={"evidence": [{**picture(canvas, "evidence.jpg", 90), "filename": "gone.jpg"}]}))
    found.locator("a.rc-shot").scroll_into_view_if_needed()
    shown.wait_for(state="detached")
    canvas.said.clear()  # the browser says that it is not there


def test_the_strip_is_walked_with_the_keyboard(panel):
    canvas, node, found = panel
    tell(canvas, node, form())
    more(found)
    strip(found).focus()
    for key, check, said in (("ArrowRight", "seam.colour", "frame 5 · 3.2 / 2 dE2000"),
                             ("Tab", "drift.grain", "frame 0 · 5 % of the limit"),
                             ("ArrowRight", "drift.grain", "frame 1 · 5 % of the limit"),
                             ("Shift+Tab", "seam.colour", "frame 5 · 3.2 / 2 dE2000"),
                             ("Home", "seam.colour", "frame 0 · 10 % of the limit")):
        canvas.page.keyboard.press(key)
        assert strip(found, check).get_attribute("aria-valuetext") == f"{check} · {said}"
        assert f"{check} · {said}" in found.inner_text()
    assert canvas.page.evaluate("n => !!app.graph.getNodeById(n)", node)


def test_a_long_strip_names_the_frames_of_a_column(panel):
    canvas, node, found = panel
    rows = [{"check": "a.b", "verdict": "warn", "finding": 0, "marks": [[1, 2, "warn", 0]], "levels": [0, 100, 50, None]}]
    tell(canvas, node, form(strip={"start": -2, "count": 10, "columns": 4, "rows": rows}))
    more(found)
    strip(found, "a.b").focus()
    canvas.page.keyboard.press("ArrowRight")
    assert strip(found, "a.b").get_attribute("aria-valuetext") == "a.b · frame 3–5 · 50 % of the limit"


def test_the_curtain_parts_before_from_after(panel):
    canvas, node, found = panel
    tell(canvas, node, form(pictures={"before": picture(canvas, "before.jpg", 40), "after": picture(canvas, "after.jpg", 200)}))
    more(found)
    found.get_by_role("slider", name="Before – After").focus()
    canvas.page.keyboard.press("ArrowLeft")
    cut = "e => getComputedStyle(e).getPropertyValue('--rc-at')"
    assert found.locator(".rc-shot").evaluate(cut) == "49%"
    canvas.page.keyboard.press("Home")
    assert found.locator(".rc-shot").evaluate(cut) == "0%"


def test_the_advice_is_copied(panel):
    canvas, node, found = panel
    canvas.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tell(canvas, node, form())
    more(found)
    found.get_by_role("button", name="Copy the advice").click()
    found.locator(".pi-check").wait_for()
    assert canvas.page.evaluate("navigator.clipboard.readText()") == FINDINGS[0]["suggestion"]


def test_texts_are_text_and_nothing_is_fetched_from_elsewhere(panel):
    canvas, node, found = panel
    long = HOSTILE + "x" * 10_000
    rows = [{**FINDINGS[0], "message": long, "suggestion": long, "check": HOSTILE, "unit": HOSTILE, "file": HOSTILE}]
    strange = {"check": HOSTILE, "verdict": "fail", "finding": 0, "marks": [[0, 0, HOSTILE, 0]], "levels": [1]}
    evil = {"filename": "../../x", "subfolder": HOSTILE, "type": "temp", "width": 4, "height": 4}
    tell(canvas, node, form(sentence=long, subject=HOSTILE, findings=rows, page={"filename": HOSTILE},
                            strip={"start": 0, "count": 1, "columns": 1, "rows": [strange]},
                            pictures={"frames": [{"finding": 0, "frame": 0, **evil}]}))
    more(found)
    found.get_by_role("slider").focus()
    assert long in found.locator(".rc-said").text_content()
    assert found.locator(".rc-said").evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    assert canvas.page.evaluate("window.hacked") is None
    assert found.locator("script, img[src^='http:'], img[onerror]").count() == 0
    assert [url for url in canvas.fetched if "evil" in url.split("?")[0]] == []
    box = found.bounding_box()
    assert box["width"] < 600
    assert box["height"] < 700


@pytest.mark.parametrize("told", [
    "x", [None], [7], [{"verdict": 3}], [{"verdict": "fail", "findings": 1, "node": "RaccordApplyGrade"}],
    [form(node="RaccordGate")],
], ids=["text", "null", "number", "verdict", "findings", "another node's"])
def test_what_is_no_report_of_this_node_is_left_alone(panel, told):
    canvas, node, found = panel
    tell(canvas, node, raccord=told)
    assert found.inner_text() == "Not run yet"


def test_neither_the_prompt_nor_the_saved_widgets_know_of_it(panel):
    canvas, node, found = panel
    tell(canvas, node, form())
    more(found)
    (saved,) = canvas.saved()["nodes"]
    assert saved["widgets_values"] == [1.0, 0]
    assert "raccord_report" not in json.dumps({key: value for key, value in saved.items() if key != "properties"})
    canvas.load(canvas.saved())
    found.wait_for()
    assert canvas.page.locator(".rc-report").count() == 1


def test_a_workflow_from_before_the_widget_keeps_its_size_and_values(canvas):
    old = {"version": 0.4, "last_node_id": 1, "last_link_id": 0, "links": [], "nodes": [
        {"id": 1, "type": "RaccordApplyGrade", "pos": [50, 60], "size": [420, 300], "mode": 0, "widgets_values": [0.5, 3],
         "inputs": [{"name": "images", "type": "IMAGE", "link": None},
                    {"name": "grade", "type": "RACCORD_GRADE", "link": None}]}]}
    canvas.load(old)
    assert [canvas.value(1, name) for name in ("strength", "first_frame")] == [0.5, 3]
    assert canvas.page.evaluate("[...app.graph.getNodeById(1).size]") == [420, 300]
    assert canvas.page.locator(".rc-report").inner_text() == "Not run yet"


def test_a_copy_has_not_run_and_undo_leaves_the_report(panel):
    canvas, node, _ = panel
    tell(canvas, node, form())
    canvas.page.evaluate("n => { const c = app.canvas; c.selectNode(app.graph.getNodeById(n)); c.copyToClipboard(); "
                         "c.pasteFromClipboard() }", node)
    canvas.settle()
    said = canvas.page.locator(".rc-report").all_inner_texts()
    assert sorted(text.split("\n")[0] for text in said) == ["Fail", "Not run yet"]
    canvas.page.evaluate("n => { app.graph.getNodeById(n).mode = 4; app.graph.change() }", node)
    canvas.settle()
    assert canvas.page.locator(".rc-verdict").count() == 1


def test_every_control_has_a_name_and_the_letters_are_readable(panel):
    canvas, node, found = panel
    tell(canvas, node, form(pictures={"evidence": [picture(canvas, "e.jpg", 90)]}, page={"filename": "b.html"}))
    more(found)
    names = found.locator("button, input, summary, a").evaluate_all("all => all.map(e => e.ariaLabel || e.title)")
    assert all(names), names
    assert len(names) == 6
    assert found.locator("img").evaluate_all("all => all.every(e => e.alt)")
    ratios = found.evaluate("""panel => {
        const channels = c => c.match(/[\\d.]+/g).map(v => c.startsWith("color(") ? v * 255 : +v);
        const lin = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const light = c => { const [r, g, b] = channels(c).map(lin); return .2126 * r + .7152 * g + .0722 * b };
        const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
            if (c.startsWith("rgb(")) return c } return "rgb(0,0,0)" };
        return ["rc-verdict", "rc-said", "rc-soft"].map(name => { const e = panel.querySelector("." + name);
            const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
            return (a + .05) / (b + .05) });
    }""")
    assert min(ratios) > 4.5


def test_it_comes_back_after_a_reload(canvas):
    blank(canvas)
    shot, stamp, look = (canvas.add(kind, at) for kind, at in (("RaccordExampleShot", (40, 60)), ("RaccordStampPlate", (420, 60)),
                                                               ("PreviewImage", (800, 60))))
    canvas.wire(shot, 2, stamp, "image")
    canvas.wire(stamp, 0, look, "images")
    run(canvas)
    found = canvas.page.locator(".rc-report")
    first = found.inner_text()
    assert first.startswith("Pass")
    canvas.page.wait_for_timeout(1500)  # ComfyUI keeps the open workflow a little after it changed
    canvas.open()
    found.locator(".rc-verdict").wait_for()
    said = found.inner_text().split("\n")
    assert said[0] == "Pass"
    assert first.split("\n")[-1] in said
    more(found)
    assert found.get_by_role("slider", name="Before – After").count() == 1
