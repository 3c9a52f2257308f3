"""Make the pictures of the widgets in the help pages: `python docs/make_widget_pictures.py URL [--still] [workflow ...]`.

URL is a running ComfyUI with the pack in it. Its page opens the canvas workflows in Chromium (the package `playwright`), runs
them, and every one of our nodes is looked at: its editor where it has one, else what it reports. Then come the nodes that load,
with files that the workflows wrote. With --still nothing runs: a report is that of an earlier run, if the server has had one.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "web" / "docs"
WORKFLOWS = ("track_surface", "continuity_guard", "normalize_plate", "prepare_frame", "brand_score", "deliver", "finish_shot")
LOADERS = "loaders"
READ = {  # by those that load, from among what the workflows write
    "RaccordLoadClip": ("file", "continuity", "next_take_00001_.mp4", ""),
    "RaccordLoadTrack": ("file", "tracks", "surface.nuke_cornerpin.nk", ""),
    "RaccordLoadGrade": ("file", "grades", "plate.cube", "raccord/luts"),
    "RaccordLoadBrandKit": ("name", "kits", "raccord.safetensors", "raccord/kits")}
REPORTS = ("RaccordContinuityGuard",)  # says more by its report than by the editor of its zones
SILENT = "Not run yet"
EDITORS = (".rc-quad", ".rc-kit", ".rc-channels", ".rc-zones", ".rc-report")
LOADED = "window.app?.extensionManager && window.app.rootGraph && !document.querySelector('#comfy-loading')"
SETTINGS = {"Comfy.VueNodes.Enabled": True, "Comfy.ColorPalette": "dark", "Comfy.Locale": "en", "Comfy.TutorialCompleted": True}
RUN = """() => new Promise(async done => {
    let mine;
    app.api.addEventListener("execution_start", ({ detail }) => { mine ??= detail.prompt_id });
    for (const end of ["execution_success", "execution_error"])
        app.api.addEventListener(end, ({ detail }) => { if (detail.prompt_id === mine) setTimeout(done, 1500) });
    await app.queuePrompt(0);
})"""
BUILD = """async given => {
    await app.loadGraphData({ version: 0.4, nodes: [], links: [], last_node_id: 0, last_link_id: 0 });
    const made = {}, add = kind => app.graph.add(LiteGraph.createNode(kind)) ?? app.graph.nodes.at(-1);
    for (const [kind, name, value] of given) {
        const node = made[kind] = add(kind), told = add("PreviewAny");
        node.widgets.find(widget => widget.name === name).value = value;
        node.connect(node.outputs.findIndex(output => output.name === "report"), told, 0);
        told.pos = [-2000, node.id * 300];
        node.pos = [node.id * 600, 0];
        node.setProperty("raccord_report_open", true);
    }
    made.RaccordLoadClip.connect(0, made.RaccordLoadTrack, made.RaccordLoadTrack.inputs.findIndex(i => i.name === "clip"));
    return Object.entries(made).map(([type, { id }]) => ({ type, id }));
}"""
SHOW = """id => {
    const node = app.graph.getNodeById(id);
    Object.assign(app.canvas.ds, { scale: 1, offset: [300 - node.pos[0], 120 - node.pos[1]] });
    app.canvas.setDirty(true, true);
    document.querySelector("#alone")?.remove();
    document.head.append(Object.assign(document.createElement("style"), {
        id: "alone", textContent: `[data-node-id]:not([data-node-id="${id}"]) { visibility: hidden }` }));
}"""
LIFT = """([id, kind]) => {
    const box = document.querySelector(`[data-node-id="${id}"] ${kind}`).getBoundingClientRect();
    app.canvas.ds.offset[1] += 120 - box.top;
    app.canvas.setDirty(true, true);
}"""


def main(url: str, names: list[str], still: bool) -> None:
    """Make the pictures of all our nodes in the workflows, of each the first that is met."""
    made: set[str] = set()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1600}, device_scale_factor=1.25)
        page.set_default_timeout(900_000)
        page.request.post(f"{url}/settings", data=SETTINGS)
        page.goto(url)
        page.wait_for_function(LOADED)
        for name in names or (*WORKFLOWS, LOADERS):
            nodes = load_files(page, url) if name == LOADERS else load(page, name)
            page.wait_for_timeout(1500) if still else page.evaluate(RUN)
            for node in nodes:
                if node["type"].startswith("Raccord") and node["type"] not in made and look(page, node):
                    made.add(node["type"])
        browser.close()


def load(page: Page, name: str) -> list[dict]:
    """Open a canvas workflow; its nodes."""
    document = json.loads((ROOT / "workflows" / f"{name}.json").read_text(encoding="utf-8"))
    for node in document["nodes"]:
        node["properties"]["raccord_report_open"] = True
    page.evaluate("graph => app.loadGraphData(graph)", document)
    return document["nodes"]


def load_files(page: Page, url: str) -> list[dict]:
    """Put files that the workflows wrote among the inputs, and nodes on the canvas that load them; these nodes."""
    given = []
    for kind, (slot, source, name, target) in READ.items():
        file = page.request.get(f"{url}/view", params={"type": "output", "subfolder": source, "filename": name}).body()
        page.request.post(f"{url}/upload/image", multipart={
            "image": {"name": name, "mimeType": "application/octet-stream", "buffer": file},
            "subfolder": target, "overwrite": "true"})
        given.append([kind, slot, name])
    return page.evaluate(BUILD, given)


def look(page: Page, node: dict) -> bool:
    """Keep the picture of a node's editor, or of its report; whether it has one."""
    page.evaluate(SHOW, node["id"])
    page.wait_for_timeout(1500)
    frame = page.locator(f'[data-node-id="{node["id"]}"]')
    kinds = [kind for kind in EDITORS if frame.locator(kind).count()]
    kinds = [kind for kind in kinds if frame.locator(kind).first.inner_text() != SILENT]
    if not kinds:
        return False
    kind = kinds[-1 if node["type"] in REPORTS else 0]
    page.evaluate(LIFT, [node["id"], kind])
    page.wait_for_timeout(400)
    picture = trimmed(Image.open(io.BytesIO(frame.locator(kind).first.screenshot())).convert("RGB"))
    picture.save(TARGET / f"{node['type']}.widget.jpg", quality=66, optimize=True, progressive=True)
    return True


def trimmed(picture: Image.Image) -> Image.Image:
    """A picture without the empty ground at its foot."""
    ground = Image.new("RGB", picture.size, picture.getpixel((picture.width // 2, picture.height - 16)))
    box = ImageChops.difference(picture, ground).crop((12, 0, picture.width - 12, picture.height - 16)).getbbox()
    return picture.crop((0, 0, picture.width, min(picture.height, (box[3] if box else picture.height) + 16)))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), [name for name in sys.argv[2:] if name != "--still"], "--still" in sys.argv)
