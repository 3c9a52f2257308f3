"""The editors for everybody: names for a screen reader, the keyboard alone, nothing fetched from elsewhere."""

from web_pointing import SIGN, numbers, shot_scene


def test_every_control_has_a_name(canvas):
    shot_scene(canvas)
    page = canvas.page
    for i in range(5):
        page.locator(".rc-quad .rc-handle").nth(i).focus()
    nameless = page.evaluate("""[...document.querySelectorAll('.rc-quad, .rc-zones')]
        .flatMap(root => [...root.querySelectorAll('button, input, [tabindex], [role]')])
        .filter(e => e.checkVisibility() && !e.ariaLabel && !e.matches('[role=status], .rc-handle'))
        .map(e => e.outerHTML)""")
    assert nameless == []
    assert page.locator(".rc-quad .rc-handle").first.get_attribute("aria-label") == "Corners: top left, x 259.4, y 59.2"


def test_the_keyboard_alone_does_it_all(canvas):
    track = shot_scene(canvas)
    page = canvas.page
    page.get_by_role("button", name="Take back the last change").first.focus()
    reached = []
    for _ in range(12):
        reached.append(page.evaluate("document.activeElement.ariaLabel"))
        page.keyboard.press("Tab")
    assert {"Take back the last change", "Zoom out", "Show the whole picture", "Zoom in"} <= set(reached)
    assert sum(name.startswith("Corners: ") for name in reached if name) == 5
    page.locator(".rc-quad .rc-handle").nth(2).focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert numbers(canvas.value(track, "corners"))[4] == 627.3
    page.get_by_role("button", name="Take back the last change").first.focus()
    page.keyboard.press("Enter")
    assert canvas.value(track, "corners") == SIGN


def test_nothing_is_fetched_from_elsewhere(canvas):
    shot_scene(canvas)
    ours = f"http://127.0.0.1:{canvas.server.port}/"
    elsewhere = [url for url in canvas.fetched if not url.startswith((ours, "blob:", "data:"))]
    assert [url for url in elsewhere if "raccord" in url.lower()] == []
