"""Reports that reach the page as a run sends them, without the run."""

import uuid

import numpy as np
from PIL import Image

STRIP = {"start": 0, "count": 10, "columns": 10, "rows": [
    {"check": "seam.colour", "verdict": "fail", "finding": 0, "marks": [[4, 5, "fail", 0]],
     "levels": [10, None, 30, 40, 100, 100, 60, 70, 80, 90]},
    {"check": "drift.grain", "verdict": "pass", "finding": 1, "marks": [], "levels": [5] * 10}]}
FINDINGS = [
    {"check": "seam.colour", "verdict": "fail", "number": "3.2 / 2 dE2000", "frames": [[4, 5]],
     "box": [16, 8, 32, 16], "message": "The join is seen.", "suggestion": "Ramp the colour over 12 frames."},
    {"check": "drift.grain", "verdict": "pass", "number": "0.1 / 2", "frames": [[0, 9]], "message": "The grain holds."}]


def form(node="RaccordApplyGrade", verdict="fail", **more):
    """A report in its compact form."""
    return {"schema": "raccord.panel/1", "node": node, "subject": "SH010", "verdict": verdict, "sentence": "The join is seen.",
            "findings": FINDINGS, "strip": STRIP} | more


def picture(canvas, name, level, size=(64, 32)):
    """A grey picture among the server's temporary files, as a report names it."""
    folder = canvas.server.base / "temp" / "raccord"
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((size[1], size[0], 3), level, np.uint8)).save(folder / name)
    return {"filename": name, "subfolder": "raccord", "type": "temp", "width": size[0], "height": size[1]}


def send(canvas, event, detail):
    """An event as ComfyUI's socket brings it."""
    canvas.page.evaluate("([event, detail]) => app.api.dispatchEvent(new CustomEvent(event, { detail }))", [event, detail])
    canvas.settle()


def tell(canvas, node, *forms, **more):
    """End a node's run with reports."""
    send(canvas, "executed", {"node": str(node), "display_node": str(node), "prompt_id": "made up",
                              "output": {"raccord": list(forms)} | more})


def blank(canvas):
    """An empty workflow with an id of its own, as the menu makes one."""
    canvas.load({"id": str(uuid.uuid4()), "version": 0.4, "last_node_id": 0, "last_link_id": 0, "nodes": [], "links": []})


def run(canvas):
    """Queue the workflow and wait for the end of that very run."""
    canvas.page.evaluate("""() => new Promise(async done => {
        let mine;
        app.api.addEventListener("execution_start", ({ detail }) => { mine ??= detail.prompt_id });
        for (const end of ["execution_success", "execution_error"])
            app.api.addEventListener(end, ({ detail }) => { if (detail.prompt_id === mine) done() });
        await app.queuePrompt(0);
    })""")
    canvas.settle()
