/** The heat strip: checks × frames. How high a column is filled says how near a number lies to its limit. */

import { el, svg, t } from "../base.js";
import { colourOf, sign } from "./verdict.js";

/** A check's columns, in the colour of its verdict where they reach the limit; marks lie on the frames at fault. */
function heatOf({ levels = [], marks, verdict }, { start, count, columns }) {
  const wide = count / columns, ink = (kind) => `--rc-ink:${colourOf(kind)}`;
  const heat = (kind, full) => svg("path", { style: ink(kind), d: levels.map((level, x) => (level === null || level > 99 !== full
    ? "" : `M${start + x * wide} 100V${Math.min(90, 100 - level)}h${wide}V100z`)).join("") });
  return svg("svg", { viewBox: `${start} 0 ${count} 100`, preserveAspectRatio: "none", "aria-hidden": "true" },
    heat("pass", false), heat(verdict, true), marks.map(([first, last, kind]) =>
      svg("rect", { style: ink(kind), x: first, width: Math.max(last - first + 1, count / 80), height: 100 })));
}

/** A row for every check, with a slider over it; `choose(row, first, last, level)` is told a cell, and says it in words. */
export function stripOf(strip, choose) {
  const { start, count, columns, rows } = strip, frameOf = (at) => start + Math.ceil(at * count / columns);
  return el("div", { class: "rc-strip", role: "group", "aria-label": t("report.strip") }, rows.flatMap((row) => {
    const { check, verdict, marks, levels = [] } = row, [[worst] = [start]] = marks;
    const go = ({ target }) => {
      const at = Number(target.value), first = frameOf(at), last = Math.max(first, frameOf(at + 1) - 1);
      target.ariaValueText = choose(row, first, last, levels[at] ?? null);
    };
    return [el("div", { class: "rc-cut", title: check }, sign(verdict), check), el("div", { class: "rc-heat" }, heatOf(row, strip),
      el("input", { type: "range", max: columns - 1, value: Math.floor((worst - start) * columns / count),
        "aria-label": check, focus: go, input: go }))];
  }), el("span"), el("div", { class: "rc-row rc-soft" }, el("span", { class: "rc-fill" }, start), start + count - 1));
}
