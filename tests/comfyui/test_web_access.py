"""The editors for everybody: names, keyboard, contrast in both themes, a page at 200 %, both languages."""

import pytest
from canvas_page import CanvasPage
from web_pointing import numbers, on_page, plane, pull_to

SIGN = "259.4,59.2 628.3,51.1 628.3,302.4 259.4,302.5"


def build(canvas):
    """Track Surface and Guard Continuity on the example shot."""
    shot, track = canvas.add("RaccordExampleShot", (40, 40)), canvas.add("RaccordTrackSurface", (300, 40), corners=SIGN)
    guard = canvas.add("RaccordContinuityGuard", (760, 40), watch_zones="sign: 0.27 0.11 0.38 0.45")
    canvas.wire(shot, 0, track, "clip")
    canvas.wire(shot, 0, guard, "clip")
    canvas.page.locator(".rc-quad .rc-plane img").wait_for()
    return track


def test_every_control_has_a_name(canvas):
    build(canvas)
    page = canvas.page
    for i in range(5):
        page.locator(".rc-quad .rc-handle").nth(i).focus()
    nameless = page.evaluate("""[...document.querySelectorAll('.rc-quad, .rc-zones')]
        .flatMap(root => [...root.querySelectorAll('button, input, [tabindex], [role]')])
        .filter(e => e.checkVisibility() && !e.ariaLabel && !e.matches('[role=status], .rc-handle'))
        .map(e => e.outerHTML)""")
    assert nameless == []
    assert page.locator(".rc-quad .rc-handle").first.get_attribute("aria-label") == "Corner top left, x 259.4, y 59.2"


def test_the_keyboard_alone_does_it_all(canvas):
    track = build(canvas)
    page = canvas.page
    page.get_by_role("button", name="Take back the last change").first.focus()
    reached = []
    for _ in range(12):
        reached.append(page.evaluate("document.activeElement.ariaLabel"))
        page.keyboard.press("Tab")
    assert {"Take back the last change", "Zoom out", "Show the whole picture", "Zoom in", "Empty the corners"} <= set(reached)
    assert sum(name.startswith("Corner ") for name in reached if name) == 5
    page.locator(".rc-quad .rc-handle").nth(2).focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert numbers(canvas.value(track, "corners"))[4] == 627.3
    page.get_by_role("button", name="Take back the last change").first.focus()
    page.keyboard.press("Enter")
    assert canvas.value(track, "corners") == SIGN


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
    return [...document.querySelectorAll('.rc-quad *, .rc-zones *')].filter(e => e.checkVisibility() && !e.closest('.rc-stage')
        && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
        const below = ground(e), [a, b] = [light(below), light(flat(getComputedStyle(e).color, below))];
        return [e.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    });
}"""


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_texts_stand_out(module_canvas, browser, canvas_server, light):
    page = CanvasPage(browser, canvas_server, nodes_2=module_canvas.nodes_2, light=light)
    try:
        page.empty()
        page.type(build(page), "corners", "")
        found = page.page.evaluate(CONTRAST)
        assert len(found) > 8
        assert [(text, round(ratio, 1)) for text, ratio in found if ratio < 4.5] == []
    finally:
        page.close()


def test_a_page_at_200_percent_breaks_nothing(module_canvas, browser, canvas_server):
    page = CanvasPage(browser, canvas_server, nodes_2=module_canvas.nodes_2, zoom=2.0, language="fr")
    try:
        page.empty()
        page.zoom(0.6, (200, 0))
        track, editor = build(page), page.page.locator(".rc-quad")
        pull_to(page, editor, editor.locator(".rc-handle").nth(1), (700, 100))
        assert numbers(page.value(track, "corners"))[2:4] == pytest.approx([700, 100], abs=1.5 / plane(editor)[2])
        page.type(track, "corners", "1,2")
        assert "Ce ne sont pas quatre coins" in editor.inner_text()
        assert on_page(editor, (0, 0))[0] > 0
        assert page.said == []
    finally:
        page.close()


def test_nothing_is_fetched_from_elsewhere(canvas):
    build(canvas)
    ours = f"http://127.0.0.1:{canvas.server.port}/"
    elsewhere = [url for url in canvas.fetched if not url.startswith((ours, "blob:", "data:"))]
    assert [url for url in elsewhere if "raccord" in url.lower()] == []
