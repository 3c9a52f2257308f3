/** Kit editor: swatches with role, share and tolerance, and banned colours, over the ordinary texts `palette` and `banned`. */

import { el, stand, style, takesText, valueOf } from "../base.js";
import { listOf } from "./list.js";
import { pieces } from "./text.js";

const RULES = `
  .rc-kit fieldset { min-width: 0; margin: 0 0 8px; padding: 0; border: 0; }
  .rc-kit [role="status"] { font-weight: 600; white-space: pre-line; }
  .rc-colour { display: flex; align-items: center; gap: 3px; padding: 1px 0 3px; }
  .rc-colour > :nth-child(n + 3):not(code) { order: 1; }
  .rc-colour code { width: 54px; font: inherit; }
  .rc-colour input { width: 42px; padding: 0 4px; appearance: textfield; }
  .rc-colour input:not([type]) { flex: 1; }
  .rc-colour [type="color"] { width: 30px; padding: 0 1px; border: 0; }
  .rc-colour .rc-button { padding: 0; border: 0; touch-action: none; }
  .rc-colour ::placeholder { color: var(--rc-soft); }
  .rc-colour > .rc-here { outline: 2px dashed; }
`;

export const wants = (data) => takesText(data, "palette") && takesText(data, "banned");

export function attach(node) {
  style(RULES);
  const { element, changed } = stand(node, "kit", 340, 420);
  const texts = ["palette", "banned"].map((name) => valueOf(node, name)), lists = texts.map(listOf);
  element.append(el("div", { class: "rc-scroll", "data-capture-wheel": "true" }, lists.map((list) => list.element)));
  changed(() => {
    const read = texts.map((text) => pieces(text.read()));
    lists.forEach((list, i) => list.show(read[i], read[1 - i]));
  }, ...texts);
}
