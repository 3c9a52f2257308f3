/** A picture to point at: it zooms and pans, and tells where the pointer is in the picture's own pixels. */

import { el, style } from "../base/dom.js";

const RULES = `
  .rc-stage { position: relative; flex: 1 1 160px; min-height: 160px; overflow: hidden; border-radius: 4px; touch-action: none;
    background: #1c1c1c; }
  .rc-plane { position: absolute; left: 0; top: 0; transform-origin: 0 0; }
  .rc-plane > * { display: block; width: 100%; height: 100%; }
  .rc-grid { background: repeating-conic-gradient(#383838 0 25%, #2d2d2d 0 50%) 0 0 / 12.5% 22.22%; }
  .rc-lines { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; fill: none; stroke: #ffb000; }
  .rc-lines * { stroke-width: 1.5; }
  .rc-lines .rc-under { stroke: #000; stroke-width: 3.5; }
  .rc-lines .rc-loose { stroke-dasharray: 5 4; }
  .rc-lines .rc-top { stroke-width: 3; }
  .rc-lines .rc-offer { pointer-events: auto; cursor: pointer; fill: transparent; stroke: #fff; stroke-dasharray: 3 3; }
  .rc-lines .rc-offer:hover { fill: rgb(255 255 255 / .25); }
  .rc-lines text { font: 600 11px system-ui, sans-serif; fill: #fff; stroke: #000; stroke-width: 3; paint-order: stroke; }
  .rc-handle { position: absolute; left: -13px; top: -13px; width: 26px; height: 26px; padding: 0; border: 0; cursor: crosshair;
    background: none; border-radius: 50%; touch-action: none; }
  .rc-handle::before { content: ""; position: absolute; inset: 7px; border-radius: 50%; border: 2px solid #ffb000;
    box-shadow: 0 0 0 1.5px #000, inset 0 0 0 1px #000; }
  .rc-handle:hover::before, .rc-handle:focus::before { inset: 5px; }
  .rc .rc-handle:focus-visible { outline: 2px solid #fff; outline-offset: -3px; box-shadow: 0 0 0 2px #000; }
  .rc-middle { cursor: move; }
  .rc-middle::before { border-radius: 3px; inset: 8px; background: #ffb000; }
  .rc-handle:disabled { visibility: hidden; }
  .rc-lens { position: absolute; top: 6px; width: 116px; height: 116px; border: 2px solid #fff; border-radius: 8px;
    pointer-events: none; box-shadow: 0 0 0 1px #000; }
`;
const LENS = 232, SEEN = 14.5; // its own pixels, and the picture's that it shows

/** A stage that a screen reader calls `name`: what it offers is what is returned at the end. */
export function makeStage(signal, name) {
  style(RULES);
  const plane = el("div", { class: "rc-plane" }), layer = el("div");
  const glass = el("canvas", { class: "rc-lens", width: LENS, height: LENS, hidden: true, "aria-hidden": "true" });
  const root = el("div", { class: "rc-stage", tabindex: 0, role: "group", "aria-label": name, "data-capture-wheel": "true" },
    plane, layer, glass);
  const view = { k: 1, x: 0, y: 0, fitted: true }, drawers = [];
  let picture = { width: 960, height: 540 };

  const draw = (more) => {
    Object.assign(view, more);
    plane.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.k})`;
    for (const drawer of drawers) drawer();
  };
  const fit = () => {
    const wide = root.clientWidth, high = root.clientHeight;
    const k = Math.max(1e-4, Math.min((wide - 28) / picture.width, (high - 28) / picture.height));
    if (wide && high) draw({ k, x: (wide - k * picture.width) / 2, y: (high - k * picture.height) / 2, fitted: true });
  };
  /** Where an event is on the stage; a canvas that is scaled is taken out of it. */
  const onStage = (event) => {
    const box = root.getBoundingClientRect(), scale = box.width / root.offsetWidth || 1;
    return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
  };
  const zoom = (factor, [x, y] = [root.clientWidth / 2, root.clientHeight / 2]) => {
    const k = Math.min(64, Math.max(0.02, view.k * factor)), by = k / view.k;
    draw({ k, x: x - (x - view.x) * by, y: y - (y - view.y) * by, fitted: false });
  };
  const pan = (x, y) => draw({ x: view.x + x, y: view.y + y, fitted: false });

  root.addEventListener("wheel", (event) => {
    if (!root.contains(document.activeElement) || event.ctrlKey || event.metaKey) return; // the canvas's
    event.preventDefault();
    event.stopPropagation();
    zoom(1.0015 ** -event.deltaY, onStage(event));
  }, { signal, passive: false });
  let held = null;
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
    if (event.target.closest("button, .rc-offer")) return;
    held = onStage(event);
    root.setPointerCapture(event.pointerId);
  }, { signal });
  root.addEventListener("pointermove", (event) => {
    if (!held) return;
    const now = onStage(event);
    pan(now[0] - held[0], now[1] - held[1]);
    held = now;
  }, { signal });
  root.addEventListener("lostpointercapture", () => { held = null; }, { signal });
  const keys = { "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: fit };
  const ways = { ArrowLeft: [30, 0], ArrowRight: [-30, 0], ArrowUp: [0, 30], ArrowDown: [0, -30] };
  root.addEventListener("keydown", (event) => {
    const way = event.target === root && ways[event.key], act = way ? () => pan(...way) : keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  const watch = new ResizeObserver(() => (view.fitted ? fit() : draw()));
  watch.observe(root);
  signal.addEventListener("abort", () => watch.disconnect());

  return {
    root, layer, fit, zoom, draw,
    onDraw: (drawer) => drawers.push(drawer),
    size: () => [picture.width, picture.height],
    toStage: ([x, y]) => [x * view.k + view.x, y * view.k + view.y],
    toPicture: (event) => onStage(event).map((v, i) => (v - [view.x, view.y][i]) / view.k),
    /** Show `{ element, width, height }`; without an element a grid of that size. */
    show(shown) {
      const same = shown.width === picture.width && shown.height === picture.height;
      picture = shown;
      Object.assign(plane.style, { width: `${shown.width}px`, height: `${shown.height}px` });
      plane.replaceChildren(shown.element ?? el("div", { class: "rc-grid" }));
      if (same) draw();
      else fit();
    },
    /** Magnify the pixels around a point, at the side that is farther from it, with lines to other points; null puts it away. */
    lens(point, lines = []) {
      glass.hidden = !point;
      if (!point) return;
      const pen = glass.getContext("2d"), k = LENS / SEEN, { element } = picture, middle = LENS / 2;
      const left = view.x + point[0] * view.k > root.clientWidth / 2;
      Object.assign(glass.style, { left: left ? "6px" : "auto", right: left ? "auto" : "6px" });
      pen.imageSmoothingEnabled = false;
      pen.fillStyle = "#1c1c1c";
      pen.fillRect(0, 0, LENS, LENS);
      const by = (element?.naturalWidth || element?.videoWidth) / picture.width; // what a run left may be a smaller copy
      if (by) pen.drawImage(element, ...point.map((v) => (v - SEEN / 2) * by), SEEN * by, SEEN * by, 0, 0, LENS, LENS);
      for (const [colour, width] of [["#000", 5], ["#ffb000", 2]]) {
        Object.assign(pen, { strokeStyle: colour, lineWidth: width });
        pen.beginPath();
        for (const [x, y] of lines) {
          pen.moveTo(middle, middle);
          pen.lineTo(middle + (x - point[0]) * k, middle + (y - point[1]) * k);
        }
        pen.stroke();
      }
      pen.fillStyle = "#fff";
      pen.fillRect(middle - 3, middle - 3, 6, 6);
    },
  };
}
