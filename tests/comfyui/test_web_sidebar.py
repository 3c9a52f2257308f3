"""The sidebar: the reports of the session, the way to their nodes, and the saved page, which must not run anything."""

import json

import pytest
from web_reports import blank, form, run, tell

HOSTILE = "<img src=x onerror=window.hacked=1>\u202e\"'"


@pytest.fixture
def side(canvas):
    """The open tab, with what other tests told taken out of sight: the page and its rows."""
    canvas.page.evaluate("app.extensionManager.sidebarTab.activeSidebarTabId === 'raccord' || "
                         "app.extensionManager.sidebarTab.toggleSidebarTab('raccord')")
    found = canvas.page.locator(".rc-side")
    found.wait_for()
    yield canvas, found
    canvas.page.evaluate("app.extensionManager.sidebarTab.toggleSidebarTab('raccord')")


def rows(found, title):
    return found.locator(".rc-side-row", has_text=title)


def test_the_worst_stand_first_and_the_newest_of_them(side):
    canvas, found = side
    node = canvas.add("RaccordApplyGrade")
    for title, verdict in (("one", "warn"), ("two", "fail"), ("three", "pass"), ("four", "fail"), ("five", "refused")):
        canvas.page.evaluate("([n, title]) => { app.graph.getNodeById(n).title = `order ${title}` }", [node, title])
        tell(canvas, node, form(verdict=verdict, sentence=f"{title}."))
    said = [list(filter(None, text.split("\n"))) for text in rows(found, "order").all_inner_texts()]
    assert [one[1] for one in said] == [f"order {title}" for title in ("four", "two", "five", "one", "three")]
    assert (said[0][0], said[0][3]) == ("Fail", "four.")


def test_a_click_selects_the_node_and_puts_it_into_the_middle(side):
    canvas, found = side
    node = canvas.add("RaccordApplyGrade", (5000, 4000))
    canvas.page.evaluate("n => { app.graph.getNodeById(n).title = 'far away' }", node)
    tell(canvas, node, form())
    rows(found, "far away").click()
    canvas.settle()
    middle = canvas.page.evaluate("""n => { const { ds, canvas, selectedItems } = app.canvas, node = app.graph.getNodeById(n);
        const dpi = window.devicePixelRatio;
        const at = ds.convertOffsetToCanvas([node.pos[0] + node.size[0] / 2, node.pos[1] + node.size[1] / 2]);
        return [selectedItems.has(node), at[0] / (canvas.width / dpi), at[1] / (canvas.height / dpi)] }""", node)
    assert middle == [True, pytest.approx(0.5, abs=0.02), pytest.approx(0.5, abs=0.02)]


def test_a_node_that_is_gone_is_said(side):
    canvas, found = side
    node = canvas.add("RaccordApplyGrade")
    canvas.page.evaluate("n => { app.graph.getNodeById(n).title = 'soon gone' }", node)
    tell(canvas, node, form())
    canvas.page.evaluate("app.graph.clear()")
    rows(found, "soon gone").click()
    assert "soon gone is not in the workflow that is open." in found.inner_text()


def test_titles_and_sentences_are_text(side):
    canvas, found = side
    node = canvas.add("RaccordApplyGrade")
    canvas.page.evaluate("([n, title]) => { app.graph.getNodeById(n).title = title }", [node, HOSTILE])
    tell(canvas, node, form(verdict="fail", sentence=HOSTILE + "y" * 10_000))
    assert found.locator("b", has_text="onerror").first.text_content() == HOSTILE
    assert found.locator("img, script").count() == 0
    assert canvas.page.evaluate("window.hacked") is None
    assert found.bounding_box()["width"] < 800


def test_inside_a_sub_graph(side):
    """The run names the node by the way to it: the panel inside shows its report, the row leads inside, a reload keeps it."""
    canvas, found = side
    blank(canvas)
    shot, stamp, look = (canvas.add(kind, at) for kind, at in (("RaccordExampleShot", (40, 60)), ("RaccordStampPlate", (420, 60)),
                                                               ("PreviewImage", (800, 60))))
    canvas.wire(shot, 2, stamp, "image")
    canvas.wire(stamp, 0, look, "images")
    canvas.page.evaluate("n => { const node = app.graph.getNodeById(n); node.title = 'deep inside'; "
                         "app.graph.convertToSubgraph(new Set([node])) }", stamp)
    canvas.settle()
    run(canvas)
    rows(found, "deep inside").first.click()
    canvas.settle()
    assert canvas.page.evaluate("[...app.canvas.selectedItems][0].title") == "deep inside"
    assert canvas.page.evaluate("app.canvas.graph !== app.rootGraph")
    panel = canvas.page.locator(".rc-report")
    panel.locator(".rc-verdict").wait_for()
    assert panel.locator(".rc-verdict").inner_text() == "Pass"
    canvas.page.evaluate("app.canvas.setGraph(app.rootGraph)")
    canvas.page.wait_for_timeout(1500)
    canvas.open()
    canvas.page.wait_for_function("Object.values(app.nodeOutputs).some(o => o.raccord?.[0].node === 'RaccordStampPlate')")
    canvas.page.evaluate("app.extensionManager.sidebarTab.toggleSidebarTab('raccord')")


def test_the_saved_page_opens_where_it_cannot_run_anything(side):
    canvas, found = side
    blank(canvas)
    found_there = {"check": "a.b", "verdict": "warn", "value": None, "frames": [], "box": None, "message": "said on the page"}
    evil = {"schema": "raccord.report/1", "pack": "0", "node": "RaccordApplyGrade", "subject": "<script>top.hacked=1</script>",
            "verdict": "warn", "metrics": {}, "inputs": {}, "findings": [found_there]}
    text = canvas.add("PrimitiveStringMultiline", (40, 60), value=json.dumps(evil))
    save = canvas.add("RaccordSaveReport", (440, 60), name="side/page", if_exists="replace")
    canvas.wire(text, 0, save, "reports.report0")
    run(canvas)
    with canvas.page.context.expect_page() as opened:
        found.get_by_role("button", name="Open the saved report").first.click()
    page = opened.value
    frame = page.frame_locator("iframe")
    frame.get_by_text("said on the page").first.wait_for()
    assert page.locator("iframe").get_attribute("sandbox") == ""
    assert page.title() == "page.html"
    assert page.evaluate("window.hacked") is None
    path = canvas.server.base / "output" / "side" / "page.html"
    path.write_text("<script>document.title = 'ran'; parent.hacked = 1</script><p>mended by hand</p>", encoding="utf-8")
    page.close()
    with canvas.page.context.expect_page() as opened:
        found.get_by_role("button", name="Open the saved report").first.click()
    opened.value.frame_locator("iframe").get_by_text("mended by hand").wait_for()
    assert opened.value.evaluate("window.hacked") is None
    opened.value.close()
    path.unlink()
    with canvas.page.context.expect_page() as opened:
        found.get_by_role("button", name="Open the saved report").first.click()
    opened.value.get_by_text("page.html is not there any more").wait_for()
    opened.value.close()
    canvas.said.clear()  # the browser says that the file is not there
