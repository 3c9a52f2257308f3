/** The quad editor: four corners on the picture that arrives, over the ordinary input `corners`. */

import { el } from "../base/dom.js";
import { stand, takesText, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";

/** Nodes whose corners are pixels of the picture that they take. */
export const wants = (data) => takesText(data, "corners") && data.name !== "RaccordLoadTrack";

export function attach(node, tools) {
    const { element, changed } = stand(node, "quad", tools, 260);
    const corners = valueOf(node, "corners", tools.app), shown = el("div", { class: "rc-text" });
    element.append(el("div", { class: "rc-soft" }, t("quad.name")), shown);
    const show = () => { shown.textContent = corners.read() ?? ""; };
    corners.listen(show);
    changed(show);
    show();
}
