/** The heat strip: checks × frames. How high a column is filled says how near a number lies to its limit. */

import { el, style, svg } from "../base/dom.js";
import { t } from "../base/words.js";
import { colourOf, sign } from "./verdict.js";

const HIGH = 14;
const RULES = `
  .rc-strip { display: grid; grid-template-columns: minmax(72px, 32%) 1fr; gap: 1px 6px; font-size: 11px; }
  .rc-strip-name { display: flex; gap: 4px; align-items: center; height: ${HIGH}px; margin-bottom: 1px; }
  .rc-strip-name svg { width: 11px; }
  .rc-strip-rows { position: relative; grid-area: 1 / 2; cursor: crosshair; touch-action: none; }
  .rc-strip-rows > svg { display: block; width: 100%; height: ${HIGH}px; margin-bottom: 1px;
    background: color-mix(in srgb, var(--rc-text) 9%, transparent); }
  .rc-strip rect { fill-opacity: .25; stroke-width: 2px; vector-effect: non-scaling-stroke; }
  .rc-strip-at { position: absolute; height: ${HIGH + 2}px; min-width: 4px; border: 2px solid var(--rc-text); }
`;

/** A verdict's colour on the ground of any theme. */
const inkOf = (verdict) => `color-mix(in srgb, ${colourOf(verdict)} 65%, var(--rc-text))`;

/** A check's columns, from the bottom up; marks lie on the frames at fault. */
function rowOf({ levels = [], marks, verdict }, columns) {
  const limit = verdict === "fail" ? "fail" : "warn", near = verdict === "fail" ? 70 : 100;
  const kinds = { pass: "", warn: "", fail: "" };
  levels.forEach((level, x) => {
    if (level === null) return;
    const kind = level >= 100 ? limit : level >= near ? "warn" : "pass";
    kinds[kind] += `M${x} ${HIGH}v${-Math.max(1.5, level * HIGH / 100)}h1V${HIGH}z`;
  });
  return svg("svg", { viewBox: `0 0 ${columns} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    Object.entries(kinds).map(([kind, d]) => svg("path", { d, style: `fill:${inkOf(kind)}` })),
    marks.map(([first, last, kind]) => svg("rect", { x: first, width: Math.max(last - first + 1, columns / 80), height: HIGH,
      style: `fill:${inkOf(kind)};stroke:${inkOf(kind)}` })));
}

/**
* Draw a strip that is walked with the pointer and the arrow keys.
* @param {Object} strip As in a report's compact form.
* @param {function(Object): string} choose Told `{ check, frame, last, level }` of a cell; says it in words.
* @param {AbortSignal} signal
*/
export function stripOf({ start, count, columns, rows }, choose, signal) {
  style(RULES);
  let row = 0, column = rows[0].marks[0]?.[0] ?? 0;
  const frameOf = (at) => start + Math.ceil(at * count / columns);
  const within = (value, most) => Math.min(Math.max(value, 0), most - 1);
  const mark = el("div", { class: "rc-strip-at" });
  const grid = el("div", {
    class: "rc-strip-rows", role: "slider", tabindex: 0, "aria-label": t("report.strip"), "aria-valuemin": start,
    "aria-valuemax": start + count - 1, signal, pointerdown: point, pointermove: (event) => event.buttons & 1 && point(event),
    keydown(event) {
      const [down, right] = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -columns],
        End: [0, columns] }[event.key] ?? [];
      if (down === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      go(row + down, column + right);
    },
  }, rows.map((one) => rowOf(one, columns)), mark);

  function point(event) {
    const box = grid.getBoundingClientRect();
    go(Math.floor((event.clientY - box.top) / box.height * rows.length),
      Math.floor((event.clientX - box.left) / box.width * columns));
  }
  function go(down, right) {
    row = within(down, rows.length);
    column = within(right, columns);
    show();
    const frame = frameOf(column), level = rows[row].levels?.[column] ?? null;
    grid.setAttribute("aria-valuetext",
      choose({ check: rows[row].check, frame, last: Math.max(frame, frameOf(column + 1) - 1), level }));
  }
  function show() {
    grid.setAttribute("aria-valuenow", frameOf(column));
    mark.style.cssText = `left:${column / columns * 100}%;width:${100 / columns}%;top:${row * (HIGH + 1) - 1}px`;
  }
  show();
  return el("div", { class: "rc-strip" },
    el("div", null, rows.map(({ check, verdict }) => el("div", { class: "rc-strip-name", title: check }, sign(verdict),
      el("span", { class: "rc-cut" }, check)))),
    grid, el("span"), el("div", { class: "rc-row rc-soft", style: "justify-content:space-between" },
      el("span", null, start), el("span", null, start + count - 1)));
}
