"""The channel picker on the canvas: what it shows, and what reaches the prompt."""

import json

import pytest
from canvas_page import CanvasPage

START = "web_hero, youtube_16x9, vertical_9x16"


@pytest.fixture
def node(canvas):
    return canvas.add("RaccordChannelExport", at=(120, 90), channels=START)


def box(canvas, name):
    return canvas.page.get_by_role("checkbox", name=name)


def queued(canvas, node):
    """What `/prompt` is given as channels, without a clip that a run would need."""
    return canvas.prompt()[str(node)]["inputs"]["channels"]


def test_a_tick_writes_the_text_that_reaches_the_prompt(canvas, node):
    assert box(canvas, "YouTube, 16:9").is_checked()
    box(canvas, "X video, 16:9").check()
    box(canvas, "YouTube, 16:9").uncheck()
    assert queued(canvas, node) == "web_hero, vertical_9x16, x"
    assert set(canvas.prompt()[str(node)]["inputs"]) >= {"channels", "budget_kb", "folder"}
    assert not [name for name in canvas.prompt()[str(node)]["inputs"] if "raccord" in name]


def test_typing_moves_the_ticks_and_unknown_names_stay_and_are_marked(canvas, node):
    canvas.type(node, "channels", "dooh,lobby\nx, dooh <b>")
    assert [one.input_value() for one in canvas.page.locator(".rc-channel input:checked").all()] == ["x", "dooh"]
    said = canvas.page.locator(".rc-channels [role=status]")
    assert said.inner_text() == "⚠ No template is called lobby, <b>: the run would stop there"
    box(canvas, "LinkedIn video, 16:9").check()
    assert canvas.value(node, "channels") == "dooh, lobby, x, <b>, linkedin"
    canvas.type(node, "channels", "")
    assert canvas.page.locator(".rc-channel input:checked").count() == 0
    assert said.inner_text() == ""


def test_shapes_limits_and_their_origin_are_shown(canvas, node):
    dooh = canvas.page.locator(".rc-channel", has_text="Digital out of home")
    assert dooh.locator("small").inner_text() == "1080 × 1920 · ≤ 10 s · ≤ 15 MB · silent"
    drawn = dooh.locator("rect").bounding_box()
    assert abs(drawn["width"] / drawn["height"] - 9 / 16) < 0.05
    assert "2026-11-20" in dooh.inner_text()
    assert dooh.get_attribute("title").startswith("Checked on 2026-11-20: Clear Channel UK")
    assert dooh.get_attribute("title").endswith("(mirror)")


def test_keyboard_alone_is_enough(canvas, node):
    box(canvas, "Hero picture of a web page").focus()
    for key in ("Space", "Tab", "Tab", "Space"):
        canvas.page.keyboard.press(key)
    assert canvas.value(node, "channels") == "vertical_9x16"


def test_it_survives_save_reload_copy_undo_and_bypass(canvas, node):
    box(canvas, "X video, 16:9").check()
    wanted = f"{START}, x"
    saved = canvas.saved()
    values = saved["nodes"][0]["widgets_values"]
    assert wanted in values
    assert all(not isinstance(value, dict) for value in values)
    assert len([value for value in values if value is not None]) == 10
    canvas.load(saved)
    assert box(canvas, "X video, 16:9").is_checked()
    node = canvas.page.evaluate("app.graph.nodes[0].id")
    copy = canvas.page.evaluate("id => { const c = app.graph.getNodeById(id).clone(); app.graph.add(c); return c.id }", node)
    canvas.settle()
    assert canvas.value(copy, "channels") == wanted
    assert box(canvas, "X video, 16:9").count() == 2
    canvas.page.evaluate("id => app.graph.remove(app.graph.getNodeById(id))", copy)
    box(canvas, "Instagram feed, 1:1").check()
    canvas.settle()
    canvas.undo()
    box(canvas, "Instagram feed, 1:1").and_(canvas.page.locator(":not(:checked)")).wait_for()
    assert "instagram_1x1" not in canvas.value(canvas.page.evaluate("app.graph.nodes[0].id"), "channels")


def test_a_workflow_from_before_the_widget_opens_as_it_was(canvas):
    old = {"last_node_id": 1, "last_link_id": 0, "links": [], "groups": [], "config": {}, "extra": {}, "version": 0.4, "nodes": [{
        "id": 1, "type": "RaccordPublishCheck", "pos": [100, 100], "size": [340, 120], "flags": {}, "order": 0, "mode": 0,
        "inputs": [], "outputs": [], "properties": {}, "widgets_values": ["delivery", "x, dooh"]}]}
    canvas.load(old)
    assert (canvas.value(1, "folder"), canvas.value(1, "channels")) == ("delivery", "x, dooh")
    assert box(canvas, "X video, 16:9").is_checked()


def test_a_wire_takes_the_picker_s_place(canvas, node):
    text = canvas.add("PrimitiveStringMultiline", at=(-400, 90))
    canvas.wire(text, 0, node, "channels")
    assert box(canvas, "X video, 16:9").is_disabled()
    assert "A wire gives the channels" in canvas.page.locator(".rc-channels").inner_text()


def test_a_studio_s_templates_are_there_with_their_date_and_faults(browser, canvas_server):
    folder = canvas_server.base / "input" / "raccord" / "channels"
    folder.mkdir(parents=True)
    (folder / "lobby.json").write_text(json.dumps({"extends": "dooh", "title": "Lobby <i>wall</i>", "checked_on": "2024-02-01"}))
    (folder / "bad.json").write_text("{")
    page = CanvasPage(browser, canvas_server, language="fr")
    try:
        page.page.evaluate("app.graph.clear()")
        page.add("RaccordPublishCheck", at=(120, 90))
        lobby = page.page.locator(".rc-channel", has_text="Lobby <i>wall</i>")
        assert "2024-02-01" in lobby.inner_text()
        assert lobby.get_attribute("title").startswith("Vérifié le 2024-02-01\u00a0: ")
        assert "bad.json" in page.page.locator(".rc-channel", has_text="⚠ bad").locator("small").inner_text()
        assert page.page.get_by_role("checkbox", name="Vidéo X, 16:9").count() == 1
        assert page.said == []
    finally:
        page.close()
        for name in ("lobby.json", "bad.json"):
            (folder / name).unlink()
