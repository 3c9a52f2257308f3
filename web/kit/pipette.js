/** The pipette: a colour from the pixels of any picture of the graph, in sRGB. */

import { button, el, style } from "../base/dom.js";
import { clamp } from "../base/hands.js";
import { arrivingAt, fileOf, leftBy, viewOf } from "../base/picture.js";
import { t } from "../base/words.js";
import { makeHandle } from "../shape/handle.js";
import { makeStage } from "../shape/stage.js";

const RULES = `
  dialog.rc { width: min(1100px, 92vw); height: min(800px, 90vh); margin: auto; padding: 12px; }
  dialog.rc::backdrop { background: #000a; }
  .rc-pictures { display: flex; flex: none; overflow-x: auto; }
  .rc-pictures .rc-button { flex: none; height: auto; }
  .rc-pictures img { height: 52px; }
  .rc-taken { border-inline-start-width: 24px; }
`;

/** Addresses and names of the pictures that loaders hold, that nodes showed after their last run, that arrive at any input. */
function picturesIn(tools) {
  const { app, api } = tools, graphs = [app.rootGraph, ...app.rootGraph.subgraphs.values()];
  return [...new Map(graphs.flatMap((graph) => graph.nodes).flatMap((node) => [
    ...(node.inputs ?? []).map(({ name }) => arrivingAt(node, name, tools)?.urls[0]),
    ...[fileOf(node), ...(leftBy(node, app)?.images ?? [])].map((file) => file && viewOf(file, api)),
  ].filter(Boolean).map((url) => [url, node.title])))];
}

const load = (url, kind) => new Promise((resolve, reject) => {
  const source = el(kind, { src: url, load: () => resolve(source), loadeddata: () => resolve(source), error: reject });
});

/** Let the user pick a colour: `#RRGGBB`, or nothing when the pipette was put away. */
export async function pick(tools) {
  style(RULES);
  const end = new AbortController(), stage = makeStage(end.signal, t("kit.pipette")), pictures = picturesIn(tools);
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }), note = el("div", { role: "status" }, t("kit.no_pictures"));
  let element = null, pixel = null;
  const go = (to) => {
    pixel = to.map((v, i) => clamp(Math.floor(v), 0, stage.size()[i] - 1));
    pen.drawImage(element, -pixel[0], -pixel[1]);
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    take.textContent = `#${(0x1000000 + red * 65536 + green * 256 + blue).toString(16).slice(1).toUpperCase()}`;
    take.style.borderColor = take.textContent;
    stage.draw();
  };
  const handle = makeHandle(stage, { name: () => `${take.textContent} ${pixel}`, at: () => pixel?.map((v) => v + 0.5), move: go,
    keep() {}, lines: () => [], steps: [1, 10] });
  stage.layer.append(handle);
  stage.root.addEventListener("click", (event) => element && event.target !== handle && go(stage.toPicture(event)));
  const show = async (url, name) => {
    element = await load(url, "img").catch(() => load(url, "video")).catch(() => null);
    note.textContent = element ? t("kit.stage") : t("kit.unreadable", { name });
    if (!element) return;
    stage.show({ element, width: element.naturalWidth || element.videoWidth, height: element.naturalHeight || element.videoHeight });
    go(stage.size().map((v) => v / 2));
    handle.focus();
  };
  const take = button(t("kit.take"), "", () => dialog.close(take.textContent), { class: "rc-button rc-taken" });
  const dialog = el("dialog", { class: "rc", "aria-label": t("kit.pipette"), keydown: (event) => event.stopPropagation() },
    el("div", { class: "rc-pictures" }, pictures.map(([url, name]) => button(name, el("img", { src: url, alt: "" }), () => show(url, name)))),
    stage.root, el("div", { class: "rc-row" }, take, el("span", { class: "rc-fill" }, note), button(t("kit.close"), "×", () => dialog.close())));
  document.body.append(dialog);
  dialog.showModal();
  if (pictures.length) show(...pictures[0]);
  await new Promise((resolve) => dialog.addEventListener("close", resolve));
  end.abort();
  dialog.remove();
  return dialog.returnValue;
}
