/** A picture to point at: it zooms, pans, and magnifies. */

import { arrow, clamp, drag, el, style, svg } from "../base.js";

const RULES = `
  .rc-stage { position: relative; container-type: size; flex: 1 1 160px; min-height: 160px; overflow: hidden; touch-action: none;
    background: #1c1c1c; }
  .rc-plane { position: absolute; left: 50%; top: 50%; background: #333; aspect-ratio: var(--ratio);
    width: calc(min(100cqw - 28px, (100cqh - 28px) * var(--ratio)) * var(--zoom)); }
  .rc-plane > :not(button) { position: absolute; width: 100%; height: 100%; }
  .rc-lens { position: absolute; top: 6px; width: 116px; border: 2px solid #fff; border-radius: 8px; pointer-events: none; }
`;
const LENS = 232, NEAR = 16; // pixels of the lens; of it for one of the picture

export function makeStage(name) {
  style(RULES);
  const lines = svg("svg", { class: "rc-lines", preserveAspectRatio: "none" }), blank = el("canvas");
  const plane = el("div", { class: "rc-plane" }, blank, lines), lens = el("canvas", { class: "rc-lens", hidden: true });
  let size, zoomed = 1, middle = [0.5, 0.5]; // of the stage, in fractions of the picture

  const look = () => {
    const [x, y] = middle.map((v) => `${-v * 100}%`);
    plane.style.cssText = `--ratio:${size[0] / size[1]};--zoom:${zoomed};translate:${x} ${y}`;
  };
  const pan = (by) => {
    middle = middle.map((v, i) => v + by[i]);
    look();
  };
  /** Zoom; what lies at `still` stays. */
  const zoom = (factor, still = middle) => {
    const before = zoomed;
    zoomed = clamp(zoomed * factor, 0.5, 100);
    pan(middle.map((v, i) => (still[i] - v) * (1 - before / zoomed)));
  };
  const fit = () => {
    [zoomed, middle] = [1, [0.5, 0.5]];
    look();
  };
  /** Where an event is in the picture, in fractions. */
  const at = (event) => {
    const box = plane.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const root = el("div", {
    class: "rc-stage", tabindex: 0, role: "group", "aria-label": name, "data-capture-wheel": "true",
    wheel(event) {
      if (!root.contains(document.activeElement) || event.ctrlKey) return; // the canvas's
      event.preventDefault();
      event.stopPropagation();
      zoom(1.0015 ** -event.deltaY, at(event));
    },
    keydown(event) {
      const way = arrow(event, 30);
      if (way) pan([way[0] / plane.clientWidth, way[1] / plane.clientHeight]);
    },
  }, plane, lens);
  drag(root, (event) => {
    const held = at(event);
    return event.target.closest(".rc-offer") ? null : (now) => pan(at(now).map((v, i) => held[i] - v));
  });
  function show({ element = blank, width = 960, height = 540 } = {}) {
    size = [width, height];
    lines.setAttribute("viewBox", `0 0 ${size.join(" ")}`);
    plane.firstChild.replaceWith(element);
    look();
  }
  show();

  return {
    root, zoom, fit, show,
    size: () => size,
    toPicture: (event) => at(event).map((v, i) => v * size[i]),
    put(outlines, handles) {
      lines.replaceChildren(...outlines);
      plane.replaceChildren(plane.firstChild, lines, ...handles);
    },
    /** Magnify what is around a point, in the corner that is farther from it; null puts the lens away. */
    magnify(point, outline) {
      lens.hidden = !point;
      if (!point) return;
      lens.width = lens.height = LENS;
      lens.style.left = point[0] / size[0] > middle[0] ? "6px" : "calc(100% - 122px)";
      const pen = lens.getContext("2d");
      pen.setTransform(NEAR, 0, 0, NEAR, ...point.map((v) => LENS / 2 - v * NEAR));
      pen.imageSmoothingEnabled = false;
      pen.drawImage(plane.firstChild, 0, 0, ...size);
      Object.assign(pen, { strokeStyle: "#ffb000", lineWidth: 2 / NEAR, shadowColor: "#000", shadowBlur: 5 });
      pen.stroke(new Path2D(`M${outline.join("L")}Z`));
    },
  };
}
