/** A picture to point at: it zooms and pans, and tells where the pointer is in the picture's own pixels. */

import { el, style } from "../base/dom.js";

const RULES = `
  .rc-stage { position: relative; flex: 1 1 160px; min-height: 160px; overflow: hidden; border-radius: 4px; touch-action: none;
    background: #1c1c1c; cursor: default; }
  .rc-plane { position: absolute; left: 0; top: 0; transform-origin: 0 0; }
  .rc-plane > * { display: block; width: 100%; height: 100%; }
  .rc-grid { background: repeating-conic-gradient(#383838 0 25%, #2d2d2d 0 50%) 0 0 / 12.5% 22.22%; }
  .rc-lines { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; }
  .rc-lines polygon, .rc-lines path { fill: none; stroke-width: 1.5; stroke: var(--rc-mark); }
  .rc-lines .rc-under { stroke: var(--rc-under); stroke-width: 3.5; }
  .rc-lines .rc-loose { stroke-dasharray: 5 4; }
  .rc-lines .rc-top { stroke-width: 3; }
  .rc-lines .rc-offer { pointer-events: auto; cursor: pointer; fill: transparent; stroke: #fff; stroke-width: 1; stroke-dasharray: 3 3; }
  .rc-lines .rc-offer:hover { fill: rgb(255 255 255 / .25); }
  .rc-handle { position: absolute; left: -13px; top: -13px; width: 26px; height: 26px; padding: 0; border: 0; cursor: crosshair;
    background: transparent; border-radius: 50%; touch-action: none; }
  .rc-handle::before { content: ""; position: absolute; inset: 7px; border-radius: 50%; border: 2px solid var(--rc-mark);
    box-shadow: 0 0 0 1.5px var(--rc-under), inset 0 0 0 1px var(--rc-under); }
  .rc-handle:hover::before, .rc-handle:focus::before { inset: 5px; }
  .rc-handle:focus-visible { outline-color: #fff; outline-offset: -3px; box-shadow: 0 0 0 2px #000; }
  .rc-lens { position: absolute; width: 116px; height: 116px; border: 2px solid #fff; border-radius: 8px; pointer-events: none;
    box-shadow: 0 0 0 1px #000; image-rendering: pixelated; }
`;
const LENS = 116, SEEN = 14.5; // pixels of the page, pixels of the picture across

/**
* A stage.
* @param {AbortSignal} signal
* @param {string} name What a screen reader calls it.
* @returns {Object} `root` to put on the page; `layer` for what lies over the picture; `show(picture)`; `view` with `k` (page
*   pixels a picture pixel); `toPage([x, y])` and `toPicture(event)`; `zoom(factor)`; `fit()`; `onDraw(function)`;
*   `lens([x, y], lines)` and `lens(null)`.
*/
export function makeStage(signal, name) {
  style(RULES);
  const plane = el("div", { class: "rc-plane" }), layer = el("div");
  const glass = el("canvas", { class: "rc-lens", width: 2 * LENS, height: 2 * LENS, hidden: true, "aria-hidden": true });
  const root = el("div", { class: "rc-stage", tabindex: 0, role: "group", "aria-label": name, "data-capture-wheel": "true" },
    plane, layer, glass);
  const view = { k: 1, x: 0, y: 0, fitted: true };
  const drawers = [];
  let picture = { element: null, width: 960, height: 540 };

  const draw = () => {
    plane.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.k})`;
    for (const drawer of drawers) drawer();
  };
  const fit = () => {
    const wide = root.clientWidth, high = root.clientHeight;
    if (!wide || !high) return;
    view.k = Math.max(1e-4, Math.min((wide - 28) / picture.width, (high - 28) / picture.height));
    view.x = (wide - view.k * picture.width) / 2;
    view.y = (high - view.k * picture.height) / 2;
    view.fitted = true;
    draw();
  };
  /** Where an event is on the stage; a canvas that is scaled by CSS is taken out of it. */
  const onPage = (event) => {
    const box = root.getBoundingClientRect(), scale = box.width / root.offsetWidth || 1;
    return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
  };
  const zoom = (factor, at = [root.clientWidth / 2, root.clientHeight / 2]) => {
    const k = Math.min(64, Math.max(0.02, view.k * factor)), by = k / view.k;
    Object.assign(view, { k, x: at[0] - (at[0] - view.x) * by, y: at[1] - (at[1] - view.y) * by, fitted: false });
    draw();
  };
  const pan = (x, y) => { Object.assign(view, { x: view.x + x, y: view.y + y, fitted: false }); draw(); };

  root.addEventListener("wheel", (event) => {
    if (!root.contains(document.activeElement) || event.ctrlKey || event.metaKey) return; // the canvas's
    event.preventDefault();
    event.stopPropagation();
    zoom(1.0015 ** -event.deltaY, onPage(event));
  }, { signal, passive: false });
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
    if (event.target.closest("button, .rc-offer")) return;
    let last = onPage(event);
    const move = (moved) => {
      const now = onPage(moved);
      pan(now[0] - last[0], now[1] - last[1]);
      last = now;
    };
    root.setPointerCapture(event.pointerId);
    root.addEventListener("pointermove", move, { signal });
    root.addEventListener("lostpointercapture", () => root.removeEventListener("pointermove", move), { once: true, signal });
  }, { signal });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = { ArrowLeft: [30, 0], ArrowRight: [-30, 0], ArrowUp: [0, 30], ArrowDown: [0, -30] }[event.key];
    if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0") fit();
    else if (far && event.target === root) pan(...far);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  const watch = new ResizeObserver(() => (view.fitted ? fit() : draw()));
  watch.observe(root);
  signal.addEventListener("abort", () => watch.disconnect());

  return {
    root, layer, view, fit, zoom, toPicture: (event) => {
      const [x, y] = onPage(event);
      return [(x - view.x) / view.k, (y - view.y) / view.k];
    },
    toPage: ([x, y]) => [x * view.k + view.x, y * view.k + view.y],
    size: () => [picture.width, picture.height],
    onDraw: (drawer) => drawers.push(drawer),
    draw,
    /** Show `{ element, width, height }`; no element is a grid of that size. */
    show(shown) {
      const same = shown.width === picture.width && shown.height === picture.height;
      picture = shown;
      plane.style.width = `${shown.width}px`;
      plane.style.height = `${shown.height}px`;
      plane.replaceChildren(shown.element ?? el("div", { class: "rc-grid" }));
      if (same) draw();
      else fit();
    },
    /** Show the picture's pixels around a point, in the corner that is farther from it, with lines to other points. */
    lens(point, lines = []) {
      glass.hidden = !point;
      if (!point) return;
      const pen = glass.getContext("2d"), side = glass.width, k = side / SEEN;
      const left = view.x + point[0] * view.k > root.clientWidth / 2;
      glass.style.cssText = `${left ? "left" : "right"}:6px;top:6px`;
      pen.imageSmoothingEnabled = false;
      pen.fillStyle = "#1c1c1c";
      pen.fillRect(0, 0, side, side);
      const source = picture.element, whole = source?.naturalWidth || source?.videoWidth;
      if (whole) {
        const by = whole / picture.width; // a smaller copy of the picture is magnified more
        pen.drawImage(source, (point[0] - SEEN / 2) * by, (point[1] - SEEN / 2) * by, SEEN * by, SEEN * by, 0, 0, side, side);
      }
      for (const [color, width] of [["#000", 5], ["#ffb000", 2]]) {
        pen.strokeStyle = color;
        pen.lineWidth = width;
        pen.beginPath();
        for (const [x, y] of lines) {
          pen.moveTo(side / 2, side / 2);
          pen.lineTo(side / 2 + (x - point[0]) * k, side / 2 + (y - point[1]) * k);
        }
        pen.stroke();
      }
      pen.fillStyle = "#fff";
      pen.fillRect(side / 2 - 3, side / 2 - 3, 6, 6);
    },
  };
}
