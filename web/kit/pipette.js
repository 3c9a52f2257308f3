/** The pipette: a colour from the pixels of any picture of the graph, in sRGB. */

import { button, el, style } from "../base/dom.js";
import { arrow, clamp } from "../base/hands.js";
import { arrivingAt, fileOf, leftBy, viewOf } from "../base/picture.js";
import { t } from "../base/words.js";

const RULES = `
  .rc-pipette { width: min(1100px, 92vw) !important; height: min(800px, 90vh); margin: auto; padding: 12px; }
  .rc-pipette::backdrop { background: #000a; }
  .rc-strip { display: flex; gap: 6px; overflow-x: auto; flex: none; }
  .rc-strip .rc-button { padding: 0; height: 52px; flex: none; overflow: hidden; }
  .rc-strip img { height: 100%; }
  .rc-dip { flex: 1 1 0; min-height: 0; text-align: center; }
  .rc-dip canvas { max-width: 100%; max-height: 100%; cursor: crosshair; }
  .rc-glass { width: 96px; height: 96px; border: 16px solid; border-radius: 8px; image-rendering: pixelated; }
`;

/** All pictures by address: of loaders, of what nodes showed after their last run, of what arrives at any input. */
function picturesIn(tools) {
  const { app, api } = tools, found = {};
  for (const graph of [app.rootGraph, ...app.rootGraph.subgraphs.values()]) for (const node of graph.nodes) {
    const files = [fileOf(node), ...(leftBy(node, app)?.images ?? [])].filter(Boolean).map((file) => viewOf(file, api));
    for (const url of [...files, ...(node.inputs ?? []).flatMap((slot) => arrivingAt(node, slot.name, tools)?.urls ?? [])])
      found[url] ??= `${node.title} ${new URL(url, location).searchParams.get("filename") ?? ""}`;
  }
  return Object.entries(found);
}

const load = (url, kind) => new Promise((resolve, reject) => {
  const source = el(kind, { src: url, load: () => resolve(source), loadeddata: () => resolve(source), error: reject });
});

/** Let the user pick a colour: `#RRGGBB`, or nothing when the pipette was put away. */
export function pick(tools) {
  style(RULES);
  const pictures = picturesIn(tools), stage = el("div", { class: "rc-dip" }), said = el("output");
  const glass = el("canvas", { class: "rc-glass", width: 11, height: 11 });
  const show = async (url, name) => {
    try {
      stage.replaceChildren(eyeOf(await load(url, "img").catch(() => load(url, "video")), glass, said, (hex) => dialog.close(hex)));
      stage.firstChild.focus();
    } catch {
      stage.replaceChildren(t("kit.unreadable", { name }));
    }
  };
  const dialog = el("dialog", { class: "rc rc-pipette", "aria-label": t("kit.pipette"), keydown: (event) => event.stopPropagation() },
    el("div", { class: "rc-row" }, el("b", { class: "rc-fill" }, t("kit.pipette")), button(t("kit.close"), "×", () => dialog.close())),
    el("div", { class: "rc-strip" }, pictures.map(([url, name]) => button(name, el("img", { src: url, alt: name }), () => show(url, name)))),
    stage, el("div", { class: "rc-row" }, glass, said));
  document.body.append(dialog);
  dialog.showModal();
  if (pictures.length) show(...pictures[0]);
  else stage.append(t("kit.no_pictures"));
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue);
  }));
}

/** A canvas of a picture whose pixels are read under the pointer, or by arrow keys. */
function eyeOf(source, glass, said, take) {
  const width = source.naturalWidth || source.videoWidth, height = source.naturalHeight || source.videoHeight;
  let x, y, hex;
  const go = (...to) => {
    [x, y] = to.map((at, i) => clamp(Math.floor(at), 0, [width, height][i] - 1));
    const [red, green, blue] = pixels.getImageData(x, y, 1, 1).data;
    hex = `#${(0x1000000 + red * 65536 + green * 256 + blue).toString(16).slice(1).toUpperCase()}`;
    said.value = `${hex}  x ${x}, y ${y}`;
    glass.style.borderColor = hex;
    glass.getContext("2d").drawImage(canvas, x - 5, y - 5, 11, 11, 0, 0, 11, 11);
  };
  const point = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    go(((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height);
  };
  const canvas = el("canvas", {
    width, height, tabindex: 0, role: "application", "aria-label": t("kit.stage"), pointermove: point,
    click: (event) => {
      point(event);
      take(hex);
    },
    keydown: (event) => {
      const by = arrow(event);
      if (by) go(x + by[0], y + by[1]);
      if (event.key !== "Enter") return;
      event.preventDefault();
      take(hex);
    },
  });
  const pixels = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  pixels.drawImage(source, 0, 0);
  go(width / 2, height / 2);
  return canvas;
}
