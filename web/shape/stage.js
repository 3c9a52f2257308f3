/** A picture to point at: it zooms and pans, and tells where the pointer is in the picture's own pixels. */

import { el, style } from "../base/dom.js";

const RULES = `
  .rc-stage { position: relative; flex: 1 1 160px; min-height: 160px; overflow: hidden; border-radius: 4px; touch-action: none;
    background: #1c1c1c; }
  .rc-plane { position: absolute; transform-origin: 0 0; }
  .rc-plane > * { display: block; width: 100%; height: 100%; }
  .rc-grid { background: repeating-conic-gradient(#383838 0 25%, #2d2d2d 0 50%) 0 0 / 12.5% 22.22%; }
  .rc-lines { position: absolute; width: 100%; height: 100%; pointer-events: none; fill: none;
    stroke: #ffb000; stroke-width: 1.5; }
  .rc-under { stroke: #000; stroke-width: 3.5; }
  .rc-loose { stroke-dasharray: 5 4; }
  .rc-top { stroke-width: 3; }
  .rc-offer { pointer-events: auto; cursor: pointer; fill: transparent; stroke: #fff; stroke-dasharray: 3 3; }
  .rc-offer:hover { fill: rgb(255 255 255 / .25); }
  .rc-lines text { font: 600 11px system-ui; fill: #fff; stroke: #000; stroke-width: 3; paint-order: stroke; }
  .rc-handle { position: absolute; left: -13px; top: -13px; width: 26px; height: 26px; border: 0; cursor: crosshair;
    background: none; border-radius: 50%; touch-action: none; }
  .rc-handle::before { content: ""; position: absolute; inset: 7px; border-radius: 50%; border: 2px solid #ffb000;
    box-shadow: 0 0 0 1.5px #000, inset 0 0 0 1px #000; }
  .rc-handle:hover::before { inset: 5px; }
  .rc .rc-handle:focus-visible { outline: 2px solid #fff; outline-offset: -3px; box-shadow: 0 0 0 2px #000; }
  .rc-middle::before { border-radius: 3px; inset: 8px; background: #ffb000; }
  .rc-handle:disabled { visibility: hidden; }
  .rc-lens { position: absolute; top: 6px; width: 116px; border: 2px solid #fff; border-radius: 8px; pointer-events: none; }
`;
const LENS = 232, SEEN = 14.5; // its own pixels, and the picture's that it shows

/** A stage that a screen reader calls `name`: what it offers is what is returned at the end. */
export function makeStage(signal, name) {
  style(RULES);
  const plane = el("div", { class: "rc-plane" }), layer = el("div");
  const glass = el("canvas", { class: "rc-lens", width: LENS, height: LENS, hidden: true });
  const root = el("div", { class: "rc-stage", tabindex: 0, role: "group", "aria-label": name, "data-capture-wheel": "true" },
    plane, layer, glass);
  const drawers = [], on = (kind, act) => root.addEventListener(kind, act, { signal, passive: false });
  let picture = { width: 960, height: 540 }, [k, x, y, fitted, held] = [1, 0, 0, true, null];

  const draw = () => {
    plane.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
    for (const drawer of drawers) drawer();
  };
  const fit = () => {
    const wide = root.clientWidth, high = root.clientHeight;
    if (!wide || !high) return;
    k = Math.max(1e-4, Math.min((wide - 28) / picture.width, (high - 28) / picture.height));
    [x, y, fitted] = [(wide - k * picture.width) / 2, (high - k * picture.height) / 2, true];
    draw();
  };
  /** Where an event is on the stage; a canvas that is scaled is taken out of it. */
  const onStage = (event) => {
    const box = root.getBoundingClientRect(), scale = box.width / root.offsetWidth || 1;
    return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
  };
  const move = (factor, [atX, atY], byX = 0, byY = 0) => {
    const by = Math.min(64, Math.max(0.02, k * factor)) / k;
    [k, x, y, fitted] = [k * by, atX - (atX - x) * by + byX, atY - (atY - y) * by + byY, false];
    draw();
  };
  const zoom = (factor) => move(factor, [root.clientWidth / 2, root.clientHeight / 2]);
  const used = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };

  on("wheel", (event) => {
    if (!root.contains(document.activeElement) || event.ctrlKey || event.metaKey) return; // the canvas's
    used(event);
    move(1.0015 ** -event.deltaY, onStage(event));
  });
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
    if (event.target.closest("button, .rc-offer")) return;
    held = onStage(event);
    root.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    if (!held) return;
    const now = onStage(event);
    move(1, now, now[0] - held[0], now[1] - held[1]);
    held = now;
  });
  on("lostpointercapture", () => { held = null; });
  const keys = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 };
  const ways = { ArrowLeft: [30, 0], ArrowRight: [-30, 0], ArrowUp: [0, 30], ArrowDown: [0, -30] };
  on("keydown", (event) => {
    const way = event.target === root && ways[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(way || keys[event.key] || event.key === "0")) return;
    used(event);
    if (way) move(1, [0, 0], ...way);
    else if (event.key === "0") fit();
    else zoom(keys[event.key]);
  });
  const watch = new ResizeObserver(() => (fitted ? fit() : draw()));
  watch.observe(root);
  signal.addEventListener("abort", () => watch.disconnect());

  return {
    root, layer, fit, zoom, draw,
    onDraw: (drawer) => drawers.push(drawer),
    size: () => [picture.width, picture.height],
    toStage: (point) => [point[0] * k + x, point[1] * k + y],
    toPicture(event) {
      const at = onStage(event);
      return [(at[0] - x) / k, (at[1] - y) / k];
    },
    /** Show `{ element, width, height }`; without an element a grid of that size. */
    show(shown) {
      const same = shown.width === picture.width && shown.height === picture.height;
      picture = shown;
      Object.assign(plane.style, { width: `${shown.width}px`, height: `${shown.height}px` });
      plane.replaceChildren(shown.element ?? el("div", { class: "rc-grid" }));
      if (same) draw();
      else fit();
    },
    /** Magnify the pixels around a point, on the side that is farther from it, with lines to other points; null puts it away. */
    lens(point, lines) {
      glass.hidden = !point;
      if (!point) return;
      const pen = glass.getContext("2d"), { element } = picture, middle = LENS / 2;
      glass.style.left = point[0] * k + x > root.clientWidth / 2 ? "6px" : "calc(100% - 122px)";
      pen.imageSmoothingEnabled = false;
      pen.clearRect(0, 0, LENS, LENS);
      const by = (element?.naturalWidth || element?.videoWidth) / picture.width; // what a run left may be a smaller copy
      if (by) pen.drawImage(element, ...point.map((v) => (v - SEEN / 2) * by), SEEN * by, SEEN * by, 0, 0, LENS, LENS);
      for (const [colour, width] of [["#000", 5], ["#ffb000", 2]]) {
        Object.assign(pen, { strokeStyle: colour, lineWidth: width });
        pen.beginPath();
        for (const end of lines) {
          pen.moveTo(middle, middle);
          pen.lineTo(...end.map((v, i) => middle + (v - point[i]) * LENS / SEEN));
        }
        pen.stroke();
      }
    },
  };
}
