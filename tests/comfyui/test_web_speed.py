"""How much script a pull costs on a full canvas, and what the pack adds to the start of the page."""

import json
import re
import statistics

import numpy as np
import pytest
from PIL import Image
from web_pointing import centre

MOVE_MS, START_MS = 16, 50
OURS = re.compile(r"/extensions/[^/]*raccord/[\w./-]+\.js")


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


def running(page, opened):
    """Milliseconds in our functions and in all that they call, while the page starts: samples of the stack, ten a millisecond."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Profiler.enable")
    cdp.send("Profiler.setSamplingInterval", {"interval": 100})
    cdp.send("Profiler.start")
    opened()
    profile = cdp.send("Profiler.stop")["profile"]
    cdp.detach()
    ours = set()
    for node in profile["nodes"]:  # a caller stands before those that it calls
        if node["id"] in ours or OURS.search(node["callFrame"]["url"]):
            ours |= {node["id"], *node.get("children", ())}
    return sum(spent for node, spent in zip(profile["samples"], profile["timeDeltas"], strict=True) if node in ours) / 1000


def reading(page, opened):
    """Milliseconds of processor time that V8 spends on parsing and compiling our files, on any thread, and how many they are."""
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["devtools.timeline", "v8", "disabled-by-default-v8.compile"])
    opened()
    events = [(event["name"], event.get("tdur", 0), OURS.search(json.dumps(event.get("args", {}))))
              for event in json.loads(browser.stop_tracing())["traceEvents"] if event["name"].startswith("v8.")]
    return sum(spent for _, spent, found in events if found) / 1000, len({found[0] for _, _, found in events if found})


def test_the_pack_adds_little_to_the_start(canvas, record_property):
    """What our modules cost: read, run, registered, their words fetched. The least of two, as other work only adds to it."""
    ran = min(running(canvas.page, canvas.open) for _ in range(2))
    read, files = min(reading(canvas.page, canvas.open) for _ in range(2))
    said = f"{ran:.1f} ms run, {read:.1f} ms parsed and compiled, {files} files"
    record_property("start", said)
    print(said)
    assert ran > 0.1
    assert files >= 20
    assert ran + read < START_MS
