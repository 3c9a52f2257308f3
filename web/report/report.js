/** The report panel: what a node found, on the node itself. */

import { button, el, style } from "../base/dom.js";
import { clamp } from "../base/hands.js";
import { leftBy } from "../base/picture.js";
import { stand } from "../base/widget.js";
import { t } from "../base/words.js";
import { RULES } from "./look.js";
import { icon, opener } from "./page.js";
import { curtain, shot } from "./pictures.js";
import { formsIn, news } from "./runs.js";
import { stripOf } from "./strip.js";
import { pill, rank } from "./verdict.js";

const LINE = 36, MOST = 560, OPEN = "raccord_report_open";

/** Every node that reports. */
export const wants = (data) => data.output_name?.includes("report");

/** The sentence that matters. */
export const saidOf = ({ sentence }) => el("div", { class: "rc-said rc-text" }, sentence);

export function attach(node, tools) {
  style(RULES);
  let least = LINE, shown = null;
  const { element, signal, changed } = stand(node, "report", tools, () => least, 300), inner = el("div");
  element.append(el("div", { class: "rc-scroll", "data-capture-wheel": true }, inner));

  const draw = () => {
    const [worst] = formsIn(leftBy(node, tools.app)).filter((form) => form.node === node.comfyClass)
      .sort((a, b) => rank(a.verdict) - rank(b.verdict));
    if (worst !== shown) inner.replaceChildren(worst ? panelOf(worst, node, tools.api) : t("report.none"));
    shown = worst;
  };
  changed(draw);
  news.addEventListener("change", draw, { signal });

  /** The node gives the height that the content asks for, and takes it back. */
  const room = () => {
    const before = least, [width, height] = node.size;
    if (!inner.offsetHeight) return; // not on the canvas that is open
    least = clamp(inner.offsetHeight + 14, LINE, MOST);
    element.style.minHeight = `${least}px`;
    node.setSize([width, Math.max(node.computeSize()[1], height + Math.min(0, least - before))]);
    node.setDirtyCanvas(true, true);
  };
  new ResizeObserver(room).observe(inner);
}

/** Verdict and sentence, and below them all of the report. */
function panelOf(form, node, api) {
  const { verdict, findings, strip, pictures: { before, after, frames = [], evidence = [] } = {} } = form;
  const cell = el("div");
  const show = (line, { message = "", suggestion, box } = {}, frame) => cell.replaceChildren(
    el("div", { class: "rc-soft rc-text" }, line), el("div", { class: "rc-text" }, message),
    suggestion ? adviceOf(suggestion) : "", frame ? shot(frame, t("report.frame", frame), api, box) : "");
  const choose = ({ check, marks }, first, last, level) => {
    const [from, to, , number] = marks.find((mark) => mark[0] <= last && first <= mark[1]) ?? [], found = findings[number];
    const near = found?.number ?? (level !== null && t("report.level", { level }));
    const line = [check, t("report.frame", { frame: first === last ? first : `${first}–${last}` }), near].filter(Boolean).join(" · ");
    show(line, found, frames.find(({ finding, frame }) => finding === number && from <= frame && frame <= to));
    return line;
  };
  show("", { ...findings[0], message: "" }, frames.find(({ finding }) => finding === 0));
  return el("div", null, opener(form, api),
    el("details", { open: node.properties[OPEN], toggle: ({ target }) => node.setProperty(OPEN, target.open) },
      el("summary", { title: t("report.more") }, pill(verdict), saidOf(form)),
      strip && stripOf(strip, choose), cell, before && curtain(before, after, api),
      evidence.map((file) => shot(file, t("report.evidence"), api))));
}

function adviceOf(text) {
  const copy = button(t("report.copy"), icon("copy"), async () => {
    await navigator.clipboard?.writeText(text); // absent on a page without https
    copy.replaceChildren(icon(navigator.clipboard ? "check" : "times"));
  });
  return el("div", { class: "rc-advice rc-text" }, copy, text);
}
