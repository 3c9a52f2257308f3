/** Pictures of a report: the evidence, a frame at fault with its place, and before against after. */

import { el, style } from "../base/dom.js";
import { viewOf } from "../base/picture.js";
import { t } from "../base/words.js";

const RULES = `
  .rc-shot { position: relative; display: block; line-height: 0; border-radius: 4px; overflow: hidden; }
  .rc-shot img { width: 100%; height: auto; }
  .rc-shot > :not(img) { position: absolute; inset: 0; }
  .rc-shot > .rc-shot-box { inset: auto; border: 2px solid #ffb000; box-shadow: 0 0 0 1px #000; }
  .rc-shot > b { inset: auto auto 4px 4px; padding: 6px; border-radius: 4px; font-size: 11px; color: #fff; background: #000b; }
  .rc-shot > b + b { inset: auto 4px 4px auto; }
  .rc-shot > div { clip-path: inset(0 0 0 var(--rc-cut)); }
  .rc-shot > hr { left: var(--rc-cut); right: auto; width: 2px; margin: 0 -1px; border: 0; background: #fff; }
  .rc-shot input { width: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
  .rc-shot:focus-within { outline: 2px solid var(--rc-text); }
`;

function image(file, alt, api) {
  style(RULES);
  const { width, height } = file;
  const picture = el("img", { src: viewOf(file, api), alt, width, height, draggable: "false", loading: "lazy",
    error: () => picture.remove() }); // temporary files go with the server
  return picture;
}

/** A picture that opens in full, named on it, with the place of a finding where there is one. */
export function shot(file, name, api, box) {
  const [left, top, width, height] = (box ?? []).map((value, i) => `${value / (i % 2 ? file.height : file.width) * 100}%`);
  const place = `left:${left};top:${top};width:${width};height:${height}`;
  return el("a", { class: "rc-shot", href: viewOf(file, api), target: "_blank", title: t("report.full") }, image(file, name, api),
    el("b", null, name), box && el("i", { class: "rc-shot-box", style: place }));
}

/** Before under after, with a curtain between them for the pointer and the arrow keys. */
export function curtain(before, after, api, signal) {
  const names = [t("report.before"), t("report.after")], box = el("div", { class: "rc-shot", style: "--rc-cut:50%" });
  const range = el("input", { type: "range", value: 50, "aria-label": names.join(" – "), signal,
    input: () => box.style.setProperty("--rc-cut", `${range.value}%`) });
  box.append(image(before, names[0], api), el("div", null, image(after, names[1], api)), el("hr"),
    ...names.map((name) => el("b", null, name)), range);
  return box;
}
