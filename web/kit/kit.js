/** Kit editor: swatches with role, share and tolerance, and banned colours, over the ordinary texts `palette` and `banned`. */

import { el, style } from "../base/dom.js";
import { stand, takesText, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { listOf } from "./list.js";
import { pieces } from "./text.js";

const RULES = `
  .rc-bar { display: flex; flex: none; height: 24px; border-radius: 6px; overflow: hidden; }
  .rc-bar i { background: repeating-linear-gradient(135deg, transparent 0 5px, var(--rc-line) 5px 7px); }
  .rc-colour { display: flex; flex-wrap: wrap; align-items: center; gap: 3px; margin: 2px 0; }
  .rc-here { outline: 2px dashed; }
  .rc-colour input { width: 42px; min-width: 0; padding: 0 4px; appearance: textfield; }
  .rc-colour [type="color"] { width: 30px; padding: 0 1px; border: 0; }
  .rc-colour .rc-role { flex: 1 1 50px; }
  .rc-colour code { width: 54px; font: inherit; }
  .rc-colour .rc-button { padding: 0; border: 0; touch-action: none; }
  .rc-colour ::placeholder { color: var(--rc-soft); }
  .rc-fault { width: 100%; font-weight: 600; }
`;

export const wants = (data) => takesText(data, "palette") && takesText(data, "banned");

export function attach(node, tools) {
  style(RULES);
  const { element, changed } = stand(node, "kit", tools, 340, 420);
  const texts = ["palette", "banned"].map((name) => valueOf(node, name, tools.app));
  const bar = el("div", { class: "rc-bar" }), sum = el("div", { role: "status" });
  const rows = el("div"), body = el("div", { class: "rc-scroll", "data-capture-wheel": true }, bar, sum, rows);
  element.append(body);
  let shown, quiet = false;
  /** Write a text; then the focus goes to `place`. Without one the rows stay, and with them the field that is next. */
  const write = (text, value, place) => {
    quiet = !place;
    text.write(value);
    quiet = false;
    if (place) rows.querySelector(`[data-rc="${place}"]`)?.focus();
  };
  function draw() {
    const now = JSON.stringify(texts.map((text) => [text.read(), text.wired()]));
    if (now === shown) return;
    shown = now;
    const read = texts.map((text) => pieces(String(text.read() ?? "")));
    drawBar(bar, sum, read[0].flatMap(({ colour }) => (colour?.share ? [colour] : [])));
    if (!quiet) rows.replaceChildren(...texts.flatMap((text, i) => listOf(text, read[i], read[1 - i], { tools, write })));
  }
  changed(draw, ...texts);
}

function drawBar(bar, said, given) {
  const round = (share) => Math.round(share * 10) / 10, sum = round(given.reduce((all, { share }) => all + share, 0)), rest = round(100 - sum);
  bar.replaceChildren(...given.map(({ hex, share }) => el("span", { title: `${hex} ${share} %`, style: `flex:${share};background:${hex}` })),
    rest > 0 ? el("i", { style: `flex:${rest}` }) : "");
  said.textContent = t(rest < 0 ? "kit.over" : "kit.sum", { sum, rest: Math.abs(rest) });
}
