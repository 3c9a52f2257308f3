/** A verdict to see: a word and a shape of its own, so that nobody depends on colour. */

import { el, svg, t } from "../base.js";

/** The worst first: a ground for dark letters, and the shape with a sign in it. */
const LOOKS = {
  fail: ["#ff7a6e", "M5 1h6l4 4v6l-4 4H5l-4-4V5zm.5 4.5l5 5m0-5l-5 5"],
  refused: ["#c79bf2", "M8 .8L15.2 8 8 15.2.8 8zM4.8 8h6.4"],
  warn: ["#f2b53f", "M8 1l7.4 13.5H.6zM8 6v4m0 1.6v.8"],
  pass: ["#5cc98a", "M8 1a7 7 0 100 14A7 7 0 008 1zM4.8 8.2l2.2 2.3 4.2-4.8"],
  "not tested": ["#a9adb5", "M2 2h12v12H2zm3 6h6"],
};

/** For sorting: the worst is 0. */
export const rank = (verdict) => Object.keys(LOOKS).indexOf(verdict);
export const colourOf = (verdict) => LOOKS[verdict]?.[0];

/** The shape of a verdict; screen readers take the word beside it. */
export function sign(verdict) {
  const [fill, d] = LOOKS[verdict] ?? [];
  return svg("svg", { class: "rc-sign", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d, fill }));
}

export const pill = (verdict) =>
  el("b", { class: "rc-verdict", style: `background:${colourOf(verdict)}` }, sign(verdict), t(`report.verdict.${verdict}`));
