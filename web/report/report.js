/** The report panel: what a node found, on the node itself. */

import { button, clamp, el, leftBy, stand, style, t } from "../base.js";
import { RULES } from "./look.js";
import { icon, opener } from "./page.js";
import { curtain, shot } from "./pictures.js";
import { formsIn } from "./runs.js";
import { stripOf } from "./strip.js";
import { pill, rank } from "./verdict.js";

const LINE = 36, MOST = 560, OPEN = "raccord_report_open";

/** Every node that reports. */
export const wants = (data) => data.output_name?.includes("report");

/** The sentence that matters. */
export const saidOf = ({ sentence }) => el("div", { class: "rc-said rc-text" }, sentence);

export function attach(node) {
  style(RULES);
  const { element, room, changed } = stand(node, "report", LINE, 300), inner = el("div");
  let shown = null;
  element.append(el("div", { class: "rc-scroll", "data-capture-wheel": "true" }, inner));
  changed(() => {
    const [worst] = formsIn(leftBy(node)).filter((form) => form.node === node.comfyClass)
      .sort((a, b) => rank(a.verdict) - rank(b.verdict));
    if (worst !== shown) inner.replaceChildren(worst ? panelOf(worst, node) : t("report.none"));
    shown = worst;
  });
  // The content has no height while another graph is open.
  new ResizeObserver(() => inner.offsetHeight && room(clamp(inner.offsetHeight + 14, LINE, MOST))).observe(inner);
}

/** Verdict and sentence, and below them all of the report. */
function panelOf(form, node) {
  const { verdict, findings, strip, pictures: { before, after, frames = [], evidence = [] } = {} } = form;
  const cell = el("div");
  const show = (line, { message, suggestion, box } = {}, frame) => cell.replaceChildren(el("div", null,
    el("div", { class: "rc-soft rc-text" }, line), el("div", { class: "rc-text" }, message),
    suggestion && adviceOf(suggestion), frame && shot(frame, t("report.frame", frame), box)));
  const choose = ({ check, marks }, first, last, level) => {
    const [from, to, , number] = marks.find((mark) => mark[0] <= last && first <= mark[1]) ?? [], found = findings[number];
    const at = t("report.frame", { frame: first === last ? first : `${first}–${last}` });
    const line = [check, at, found?.number ?? (level !== null && t("report.level", { level }))].filter(Boolean).join(" · ");
    show(line, found, frames.find(({ finding, frame }) => finding === number && from <= frame && frame <= to));
    return line;
  };
  show("", { ...findings[0], message: "" }, frames.find(({ finding }) => finding === 0));
  return el("div", null, opener(form),
    el("details", { open: node.properties[OPEN], toggle: ({ target }) => node.setProperty(OPEN, target.open) },
      el("summary", { title: t("report.more") }, pill(verdict), saidOf(form)),
      strip && stripOf(strip, choose), cell, before && curtain(before, after),
      evidence.map((file) => shot(file, t("report.evidence")))));
}

function adviceOf(text) {
  const copy = button(t("report.copy"), icon("copy"), async () => {
    await navigator.clipboard?.writeText(text); // absent on a page without https
    copy.replaceChildren(icon(navigator.clipboard ? "check" : "times"));
  });
  return el("div", { class: "rc-advice rc-text" }, copy, text);
}
