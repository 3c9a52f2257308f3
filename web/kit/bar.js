/** The shares of the palette as a bar that adds up to the whole picture. */

import { el } from "../base/dom.js";
import { t } from "../base/words.js";
import { coloursIn } from "./text.js";

const round = (share) => Math.round(share * 10) / 10;

/** Black or white, whichever reads better on a colour. */
function inkOn(hex) {
  const [red, green, blue] = hex.match(/\w\w/g).map((pair) => (parseInt(pair, 16) / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
}

export function barOf(all) {
  const given = coloursIn(all).map((one) => one.colour).filter((colour) => colour.share);
  const sum = round(given.reduce((total, colour) => total + colour.share, 0)), rest = round(100 - sum);
  const parts = given.map(({ hex, share }) =>
    el("span", { style: `flex:${share};background:${hex};color:${inkOn(hex)}` }, share >= 9 && `${round(share)} %`));
  return [el("div", { class: "rc-bar", "aria-hidden": true }, parts, rest > 0 && el("span", { class: "rc-rest", style: `flex:${rest}` })),
    el("div", { class: rest < 0 ? "rc-fault" : "rc-soft", role: "status" }, t(rest < 0 ? "kit.over" : "kit.sum", { sum, rest: Math.abs(rest) }))];
}
