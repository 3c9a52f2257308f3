/** A verdict to see: a word and a shape of its own, so that nobody depends on colour. */

import { el, svg } from "../base/dom.js";
import { t } from "../base/words.js";

/** The worst first: a ground for dark letters, the shape, the sign in it. */
const LOOKS = {
  fail: ["#ff7a6e", "M5 1h6l4 4v6l-4 4H5l-4-4V5z", "M5.5 5.5l5 5m0-5l-5 5"],
  refused: ["#c79bf2", "M8 .8L15.2 8 8 15.2.8 8z", "M4.8 8h6.4"],
  warn: ["#f2b53f", "M8 1l7.4 13.5H.6z", "M8 6v4m0 1.6v.8"],
  pass: ["#5cc98a", "M8 1a7 7 0 100 14A7 7 0 008 1z", "M4.8 8.2l2.2 2.3 4.2-4.8"],
  "not tested": ["#a9adb5", "M2 2h12v12H2z", "M5 8h6"],
};
const known = (verdict) => (Object.hasOwn(LOOKS, verdict) ? verdict : "not tested");

/** For sorting: the worst is 0. */
export const rank = (verdict) => Object.keys(LOOKS).indexOf(known(verdict));
export const colourOf = (verdict) => LOOKS[known(verdict)][0];
export const wordOf = (verdict) => t(`report.verdict.${known(verdict)}`);

/** The shape of a verdict; screen readers take the word beside it. */
export function sign(verdict) {
  const [fill, d, mark] = LOOKS[known(verdict)];
  return svg("svg", { class: "rc-sign", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d, fill }), svg("path", { d: mark, fill: "none", "stroke-width": 1.8 }));
}

export const pill = (verdict) =>
  el("b", { class: "rc-verdict", style: `background:${colourOf(verdict)}` }, sign(verdict), wordOf(verdict));
