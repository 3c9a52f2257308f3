/** Opens the report that Save Report wrote, in a tab of its own where no script of it can run. */

import { button, el } from "../base/dom.js";
import { t } from "../base/words.js";

export const icon = (name) => el("i", { class: `pi pi-${name}` });

/** The button for the page that a node saved, if it did. */
export function opener({ files = [] }, api) {
  const path = files.find((file) => file.endsWith(".html"));
  return path && button(t("report.open"), icon("external-link"), () => openPage(path, api));
}

/** ComfyUI serves a page as a download only; its text goes into a frame that may neither run nor reach anything. */
async function openPage(path, api) {
  const tab = window.open("", "_blank"), cut = path.lastIndexOf("/") + 1; // at once: after a wait it would be a pop-up
  const file = new URLSearchParams({ type: "output", subfolder: path.slice(0, cut), filename: path.slice(cut) });
  const answer = await api.fetchApi(`/view?${file}`, { cache: "no-store" });
  tab.document.title = path;
  tab.document.body.append(answer.ok ? el("iframe", { sandbox: true, srcdoc: await answer.text(), title: path,
    style: "position:fixed;inset:0;border:0;width:100%;height:100%" }) : t("report.gone", { path }));
}
