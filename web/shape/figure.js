/** A shape on a stage: its outline, and handles to pull or to push by keys. */

import { arrow, drag, el, style, svg, t } from "../base.js";
import { centre, moved, outline } from "./points.js";

const RULES = `
  .rc-lines { pointer-events: none; fill: none; stroke: #ffb000; stroke-width: 1.5; }
  .rc-lines * { vector-effect: non-scaling-stroke; }
  .rc-under { stroke: #000; stroke-width: 3.5; }
  .rc-offer { pointer-events: auto; cursor: pointer; fill: transparent; stroke: #fff; stroke-dasharray: 3 3; }
  .rc-offer:hover { fill: #fff4; }
  .rc-handle { position: absolute; translate: -50% -50%; width: 26px; height: 26px; border: 0; border-radius: 50%;
    background: none; cursor: crosshair; touch-action: none; }
  .rc-handle::before { content: ""; position: absolute; inset: 7px; border: 2px solid #ffb000; border-radius: inherit;
    box-shadow: 0 0 0 1.5px #000, inset 0 0 0 1px #000; }
  .rc-quad .rc-lines + .rc-handle::before { background: #ffb000; }
  .rc .rc-handle:focus-visible { outline: 2px solid #fff; outline-offset: -3px; box-shadow: 0 0 0 2px #000; }
  .rc-middle { width: auto; min-width: 26px; border-radius: 3px; font: 600 11px system-ui; color: #fff;
    text-shadow: 0 0 3px #000; }
  .rc-middle:not(:empty)::before { content: none; }
  .rc-handle:disabled { visibility: hidden; }
`;
const CORNERS = { 1: ["point"], 2: ["tl", "br"], 4: ["tl", "tr", "br", "bl"] };

/** The parts of the shape `{ name, label, points, keep(points) }` that `find()` finds; `draw()` puts them in their place. */
export function makeFigure(stage, find, fixed) {
  style(RULES);
  const lines = [svg("polygon", { class: "rc-under" }), svg("polygon")], { points: { length }, label } = find();
  const place = (i) => find().points[i] ?? centre(find().points);
  const magnify = (i) => stage.magnify(place(i), outline(find().points));
  let changed = false;

  function draw() {
    const { name, points } = find(), size = stage.size();
    for (const line of lines) line.setAttribute("points", outline(points).join(" "));
    handles.forEach((handle, i) => {
      const [x, y] = place(i), corner = t(`board.${CORNERS[length][i] ?? "all"}`);
      handle.style.cssText = `left:${x / size[0] * 100}%;top:${y / size[1] * 100}%`;
      handle.setAttribute("aria-label", t("board.handle", { name, corner, x: x.toFixed(1), y: y.toFixed(1) }));
    });
  }
  function move(i, to) {
    find().points = moved(find().points, i, to, stage.size());
    changed = true;
    draw();
    magnify(i);
  }
  function keep() {
    if (changed) find().keep(find().points);
    changed = false;
  }
  const handles = Array.from({ length: length > 1 ? length + 1 : 1 }, (_, i) => {
    const handle = el("button", {
      class: `rc-handle ${i < length ? "" : "rc-middle rc-cut"}`, disabled: fixed, keyup: keep,
      keydown(event) {
        const way = arrow(event, 0.1);
        if (way) move(i, place(i).map((v, axis) => v + way[axis]));
      },
      focus: () => magnify(i),
      blur() {
        keep();
        stage.magnify(null);
      },
    }, i === length && label);
    drag(handle, (event) => {
      const from = place(i), grip = stage.toPicture(event);
      return (now, done) => {
        if (!done) return move(i, stage.toPicture(now).map((v, axis) => from[axis] + v - grip[axis]));
        keep();
        stage.magnify(null);
      };
    });
    return handle;
  });
  return { lines, handles, draw };
}
