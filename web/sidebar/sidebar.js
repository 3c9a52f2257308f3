/** The sidebar tab "Raccord": every report since the page was opened, the worst first. */

import { LOOK, api, app, el, style, t } from "../base.js";
import { RULES } from "../report/look.js";
import { opener } from "../report/page.js";
import { saidOf } from "../report/report.js";
import { formsIn, nodeAt } from "../report/runs.js";
import { pill, rank } from "../report/verdict.js";

const OWN = `
  .rc.rc-side { height: 100%; background: none; padding: 12px; overflow-y: auto; }
  .rc-side > div { display: flex; gap: 4px; }
  .rc-side-row { height: auto; padding: 7px; text-align: start; line-height: 1.35; }
`;

/** Show a node in the middle of the canvas, also inside a sub-graph, and select it. */
async function goTo(node) {
  const { canvas } = app;
  if (canvas.graph !== node.graph) {
    canvas.subgraph = node.graph.isRootGraph === false ? node.graph : undefined;
    canvas.setGraph(node.graph);
    await new Promise((resolve) => setTimeout(resolve, 100)); // ComfyUI puts the view of that graph back first
  }
  canvas.deselectAll();
  canvas.select(node);
  canvas.centerOnNode(node);
}

/** What ComfyUI registers as a tab; it gathers from now on. */
export function sidebar() {
  const note = el("p", { role: "status" }, t("side.empty"));
  const side = el("div", { class: "rc rc-side" }, el("b", null, t("side.name")), note);
  const rowOf = (id, form, title) => el("div", { "data-rank": rank(form.verdict) }, el("button", {
    class: "rc-button rc-side-row rc-fill", click() {
      const node = nodeAt(id);
      if (node) goTo(node);
      else note.textContent = t("side.elsewhere", { title });
    },
  }, el("div", { class: "rc-row" }, pill(form.verdict), el("b", { class: "rc-fill rc-cut" }, title),
    el("span", { class: "rc-soft" }, new Date().toLocaleTimeString())), saidOf(form)), opener(form));
  api.addEventListener("executed", ({ detail: { display_node: id, output } }) => {
    for (const form of formsIn(output)) {
      const worse = [...side.querySelectorAll("[data-rank]")].filter((row) => row.dataset.rank < rank(form.verdict));
      (worse.at(-1) ?? note).after(rowOf(id, form, nodeAt(id)?.title ?? form.node));
      note.textContent = "";
    }
    while (side.children.length > 400) side.lastChild.remove();
  });
  return { id: "raccord", icon: "pi pi-verified", title: "Raccord", tooltip: "Raccord", type: "custom", render(place) {
    [LOOK, RULES, OWN].forEach(style);
    place.append(side);
  } };
}
