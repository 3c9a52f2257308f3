"""Kit editor, channel picker and report panel wherever workflows take them: bypassed, in a sub-graph, older, on a large page."""

from canvas_page import CanvasPage
from web_reports import form, picture, tell


def build(canvas):
    """A kit, a picker, a node that reports."""
    return (canvas.add("RaccordBrandKit", (20, 40), palette="#112233 wall 40%"),
            canvas.add("RaccordChannelExport", (480, 40), channels="x"), canvas.add("RaccordApplyGrade", (960, 40)))


def change(page, role="Role of wall #112233", channel="LinkedIn"):
    """Write a role and tick a channel, as a hand does."""
    page.get_by_label(role, exact=True).fill("floor")
    page.get_by_label(role, exact=True).blur()
    page.get_by_role("checkbox", name=channel).check()


def test_bypassed_nodes_keep_their_widgets(canvas):
    kit, channels, grade = build(canvas)
    tell(canvas, grade, form())
    canvas.page.evaluate("app.graph.nodes.forEach(node => { node.mode = 4 }); app.canvas.setDirty(true, true)")
    canvas.settle()
    change(canvas.page)
    assert canvas.value(kit, "palette") == "#112233 floor 40%"
    assert canvas.value(channels, "channels") == "x, linkedin"
    assert canvas.page.locator(".rc-verdict").inner_text() == "Fail"


def test_in_a_sub_graph_they_write_what_reaches_the_prompt(canvas):
    build(canvas)
    canvas.page.evaluate("""() => {
        const made = app.graph.convertToSubgraph(new Set(app.graph.nodes));
        app.canvas.setGraph(made.subgraph);
        app.canvas.ds.offset = [0, 0];
        app.canvas.setDirty(true, true);
    }""")
    canvas.settle()
    first = canvas.page.evaluate("[...app.canvas.graph.nodes.find(n => n.type === 'RaccordBrandKit').pos]")
    canvas.zoom(1, (first[0] - 20, first[1] - 40))
    canvas.page.wait_for_timeout(800)  # the canvas glides to where it was asked
    change(canvas.page)
    sent = {node["class_type"]: node["inputs"] for node in canvas.prompt().values()}
    assert sent["RaccordChannelExport"]["channels"] == "x, linkedin"
    assert canvas.page.evaluate("app.canvas.graph.nodes.find(n => n.type === 'RaccordBrandKit')"
                                ".widgets.find(w => w.name === 'palette').value") == "#112233 floor 40%"
    assert canvas.page.locator(".rc-report").all_inner_texts() == ["Not run yet"] * 3
    canvas.page.evaluate("app.canvas.setGraph(app.rootGraph)")
    canvas.settle()


def test_a_kit_from_before_the_editor_opens_as_it_was(canvas):
    build(canvas)
    old = canvas.saved()
    for node in old["nodes"]:
        node["size"] = [300, 120]
        node.pop("widgets_values_named", None)
    canvas.load(old)
    change(canvas.page)
    kit = next(node["id"] for node in old["nodes"] if node["type"] == "RaccordBrandKit")
    assert canvas.value(kit, "palette") == "#112233 floor 40%"


def test_a_page_at_200_percent_cuts_nothing_off(module_canvas, browser, canvas_server):
    page = CanvasPage(browser, canvas_server, nodes_2=module_canvas.nodes_2, zoom=2.0, language="fr")
    try:
        page.empty()
        page.zoom(0.5, (0, -160))
        kit, channels, grade = build(page)
        tell(page, grade, form(pictures={"evidence": [picture(page, "large.jpg", 90)]}))
        page.page.locator("summary").click()
        change(page.page, "Rôle de wall #112233")
        assert (page.value(kit, "palette"), page.value(channels, "channels")) == ("#112233 floor 40%", "x, linkedin")
        assert page.page.locator(".rc-verdict").inner_text() == "Échec"
        assert page.page.evaluate("[...document.querySelectorAll('.rc, .rc-scroll')]"
                                  ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)") == []
        assert page.said == []
    finally:
        page.close()
