/** Opens the report that Save Report wrote, in a tab of its own where no script of it can run. */

import { button, el } from "../base/dom.js";
import { t } from "../base/words.js";

export const icon = (name) => el("i", { class: `pi pi-${name}` });

/** The button for the page that a node saved, if it did. */
export const opener = ({ page }, api) => page && button(t("report.open"), icon("external-link"), async () => {
  const tab = window.open("", "_blank"); // at once: after a wait it would be a pop-up
  if (!tab) return; // the browser says that it keeps tabs from opening
  const answer = await api.fetchApi(`/view?${new URLSearchParams(page)}`, { cache: "no-store" });
  // ComfyUI serves a page as a download only; its text goes into a frame that may neither run nor reach anything
  tab.document.title = page.filename;
  tab.document.body.append(answer.ok ? el("iframe", { sandbox: true, srcdoc: await answer.text(), title: page.filename,
    style: "position:fixed;inset:0;border:0;width:100%;height:100%" }) : t("report.gone", { path: page.filename }));
});
