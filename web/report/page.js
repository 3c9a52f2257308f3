/** Opens the report that Save Report wrote, in a tab of its own where no script of it can run. */

import { api, button, el, t } from "../base.js";

export const icon = (name) => el("i", { class: `pi pi-${name}` });

/** The button for the page that a node saved, if it did. */
export const opener = ({ page }) => page && button(t("report.open"), icon("external-link"), async () => {
  const tab = window.open("", "_blank"); // at once: after a wait it would be a pop-up
  if (!tab) return; // the browser says so
  const answer = await api.fetchApi(`/view?${new URLSearchParams(page)}`, { cache: "no-store" }); // else it is a download
  tab.document.title = page.filename;
  tab.document.body.append(answer.ok ? el("iframe", { sandbox: true, srcdoc: await answer.text(), title: page.filename,
    style: "position:fixed;inset:0;border:0;width:100%;height:100%" }) : t("report.gone", { path: page.filename }));
});
