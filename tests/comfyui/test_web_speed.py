"""How much script a pull costs on a full canvas, and what the pack adds to the start of the page."""

import statistics

import numpy as np
import pytest
from PIL import Image
from web_pointing import centre

MOVE_MS, START_MS = 16, 50


@pytest.fixture(scope="module")
def large(canvas_server):
    """A 4K picture in the input folder."""
    make = np.random.default_rng(1)
    small = Image.fromarray(make.integers(0, 255, (216, 384, 3), dtype=np.uint8))
    small.resize((3840, 2160), Image.Resampling.BICUBIC).save(canvas_server.base / "input" / "large.png", compress_level=1)


def test_pulling_a_corner_costs_less_than_a_frame(canvas, large, record_property):
    """Time in our listeners and all that they call, while the mouse pulls; 4K, 40 nodes."""
    photo, stamp = canvas.add("LoadImage", (40, 40), image="large.png"), canvas.add("RaccordStampMarkers", (400, 40))
    canvas.wire(photo, 0, stamp, "image")
    for i in range(38):
        canvas.page.evaluate("""i => {
            const node = LiteGraph.createNode(['RaccordTrackSurface', 'PreviewImage', 'ImageInvert'][i % 3]);
            node.pos = [40 + (i % 8) * 180, 700 + Math.floor(i / 8) * 220];
            app.graph.add(node);
        }""", i)
    page = canvas.page
    editor = page.locator(".rc-quad").first
    editor.locator(".rc-plane img").wait_for()
    handle = editor.locator(".rc-handle").nth(2)
    page.evaluate("""() => {
        window.spent = [];
        const stage = document.querySelector('.rc-quad .rc-stage');
        let from = 0;
        window.addEventListener('pointermove', () => { from = performance.now(); }, true);
        const till = () => { spent.push(performance.now() - from); };
        for (const button of stage.querySelectorAll('button')) button.addEventListener('pointermove', till);
    }""")
    x, y = centre(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(80):
        page.mouse.move(x + i, y - i / 2)
    page.mouse.up()
    spent = page.evaluate("spent")
    assert len(spent) >= 40
    record_property("milliseconds a move", f"median {statistics.median(spent):.2f}, worst {max(spent):.2f}")
    print(f"milliseconds a move: median {statistics.median(spent):.2f}, worst {max(spent):.2f}, {len(spent)} moves")
    assert statistics.median(spent) < MOVE_MS / 4
    assert sorted(spent)[int(0.95 * len(spent))] < MOVE_MS


def test_the_pack_adds_little_to_the_start(canvas, record_property):
    """What our modules cost once they are here: parsing, registering, and the words."""
    page = canvas.page
    fetched = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    files = [url for url in fetched if "raccord" in url and ".js" in url]
    assert files
    spent = page.evaluate("""async (urls) => {
        await Promise.all(urls.map(url => fetch(url, { cache: 'force-cache' }).then(r => r.text())));
        const texts = await Promise.all(urls.map(url => fetch(url, { cache: 'force-cache' }).then(r => r.text())));
        const from = performance.now();
        for (const text of texts)
            new Function(`return async () => {${text.replace(/^(import .*|export )/gm, '').replaceAll('import.meta', '({})')}}`);
        return performance.now() - from;
    }""", files)
    record_property("milliseconds of parsing", f"{spent:.1f}")
    print(f"milliseconds of parsing {len(files)} modules: {spent:.1f}")
    assert spent < START_MS
