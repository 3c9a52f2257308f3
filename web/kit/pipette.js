/** The pipette: a colour from the pixels of any picture of the graph, in sRGB. */

import { button, el } from "../base/dom.js";
import { arrivingAt, fileOf, leftBy, viewOf } from "../base/picture.js";
import { t } from "../base/words.js";

const SEEN = 11; // pixels on a side of the magnifier

/** Addresses of all pictures: of loaders, of what nodes showed after their last run, and of what arrives at any input. */
function picturesIn(tools) {
  const { app, api } = tools, root = app.rootGraph ?? app.graph, found = new Map();
  for (const graph of [root, ...(root.subgraphs?.values() ?? [])]) for (const node of graph.nodes) {
    const files = [fileOf(node), ...(leftBy(node, app)?.images ?? [])].filter((file) => file?.filename);
    const urls = files.map((file) => viewOf(file, api));
    for (const slot of node.inputs ?? []) urls.push(...(arrivingAt(node, slot.name, tools)?.urls ?? []));
    for (const url of urls) if (!found.has(url)) found.set(url, `${node.title} ${new URL(url, location).searchParams.get("filename") ?? ""}`);
  }
  return [...found].map(([url, name]) => ({ url, name }));
}

function load(url, kind = "img") {
  return new Promise((resolve, reject) => {
    const source = el(kind, {
      src: url, [kind === "img" ? "load" : "loadeddata"]: () => resolve(source),
      error: () => (kind === "img" ? load(url, "video").then(resolve, reject) : reject(new Error(url))),
    });
  });
}

/**
 * Let the user pick a colour.
 * @returns {Promise<string|null>} `#RRGGBB`, or null when the pipette was put away.
 */
export function pick(tools) {
  const end = new AbortController(), { signal } = end;
  const stage = el("div", { class: "rc-dip" }), said = el("output", { class: "rc-fill rc-text" });
  const glass = el("canvas", { width: SEEN, height: SEEN }), seen = el("div"), pictures = picturesIn(tools);
  const dialog = el("dialog", { class: "rc rc-pipette", "aria-label": t("kit.pipette"), signal, keydown: (event) => event.stopPropagation() });
  const look = (hex, x, y, canvas) => {
    said.value = `${hex}  x ${x}, y ${y}`;
    seen.style.background = hex;
    const view = glass.getContext("2d"), half = SEEN >> 1;
    view.clearRect(0, 0, SEEN, SEEN);
    view.drawImage(canvas, x - half, y - half, SEEN, SEEN, 0, 0, SEEN, SEEN);
  };
  const show = async ({ url, name }) => {
    try {
      stage.replaceChildren(eyeOf(await load(url), look, (hex) => dialog.close(hex), signal));
      stage.firstChild.focus();
    } catch {
      stage.replaceChildren(t("kit.unreadable", { name }));
    }
  };
  dialog.append(
    el("div", { class: "rc-row" }, el("b", { class: "rc-fill" }, t("kit.pipette")), button(t("kit.close"), "×", () => dialog.close(""), signal)),
    el("div", { class: "rc-strip" }, pictures.map((one) => button(one.name, el("img", { src: one.url, alt: one.name }), () => show(one), signal))),
    stage, el("div", { class: "rc-row rc-eye" }, glass, seen, said));
  document.body.append(dialog);
  dialog.showModal();
  if (pictures.length) show(pictures[0]);
  else stage.append(t("kit.no_pictures"));
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    end.abort();
    dialog.remove();
    resolve(dialog.returnValue || null);
  }));
}

/** A canvas of a picture whose pixels are read under the pointer, or by arrow keys. */
function eyeOf(source, look, take, signal) {
  const width = source.naturalWidth || source.videoWidth, height = source.naturalHeight || source.videoHeight;
  let x = width >> 1, y = height >> 1, hex;
  const go = (toX, toY) => {
    [x, y] = [Math.min(width - 1, Math.max(0, Math.floor(toX))), Math.min(height - 1, Math.max(0, Math.floor(toY)))];
    hex = `#${[...pixels.getImageData(x, y, 1, 1).data].slice(0, 3).map((byte) => byte.toString(16).padStart(2, "0")).join("").toUpperCase()}`;
    look(hex, x, y, canvas);
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height);
  };
  const canvas = el("canvas", {
    width, height, tabindex: 0, role: "application", "aria-label": t("kit.stage"), signal, pointermove: point,
    click: (event) => {
      point(event);
      take(hex);
    },
    keydown: (event) => {
      const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
      const step = event.shiftKey ? 10 : 1;
      if (event.key === "Enter") take(hex);
      else if (dx || dy) go(x + step * dx, y + step * dy);
      else return;
      event.preventDefault();
    },
  });
  const pixels = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  pixels.drawImage(source, 0, 0);
  go(x, y);
  return canvas;
}
