"""ComfyUI's page in Debian's Chromium, for tests of the widgets: LiteGraph or Nodes 2.0, any frontend.

Needs the package `playwright` and a Chromium (CHROMIUM names another than /usr/bin/chromium). COMFYUI_FRONTENDS names further
frontends, each the `static` folder of a comfyui-frontend-package, separated as in PATH; without it the one that ComfyUI pins.
"""

import importlib.util
import os
import uuid
from pathlib import Path

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
READY = "window.app?.extensionManager && window.app.rootGraph && !document.querySelector('#comfy-loading')"
VIEWPORT = {"width": 1600, "height": 1000}


def no_browser():
    """Why no page can be opened, or nothing."""
    if importlib.util.find_spec("playwright") is None:
        return "the package playwright is absent: pip install playwright"
    return "" if CHROMIUM.exists() else f"{CHROMIUM} is absent: install Chromium, or name one as CHROMIUM"


def frontends():
    """Folders of frontends to test; none is the one that ComfyUI pins."""
    return [None, *filter(None, os.environ.get("COMFYUI_FRONTENDS", "").split(os.pathsep))]


class CanvasPage:
    """One open page; `page` is Playwright's, `said` what the console said that is ours or broke something."""

    def __init__(self, browser, server, *, nodes_2=False, light=False, language="en", zoom=1.0):
        self.server, self.nodes_2, self.said, self.fetched = server, nodes_2, [], []
        viewport = {side: round(length / zoom) for side, length in VIEWPORT.items()}
        self.page = browser.new_page(viewport=viewport, device_scale_factor=zoom)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.fetched.append(request.url))
        server.post("/settings", {"Comfy.VueNodes.Enabled": nodes_2, "Comfy.ColorPalette": "light" if light else "dark",
                                  "Comfy.Locale": language, "Comfy.TutorialCompleted": True})
        self.open()

    def _hear(self, message):
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type in ("error", "warning") and "raccord" in text.lower():
            self.said.append(text)

    def open(self):
        """Open the page, or reload it."""
        self.page.goto(f"http://127.0.0.1:{self.server.port}/")
        self.page.wait_for_function(READY, timeout=60_000)
        # ComfyUI brings back what was open last, after the page is ready: what is loaded before that is lost
        self.page.wait_for_function("app.extensionManager.workflow.activeWorkflow?.isLoaded", timeout=60_000)
        self.settle()

    def load(self, graph):
        """Load a canvas workflow and wait until its nodes stand."""
        self.page.evaluate("g => app.loadGraphData(g)", graph)
        self.settle()

    def empty(self):
        """Go on with an empty canvas; of another id, as ComfyUI keeps the values of widgets by graph and node."""
        self.load({"id": str(uuid.uuid4()), "version": 0.4, "nodes": [], "links": [], "last_node_id": 0, "last_link_id": 0})

    def settle(self):
        """Wait until ComfyUI has drawn and has looked for changes."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 150)))")

    def add(self, kind, at=(60, 60), **values):
        """Add a node; its id."""
        node = self.page.evaluate("""([kind, at, values]) => {
            const node = LiteGraph.createNode(kind);
            node.pos = at;
            app.graph.add(node);
            for (const [name, value] of Object.entries(values)) {
                const widget = node.widgets.find(w => w.name === name);
                widget.value = value;
                widget.callback?.(value);
            }
            return node.id;
        }""", [kind, list(at), values])
        self.settle()
        return node

    def wire(self, source, output, target, name):
        """Wire an output, by its number, to an input, by its name."""
        self.page.evaluate("""([source, output, target, name]) => {
            const to = app.graph.getNodeById(target);
            app.graph.getNodeById(source).connect(output, to, to.inputs.findIndex(i => i.name === name));
        }""", [source, output, target, name])
        self.settle()

    def value(self, node, name):
        """What an ordinary widget holds."""
        return self.page.evaluate("([n, w]) => app.graph.getNodeById(n).widgets.find(x => x.name === w).value", [node, name])

    def type(self, node, name, value):
        """Give an ordinary widget a value as a hand at its field does."""
        self.page.evaluate("""([n, name, value]) => {
            const node = app.graph.getNodeById(n), widget = node.widgets.find(x => x.name === name);
            widget.value = value;
            widget.callback?.(value, app.canvas, node);
        }""", [node, name, value])
        self.settle()

    def prompt(self):
        """What reaches /prompt when the workflow is queued; nothing runs."""
        held = []

        def hold(route):
            held.append(route.request.post_data_json)
            route.fulfill(json={"prompt_id": "held", "number": 1, "node_errors": {}})

        self.page.route("**/api/prompt", hold)
        self.page.evaluate("app.queuePrompt(0)")
        self.page.unroute("**/api/prompt")
        return held[0]["prompt"]

    def run(self, seconds=120):
        """Queue the workflow and wait for its end."""
        self.page.evaluate("app.queuePrompt(0)")
        self.page.wait_for_function("""async () => { const queue = await app.api.getQueue();
            return queue.Running.length + queue.Pending.length === 0 }""", timeout=seconds * 1000)
        self.settle()

    def boxes(self):
        """Where nodes lie on the canvas as they are drawn, title bars included: title, and x, y, width, height."""
        return self.page.evaluate("""vue => app.graph.nodes.map(node => {
            if (!vue) return [node.title, [...(node.updateArea(), node.boundingRect)]];
            const { scale, offset } = app.canvas.ds, ground = app.canvas.canvas.getBoundingClientRect();
            const box = document.querySelector(`[data-node-id="${node.id}"]`).getBoundingClientRect();
            return [node.title, [(box.left - ground.left) / scale - offset[0], (box.top - ground.top) / scale - offset[1],
                                 box.width / scale, box.height / scale]];
        })""", self.nodes_2)

    def saved(self):
        """The workflow as it would be saved."""
        return self.page.evaluate("JSON.parse(JSON.stringify(app.rootGraph.serialize()))")

    def keep(self):
        """Let ComfyUI's undo know what a script did, as the hand's next click would."""
        self.page.evaluate("app.canvas.emitBeforeChange(); app.canvas.emitAfterChange()")
        self.settle()

    def undo(self):
        """ComfyUI's own undo."""
        self.page.evaluate("app.extensionManager.workflow.activeWorkflow.changeTracker.undo()")
        self.settle()

    def undos(self):
        """How many steps ComfyUI could undo."""
        return self.page.evaluate("app.extensionManager.workflow.activeWorkflow.changeTracker.undoQueue.length")

    def zoom(self, scale, at=(0, 0)):
        """Scale the canvas, its point `at` in the upper left."""
        self.page.evaluate("""([scale, at]) => {
            Object.assign(app.canvas.ds, { scale, offset: [-at[0], -at[1]] });
            app.canvas.setDirty(true, true);
        }""", [scale, list(at)])
        self.settle()

    def close(self):
        self.page.close()
