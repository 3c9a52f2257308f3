/** The report panel: what a node found, on the node itself. */

import { button, el, style } from "../base/dom.js";
import { stand } from "../base/widget.js";
import { t } from "../base/words.js";
import { openPage } from "./page.js";
import { curtain, shot } from "./pictures.js";
import { doingOf, formsOf, news } from "./runs.js";
import { stripOf } from "./strip.js";
import { pill, rank, sign } from "./verdict.js";

const LINE = 36, CLOSED = 92, MOST = 560, OPEN = "raccord_report_open";
const RULES = `
  .rc-report > .rc-row { flex: none; flex-wrap: nowrap; }
  .rc-report-body { flex: 1 1 0; min-height: 0; overflow: hidden auto; }
  .rc-report-body > * { margin-bottom: 6px; }
  .rc-report-said { font-size: 13px; }
  .rc-report-advice { display: flex; gap: 6px; align-items: start; padding: 4px 4px 4px 8px;
    border-inline-start: 3px solid #ffb000; background: color-mix(in srgb, var(--rc-text) 7%, transparent); }
  .rc-report-old { opacity: .55; }
  .rc-cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
`;
const icon = (name) => el("i", { class: `pi pi-${name}`, "aria-hidden": "true" });

/** Every node that reports. */
export const wants = (data) => data.output_name?.includes("report");

/** The button for the page that a node saved, if it did. */
export const opener = (form, api, signal) => form.files?.some((path) => path.endsWith(".html"))
  && button(t("report.open"), icon("external-link"), () => openPage(form, api), signal);

/** The sentence that matters. */
export const sentenceOf = ({ verdict, counts = {}, sentence }) =>
  (verdict === "pass" && counts.pass > 1 ? t("report.holds", { count: counts.pass }) : sentence || t("report.nothing"));

export function attach(node, tools) {
  style(RULES);
  const { app, api } = tools;
  let least = LINE, drawn, last;
  const { element, signal, changed } = stand(node, "report", tools, () => least, 300);
  const head = el("div", { class: "rc-row", role: "status" });
  const body = el("div", { class: "rc-report-body", "data-capture-wheel": true });
  element.append(head, body);
  const isOpen = () => !!node.properties?.[OPEN];

  /** Take the height that is needed: a line where there is nothing, verdict and sentence until more is asked for. */
  function room() {
    const full = Math.min(MOST, body.scrollHeight + head.offsetHeight + 20), before = least;
    least = !last ? LINE : isOpen() ? full : CLOSED;
    if (least === before) return;
    element.style.minHeight = `${least}px`;
    if (least > before) node.expandToFitContent?.();
    else node.setSize([node.size[0], Math.max(node.computeSize()[1], node.size[1] - before + least)]);
    node.setDirtyCanvas(true, true);
  }
  function toggle() {
    node.setProperty(OPEN, !isOpen());
    draw();
    head.querySelector("[aria-expanded]").focus();
  }
  function draw() {
    const form = formsOf(node, app).sort((a, b) => rank(a.verdict) - rank(b.verdict))[0];
    const { state, text = "" } = doingOf(node) ?? {}, open = isOpen();
    const now = JSON.stringify([state, text, open]);
    if (drawn === now && last === form) return;
    drawn = now;
    const word = state ? `${t(`report.${state}`)} ${text}`.trim() : form ? "" : t("report.none");
    head.replaceChildren(...[
      form && pill(form.verdict), state === "error" && sign("fail"),
      el("span", { class: "rc-fill rc-soft rc-cut", title: word.slice(0, 600) }, word.slice(0, 300)),
      form && Object.entries(form.counts ?? {}).map(([verdict, count]) =>
        el("span", { class: "rc-row", title: t(`report.count.${verdict}`, { count }) }, sign(verdict), count)),
      form && opener(form, api, signal),
      form && button(t("report.more"), icon(open ? "chevron-up" : "chevron-down"), toggle, signal, { "aria-expanded": `${open}` }),
    ].flat().filter(Boolean));
    body.classList.toggle("rc-report-old", state === "running" || state === "error");
    if (last !== form) body.replaceChildren(...(form ? bodyOf(form, api, signal) : []));
    last = form;
    requestAnimationFrame(room);
  }
  news.addEventListener("change", draw, { signal });
  changed(draw);
  draw();
}

/** Sentence, advice, strip, and the pictures. */
function bodyOf(form, api, signal) {
  const { strip, findings, pictures = {} } = form;
  const said = el("div", { class: "rc-report-said rc-text" }), advice = el("div"), cell = el("div", { "aria-live": "polite" });
  const say = (words, finding) => {
    said.textContent = words;
    advice.replaceChildren(...(finding?.suggestion ? [el("div", { class: "rc-report-advice" },
      el("span", { class: "rc-fill rc-text" }, finding.suggestion), copier(finding.suggestion, signal))] : []));
  };
  say(sentenceOf(form), findings[0]);

  const choose = ({ check, frame, last, level }) => {
    const rows = findings.filter((row) => row.check === check && !row.node);
    const there = rows.find((row) => row.frames?.some(([from, to]) => from <= last && frame <= to));
    const at = t("report.frame", { frame: frame === last ? frame : `${frame}–${last}` });
    const over = there?.limit !== undefined && there.unit !== "frames" ? ` / ${there.limit}` : "";
    const number = there ? `${there.value ?? ""}${over} ${there.unit ?? ""}` : level === null ? "" : t("report.level", { level });
    const shown = pictures.frames?.find((one) => there?.frames.some(([from, to]) => from <= one.frame && one.frame <= to));
    say((there ?? rows[0])?.message ?? "", there);
    const words = [check, at, number.trim()].filter(Boolean).join(" · ");
    cell.replaceChildren(el("div", { class: "rc-soft rc-text" }, words),
      ...(shown ? [shot(shown, t("report.frame", { frame: shown.frame }), api, there.box)] : []));
    return words;
  };
  return [said, advice, strip && stripOf(strip, choose, signal), cell,
    pictures.before && pictures.after && curtain(pictures.before, pictures.after, api, signal),
    ...(pictures.evidence ?? []).map((file) => shot(file, t("report.evidence"), api))].filter(Boolean);
}

function copier(text, signal) {
  const copy = button(t("report.copy"), icon("copy"), async () => {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false); // not on a page without https
    copy.replaceChildren(icon(done ? "check" : "times"));
  }, signal);
  return copy;
}
