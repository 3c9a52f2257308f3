/** The heat strip: checks × frames. How high a column is filled says how near a number lies to its limit. */

import { el, svg } from "../base/dom.js";
import { arrow, clamp, drag } from "../base/hands.js";
import { t } from "../base/words.js";
import { colourOf, sign } from "./verdict.js";

/** A verdict's colour on the ground of any theme. */
const inkOf = (verdict) => `color-mix(in srgb, ${colourOf(verdict)} 65%, var(--rc-text))`;

/** A check's columns, from the bottom up; marks lie on the frames at fault. */
function rowOf({ levels = [], marks, verdict }, columns) {
  const [limit, near] = verdict === "fail" ? ["fail", 70] : ["warn", 100], paths = { pass: "", warn: "", fail: "" };
  levels.forEach((level, x) => {
    const kind = level >= 100 ? limit : level >= near ? "warn" : "pass";
    if (level !== null) paths[kind] += `M${x} 100V${Math.min(90, 100 - level)}h1V100z`;
  });
  return svg("svg", { viewBox: `0 0 ${columns} 100`, preserveAspectRatio: "none", "aria-hidden": "true" },
    Object.entries(paths).map(([kind, d]) => svg("path", { d, style: `fill:${inkOf(kind)}` })),
    marks.map(([first, last, kind]) => svg("rect", { x: first, width: Math.max(last - first + 1, columns / 80), height: 100,
      style: `fill:${inkOf(kind)};stroke:${inkOf(kind)}` })));
}

/** A strip to walk with pointer and keys; `choose` is told `{ check, frame, last, level }` of a cell, and says it in words. */
export function stripOf({ start, count, columns, rows }, choose) {
  let row = 0, column = rows[0].marks[0]?.[0] ?? 0;
  const frameOf = (at) => start + Math.ceil(at * count / columns);
  const mark = el("i", { hidden: true });
  const go = (down, right) => {
    [row, column] = [clamp(down, 0, rows.length - 1), clamp(right, 0, columns - 1)];
    const { check, levels } = rows[row], frame = frameOf(column), last = Math.max(frame, frameOf(column + 1) - 1);
    mark.hidden = false;
    mark.style.cssText = `left:${column / columns * 100}%;width:${100 / columns}%;top:${row / rows.length * 100}%`;
    grid.setAttribute("aria-valuenow", frame);
    grid.setAttribute("aria-valuetext", choose({ check, frame, last, level: levels?.[column] ?? null }));
  };
  const point = (event) => {
    const { left, top, width, height } = grid.getBoundingClientRect();
    go(Math.floor((event.clientY - top) / height * rows.length), Math.floor((event.clientX - left) / width * columns));
  };
  const grid = el("div", {
    class: "rc-heat", role: "slider", tabindex: 0, "aria-label": t("report.strip"), "aria-valuenow": start,
    "aria-valuemin": start, "aria-valuemax": start + count - 1,
    keydown(event) {
      const [right, down] = arrow(event) ?? [];
      if (right !== undefined) go(row + down, column + right);
    },
  }, rows.map((one) => rowOf(one, columns)), mark);
  drag(grid, (event) => {
    point(event);
    return point;
  });
  const names = rows.map(({ check, verdict }) => el("div", { class: "rc-check", title: check }, sign(verdict),
    el("span", { class: "rc-cut" }, check)));
  return el("div", { class: "rc-strip" }, el("div", null, names), grid, el("span"),
    el("div", { class: "rc-ends rc-soft" }, el("span", null, start), el("span", null, start + count - 1)));
}
