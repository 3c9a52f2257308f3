"""Every widget in the dark and the light theme, and on a page at 200 %: texts stand out, and no control is cut off."""

import pytest
from canvas_page import CanvasPage
from web_pointing import numbers, on_page, plane, pull_to, shot_scene
from web_reports import form, send, tell

WIDGETS = (".rc-quad", ".rc-zones", ".rc-kit", ".rc-channels", ".rc-report", ".rc-side")
CONTRAST = """() => {
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const flat = (colour, under) => {
        for (pen.fillStyle of [under, colour]) pen.fillRect(0, 0, 1, 1);
        return `rgb(${[...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)})`;
    };
    const ground = e => e === document.documentElement ? '#fff'
        : flat(getComputedStyle(e).backgroundColor, ground(e.parentElement));
    const light = colour => colour.match(/\\d+/g).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const says = e => e.matches('select, input:not([type=checkbox], [type=range], [type=color])')
        ? e.value || e.placeholder : [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
    return WIDGETS.flatMap(kind => [...document.querySelectorAll(kind + ' *')]
        .filter(e => e.checkVisibility() && !e.disabled && !e.closest('.rc-stage') && says(e)).map(e => {
            const below = ground(e), [a, b] = [light(below), light(flat(getComputedStyle(e).color, below))];
            return [kind, says(e), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
        }));
}""".replace("WIDGETS", str(list(WIDGETS)))
CONTROLS = """WIDGETS.flatMap(kind => [...document.querySelectorAll(kind)].flatMap(root => {
    const within = root.getBoundingClientRect();
    return [...root.querySelectorAll('button, input, select')].filter(e => e.checkVisibility() && !e.closest('.rc-stage'))
        .map(e => [e.getBoundingClientRect(), e.ariaLabel || e.outerHTML])
        .map(([box, name]) => [kind, name, box.width > 1 && box.left > within.left - 1 && box.right < within.right + 1]);
}))""".replace("WIDGETS", str(list(WIDGETS)))
PLACES = {"track": (300, 40), "guard": (760, 40), "kit": (1240, 40), "channels": (1700, 40), "grade": (300, 1150)}


def all_widgets(page):
    """Every widget on one canvas, with what it shows only at times: faults, unknown names, a report in full."""
    page.zoom(0.6)
    page.type(shot_scene(page), "corners", "")
    page.add("RaccordBrandKit", PLACES["kit"], palette="#E63C28 primary 40%\nno colour\n#7D4E40", banned="#00A0FF ~8")
    page.add("RaccordChannelExport", PLACES["channels"], channels="web_hero, lobby")
    grades = [page.add("RaccordApplyGrade", (300 + 400 * i, PLACES["grade"][1])) for i in range(5)]
    page.page.evaluate("id => app.graph.getNodeById(id).setProperty('raccord_report_open', true)", grades[0])
    for node, verdict in zip(grades, ("fail", "refused", "warn", "pass", "not tested"), strict=True):
        tell(page, node, form(verdict=verdict, files=["report.html"]))
    send(page, "execution_cached", {"nodes": [str(grades[3])], "prompt_id": "p"})
    if not page.page.locator(".rc-side").count():
        page.page.evaluate("app.extensionManager.sidebarTab.toggleSidebarTab('raccord')")
    page.page.locator(".rc-side-row").first.wait_for()


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_texts_stand_out(module_canvas, browser, canvas_server, light):
    page = CanvasPage(browser, canvas_server, nodes_2=module_canvas.nodes_2, light=light)
    try:
        page.empty()
        all_widgets(page)
        found = page.page.evaluate(CONTRAST)
        assert {kind for kind, _, _ in found} == set(WIDGETS)
        assert len(found) > 80
        assert [(kind, text, round(ratio, 1)) for kind, text, ratio in found if ratio < 4.5] == []
    finally:
        page.page.evaluate("app.extensionManager.sidebarTab.toggleSidebarTab('raccord')")
        page.close()


def test_a_page_at_200_percent_breaks_nothing(module_canvas, browser, canvas_server):
    page = CanvasPage(browser, canvas_server, nodes_2=module_canvas.nodes_2, zoom=2.0, language="fr")
    try:
        page.empty()
        page.zoom(0.6, (200, 0))
        track, editor = shot_scene(page), page.page.locator(".rc-quad")
        pull_to(page, editor, editor.locator(".rc-handle").nth(1), (700, 100))
        assert numbers(page.value(track, "corners"))[2:4] == pytest.approx([700, 100], abs=1.5 / plane(editor)[2])
        page.type(track, "corners", "1,2")
        assert "Ce ne sont pas quatre coins" in editor.inner_text()
        assert on_page(editor, (0, 0))[0] > 0
        assert page.said == []
    finally:
        page.close()


def test_no_control_is_cut_off_at_200_percent(module_canvas, browser, canvas_server):
    page = CanvasPage(browser, canvas_server, nodes_2=module_canvas.nodes_2, zoom=2.0, language="fr")
    try:
        page.empty()
        all_widgets(page)
        seen = page.page.evaluate(CONTROLS)
        page.page.evaluate("app.extensionManager.sidebarTab.toggleSidebarTab('raccord')")
        for x, y in PLACES.values():
            page.zoom(0.6, (x - 200, y - 120))
            seen += page.page.evaluate(CONTROLS)
        assert {kind for kind, _, _ in seen} == set(WIDGETS)
        assert [(kind, name) for kind, name, whole in seen if not whole] == []
        page.zoom(0.6, (PLACES["channels"][0] - 200, PLACES["channels"][1] + 200))
        page.page.get_by_role("checkbox", name="YouTube, 16:9").check()
        channels = page.page.evaluate("app.graph.nodes.find(n => n.type === 'RaccordChannelExport').id")
        assert "youtube_16x9" in page.value(channels, "channels")
    finally:
        page.close()
