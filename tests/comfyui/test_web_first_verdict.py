"""From an empty canvas to the first verdict with the mouse alone: template, four corners, Run, read."""

import pytest
from web_pointing import centre, numbers, on_page, plane

MOST = 12
WALL = [(300, 330), (640, 330), (652, 508), (290, 500)]


@pytest.fixture(scope="module")
def drawn(canvas_server):
    """The example shot, drawn before the hand begins: what is tried are the actions, not the wait for 73 frames."""
    canvas_server.run({"1": {"class_type": "RaccordExampleShot", "inputs": {}},
                       "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 7]}}})


class Hand:
    """A mouse whose every click and pull is counted."""

    def __init__(self, canvas):
        self.canvas, self.mouse, self.actions = canvas, canvas.page.mouse, 0

    def click(self, target):
        target.wait_for()
        self.mouse.click(*centre(target))
        self.actions += 1
        self.canvas.settle()

    def pull(self, target, to):
        self.mouse.move(*centre(target))
        self.mouse.down()
        self.mouse.move(*to, steps=5)
        self.mouse.up()
        self.actions += 1
        self.canvas.settle()


def test_a_verdict_in_twelve_actions(canvas, drawn):
    hand, page = Hand(canvas), canvas.page
    hand.click(page.get_by_text("Templates", exact=True).first)
    dialog = page.get_by_role("dialog")
    hand.click(dialog.get_by_text("raccord", exact=True).or_(dialog.get_by_text("comfyui-raccord", exact=True)))
    hand.click(dialog.get_by_text("prepare_frame").or_(dialog.get_by_text("Prepare a frame")).first)
    editor = page.locator(".rc-quad").first
    editor.locator(".rc-plane img").wait_for()
    page.wait_for_timeout(1000)  # the canvas glides to the whole workflow
    hand.click(editor.get_by_role("button", name="Upright rectangle"))
    for number, point in enumerate(WALL):
        hand.pull(editor.locator(".rc-handle:not(.rc-middle)").nth(number), on_page(editor, point))
    hand.click(page.get_by_test_id("queue-button"))
    markers = page.evaluate("app.graph.nodes.find(n => n.type === 'RaccordStampMarkers').id")
    pulled = numbers(canvas.value(markers, "corners"))
    assert pulled == pytest.approx([v for point in WALL for v in point], abs=1.5 / plane(editor)[2])
    page.wait_for_function("id => app.nodeOutputs[id]?.raccord", arg=str(markers), timeout=60_000)
    canvas.settle()
    report = page.evaluate("id => app.nodeOutputs[id].raccord[0]", str(markers))
    assert report["verdict"] == "pass"
    verdict = page.locator(".rc-report").filter(has_text="Pass").first
    assert verdict.is_visible()
    assert hand.actions <= MOST
    print(f"{hand.actions} actions")
