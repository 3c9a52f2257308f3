/** Opens the report that Save Report wrote, in a tab of its own where no script of it can run. */

import { el } from "../base/dom.js";
import { t } from "../base/words.js";

/** ComfyUI serves a page as a download only; its text goes into a frame that may neither run nor reach anything. */
export async function openPage(path, api) {
  const cut = path.lastIndexOf("/"), tab = window.open("", "_blank"); // at once: after a wait, a browser takes it for a pop-up
  if (!tab) return;
  const file = new URLSearchParams({ type: "output", subfolder: path.slice(0, Math.max(cut, 0)), filename: path.slice(cut + 1) });
  const answer = await api.fetchApi(`/view?${file}`, { cache: "no-store" });
  tab.document.title = path;
  tab.document.body.append(answer.ok ? el("iframe", { sandbox: true, srcdoc: await answer.text(), title: path,
    style: "position:fixed;inset:0;border:0;width:100%;height:100%" }) : t("report.gone", { path }));
}
