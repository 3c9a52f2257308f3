/** The sidebar tab "Raccord": every report since the page was opened, the worst first. */

import { el, style } from "../base/dom.js";
import { LOOK } from "../base/look.js";
import { t } from "../base/words.js";
import { RULES } from "../report/look.js";
import { opener } from "../report/page.js";
import { sentenceOf } from "../report/report.js";
import { news, nodeAt, reports } from "../report/runs.js";
import { rank, sign, wordOf } from "../report/verdict.js";

const OWN = `
  .rc.rc-side { height: 100%; background: none; padding: 12px; overflow-y: auto; }
  .rc-side > div { display: flex; gap: 4px; }
  .rc-side-row { display: grid; grid-template-columns: 18px 1fr auto; gap: 2px 6px; height: auto; padding: 7px; text-align: start;
    line-height: 1.35; }
  .rc-side-row p { grid-column: 2 / 4; margin: 0; max-height: 4.05em; overflow: hidden; }
`;

/** Show a node in the middle of the canvas, also inside a sub-graph, and select it. */
async function goTo({ canvas }, node) {
  if (canvas.graph !== node.graph) {
    canvas.subgraph = node.graph.isRootGraph === false ? node.graph : undefined;
    canvas.setGraph(node.graph);
    await new Promise((resolve) => setTimeout(resolve, 100)); // ComfyUI puts the view of that graph back first
  }
  canvas.deselectAll();
  canvas.select(node);
  canvas.centerOnNode(node);
}

/** What ComfyUI registers as a tab. */
export function sidebar({ app, api }) {
  let end;
  const render = (place) => {
    [LOOK, RULES, OWN].forEach(style);
    end?.abort();
    end = new AbortController();
    const { signal } = end, note = el("div", { class: "rc-soft", role: "status" }), side = el("div", { class: "rc rc-side" });
    const rowOf = ({ id, at, title, form }) => el("div", null, el("button", {
      class: "rc-button rc-side-row rc-fill", title: t("side.go", { title }),
      click() {
        const node = nodeAt(app, id);
        if (node) goTo(app, node);
        else note.textContent = t("side.elsewhere", { title });
      },
    }, sign(form.verdict), el("b", { class: "rc-cut" }, title),
    el("span", { class: "rc-soft" }, `${wordOf(form.verdict)} · ${at.toLocaleTimeString()}`),
    el("p", { class: "rc-text" }, sentenceOf(form))), opener(form, api));
    const draw = () => {
      note.textContent = t(reports.length ? "side.hint" : "side.empty");
      side.replaceChildren(el("b", null, t("side.name")), note,
        ...[...reports].reverse().sort((a, b) => rank(a.form.verdict) - rank(b.form.verdict)).map(rowOf));
    };
    place.replaceChildren(side);
    news.addEventListener("change", draw, { signal });
    draw();
  };
  const title = "Raccord";
  return { id: "raccord", icon: "pi pi-verified", title, tooltip: title, type: "custom", render, destroy: () => end.abort() };
}
