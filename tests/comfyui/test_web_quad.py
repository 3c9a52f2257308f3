"""The quad editor on the canvas: what it shows, and what it writes."""

CORNERS = "120,80 520,90 510,330 130,320"


def editor(canvas, node):
    """The editor of the only node on the canvas."""
    return canvas.page.locator(".rc-quad")


def test_it_stands_on_the_node_and_follows_the_text(canvas):
    node = canvas.add("RaccordTrackSurface")
    assert editor(canvas, node).is_visible()
    canvas.type(node, "corners", CORNERS)
    assert CORNERS in editor(canvas, node).inner_text()
