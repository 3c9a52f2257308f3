/** The report panel: what a node found, on the node itself. */

import { button, el, style } from "../base/dom.js";
import { stand } from "../base/widget.js";
import { t } from "../base/words.js";
import { RULES } from "./look.js";
import { icon, opener } from "./page.js";
import { curtain, shot } from "./pictures.js";
import { doingOf, formsOf, news } from "./runs.js";
import { stripOf } from "./strip.js";
import { pill, rank, sign } from "./verdict.js";

const LINE = 36, CLOSED = 92, MOST = 560, OPEN = "raccord_report_open";

/** Every node that reports. */
export const wants = (data) => data.output_name?.includes("report");

/** The sentence that matters. */
export const sentenceOf = ({ verdict, counts, sentence }) =>
  (verdict === "pass" && counts?.pass > 1 ? t("report.holds", { count: counts.pass }) : sentence || t("report.nothing"));

export function attach(node, tools) {
  style(RULES);
  const { app, api } = tools;
  let least = LINE, drawn, last;
  const { element, signal, changed } = stand(node, "report", tools, () => least, 300);
  const head = el("div", { class: "rc-row", role: "status" });
  const body = el("div", { class: "rc-body", "data-capture-wheel": true });
  element.append(head, body);

  /** Take the height that is needed: a line where there is nothing, verdict and sentence until more is asked for. */
  function room() {
    const full = Math.min(MOST, body.scrollHeight + head.offsetHeight + 20), before = least, [width, height] = node.size;
    least = !last ? LINE : node.properties[OPEN] ? full : CLOSED;
    if (least === before) return;
    element.style.minHeight = `${least}px`;
    node.setSize([width, Math.max(node.computeSize()[1], height + Math.min(0, least - before))]);
    node.setDirtyCanvas(true, true);
  }
  function draw() {
    const form = formsOf(node, app).sort((a, b) => rank(a.verdict) - rank(b.verdict))[0], open = !!node.properties[OPEN];
    const { state, text = "" } = doingOf(node) ?? {}, now = [state, text, open].join();
    if (drawn === now && last === form) return;
    drawn = now;
    const word = state ? `${t(`report.${state}`)} ${text.slice(0, 300)}` : form ? "" : t("report.none");
    head.replaceChildren(...[
      form && pill(form.verdict), state === "error" && sign("fail"),
      el("span", { class: "rc-fill rc-soft rc-cut", title: word }, word),
      ...Object.entries(form?.counts ?? {}).map(([verdict, count]) =>
        el("span", { class: "rc-row", title: t(`report.count.${verdict}`, { count }) }, sign(verdict), count)),
      form && opener(form, api),
      form && button(t("report.more"), icon(open ? "chevron-up" : "chevron-down"), () => {
        node.setProperty(OPEN, !open);
        draw();
        head.lastChild.focus();
      }, { "aria-expanded": `${open}` }),
    ].filter(Boolean));
    if (last !== form) body.replaceChildren(...(form ? bodyOf(form, api) : []));
    last = form;
    requestAnimationFrame(room);
  }
  news.addEventListener("change", draw, { signal });
  changed(draw);
}

/** Sentence, advice, strip, and the pictures. */
function bodyOf(form, api) {
  const { strip, findings, pictures: { before, after, frames = [], evidence = [] } = {} } = form;
  const said = el("div", { class: "rc-said rc-text" }), advice = el("div", { class: "rc-advice" });
  const cell = el("div", { "aria-live": "polite" });
  const say = (words, hint) => {
    said.textContent = words;
    const copy = button(t("report.copy"), icon("copy"), async () => {
      await navigator.clipboard?.writeText(hint); // absent on a page without https
      copy.replaceChildren(icon(navigator.clipboard ? "check" : "times"));
    });
    advice.replaceChildren(...(hint ? [el("span", { class: "rc-fill rc-text" }, hint), copy] : []));
  };
  say(sentenceOf(form), findings[0]?.suggestion);

  const choose = ({ check, frame, last, level }) => {
    const rows = findings.filter((row) => row.check === check && !row.node);
    const there = rows.find((row) => row.frames?.some(([from, to]) => from <= last && frame <= to));
    const { value = "", limit, unit = "", suggestion, box } = there ?? {}, over = limit !== undefined && unit !== "frames";
    const number = there ? `${value}${over ? ` / ${limit}` : ""} ${unit}` : level === null ? "" : t("report.level", { level });
    const at = t("report.frame", { frame: frame === last ? frame : `${frame}–${last}` });
    const line = [check, at, number.trim()].filter(Boolean).join(" · ");
    const shown = there && frames.find((one) => there.frames.some(([from, to]) => from <= one.frame && one.frame <= to));
    say((there ?? rows[0])?.message ?? "", suggestion);
    cell.replaceChildren(el("div", { class: "rc-soft rc-text" }, line),
      shown ? shot(shown, t("report.frame", shown), api, box) : "");
    return line;
  };
  return [said, advice, strip && stripOf(strip, choose), cell, before && after && curtain(before, after, api),
    ...evidence.map((file) => shot(file, t("report.evidence"), api))].filter(Boolean);
}
