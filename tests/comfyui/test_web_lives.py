"""The editors through the life of a workflow: saved, loaded, copied, undone, bypassed, in a sub-graph, older than they are."""

import pytest
from web_pointing import SIGN, centre, numbers, on_page, plane, pull, sign_scene


@pytest.fixture
def scene(canvas):
    """Example Shot and Track Surface on it; the page, both nodes and the editor."""
    shot, track, editor = sign_scene(canvas)
    canvas.keep()
    return canvas, shot, track, editor


def corner(editor, number):
    return editor.locator(".rc-handle:not(.rc-middle)").nth(number)


def of(saved, kind):
    return next(node for node in saved["nodes"] if node["type"] == kind)


def test_the_saved_workflow_knows_nothing_of_the_editor(scene):
    canvas, _, _, _ = scene
    track = of(canvas.saved(), "RaccordTrackSurface")
    assert track["widgets_values"][:6] == [SIGN, 0, "", "homography", True, 0]
    assert [value for value in track["widgets_values"][6:] if value] == []
    assert not [slot["name"] for slot in track["inputs"] if "raccord" in slot["name"]]
    assert set(canvas.prompt()["2"]["inputs"]) >= {"clip", "corners", "reference_frame"}
    assert not [name for name in canvas.prompt()["2"]["inputs"] if name.startswith("raccord")]


def test_it_comes_back_after_reloading(scene):
    canvas, _, track, editor = scene
    pull(canvas, corner(editor, 0), (-8, -8))
    before, text = canvas.saved(), canvas.value(track, "corners")
    canvas.open()
    canvas.load(before)
    editor.locator(".rc-plane img").wait_for()
    assert canvas.value(track, "corners") == text
    assert of(canvas.saved(), "RaccordTrackSurface")["size"] == of(before, "RaccordTrackSurface")["size"]
    assert centre(corner(editor, 0)) == pytest.approx(on_page(editor, numbers(text)[:2]), abs=1)


def test_a_workflow_saved_before_the_editor_existed_loads_whole(scene):
    canvas, _, track, editor = scene
    old = canvas.saved()
    node = of(old, "RaccordTrackSurface")
    node.pop("widgets_values_named", None)
    node |= {"widgets_values": [SIGN, 3, "", "affine", False, 1], "size": [270, 220]}
    canvas.load(old)
    editor.locator(".rc-plane img").wait_for()
    assert [canvas.value(track, name) for name in ("corners", "reference_frame", "motion_model", "refine", "surface_index")] == [
        SIGN, 3, "affine", False, 1]
    assert editor.locator(".rc-stage").bounding_box()["height"] >= 150


def test_one_pull_is_one_step_of_comfyuis_undo(scene):
    canvas, _, track, editor = scene
    before = canvas.undos()
    pull(canvas, corner(editor, 2), (10, 12), steps=12)
    assert canvas.undos() == before + 1
    text = canvas.value(track, "corners")
    assert text != SIGN
    canvas.undo()
    editor.locator(".rc-plane img").wait_for()
    assert canvas.value(track, "corners") == SIGN
    assert centre(corner(editor, 2)) == pytest.approx(on_page(editor, (628.3, 302.4)), abs=1)


def test_its_own_undo_goes_back_step_by_step_and_past_comfyuis(scene):
    canvas, _, track, editor = scene
    texts = [SIGN]
    for by in ((9, 0), (0, 9), (-5, 4)):
        pull(canvas, corner(editor, 1), by)
        texts.append(canvas.value(track, "corners"))
    assert len(set(texts)) == 4
    for text in texts[-2::-1]:
        editor.get_by_role("button", name="Take back the last change").click()
        assert canvas.value(track, "corners") == text


def test_a_copy_has_an_editor_of_its_own(scene):
    canvas, _, track, editor = scene
    copy = canvas.page.evaluate("""id => {
        const node = app.graph.getNodeById(id);
        app.canvas.selectNode(node);
        app.canvas.copyToClipboard();
        app.canvas.pasteFromClipboard({ position: [860, 40] });
        return app.graph.nodes.at(-1).id;
    }""", track)
    canvas.settle()
    assert editor.count() == 2
    second = editor.nth(1)
    assert centre(corner(second, 0))[0] > centre(corner(editor.first, 0))[0]
    pull(canvas, corner(second, 0), (-6, 0))
    assert canvas.value(track, "corners") == SIGN
    assert canvas.value(copy, "corners") != SIGN


def test_a_bypassed_node_keeps_its_editor_and_sends_nothing(scene):
    canvas, _, track, editor = scene
    canvas.page.evaluate("id => { app.graph.getNodeById(id).mode = 4; app.canvas.setDirty(true, true); }", track)
    canvas.settle()
    assert editor.is_visible()
    canvas.page.evaluate("id => { app.graph.getNodeById(id).mode = 0; }", track)
    pull(canvas, corner(editor, 0), (-6, 0))
    assert numbers(canvas.prompt()[str(track)]["inputs"]["corners"])[0] < 259


def test_the_picture_comes_through_a_bypassed_node_and_a_reroute(canvas):
    photo, flip = canvas.add("LoadImage", (40, 40), image="frame.png"), canvas.add("ImageInvert", (40, 400))
    reroute, stamp = canvas.add("Reroute", (300, 400)), canvas.add("RaccordStampMarkers", (420, 40))
    canvas.wire(photo, 0, flip, "image")
    canvas.page.evaluate("""([flip, reroute, stamp]) => {
        const [from, over, to] = [flip, reroute, stamp].map(id => app.graph.getNodeById(id));
        from.mode = 4;
        from.connect(0, over, 0);
        over.connect(0, to, to.inputs.findIndex(i => i.name === 'image'));
    }""", [flip, reroute, stamp])
    image = canvas.page.locator(".rc-quad .rc-plane img")
    image.wait_for()
    assert "filename=frame.png" in image.get_attribute("src")


def test_in_a_sub_graph_it_shows_the_picture_from_outside(scene):
    canvas, _, track, editor = scene
    canvas.page.evaluate("""id => {
        app.canvas.deselectAll?.();
        const made = app.graph.convertToSubgraph(new Set([app.graph.getNodeById(id)]));
        app.canvas.setGraph(made.subgraph);
        app.canvas.ds.offset = [0, 0];
        app.canvas.setDirty(true, true);
    }""", track)
    canvas.settle()
    canvas.page.evaluate("""() => { const node = app.canvas.graph.nodes.find(n => n.type === 'RaccordTrackSurface');
        app.canvas.ds.offset = [300 - node.pos[0], 80 - node.pos[1]]; app.canvas.setDirty(true, true); }""")
    editor = canvas.page.locator(".rc-quad:visible")
    editor.locator(".rc-plane img").wait_for()
    canvas.page.wait_for_timeout(800)  # the canvas glides to where it was asked
    pull(canvas, corner(editor, 0), (-10, 0))
    (sent,) = (node["inputs"] for node in canvas.prompt().values() if node["class_type"] == "RaccordTrackSurface")
    assert numbers(sent["corners"])[0] == pytest.approx(259.4 - 10 / plane(editor)[2], abs=0.6 / plane(editor)[2])
    canvas.page.evaluate("app.canvas.setGraph(app.rootGraph)")
    canvas.settle()


def test_a_removed_node_leaves_nothing_behind(scene):
    canvas, _, track, editor = scene
    canvas.page.evaluate("id => app.graph.remove(app.graph.getNodeById(id))", track)
    canvas.settle()
    assert editor.count() == 0
