/** Pictures of a report: the evidence, a frame at fault with its place, and before against after. */

import { el, t, viewOf } from "../base.js";

function image(file, alt) {
  const { width, height } = file;
  const picture = el("img", { src: viewOf(file), alt, width, height, draggable: "false", loading: "lazy",
    error: () => picture.remove() }); // temporary files go with the server
  return picture;
}

/** A picture that opens in full, with the place of what was found in it. */
export function shot(file, name, box) {
  const [left, top, width, height] = (box ?? []).map((value, i) => `${value / (i % 2 ? file.height : file.width) * 100}%`);
  return el("a", { class: "rc-shot", href: viewOf(file), target: "_blank", title: name }, image(file, name), el("b", null, name),
    box && el("i", { style: `left:${left};top:${top};width:${width};height:${height}` }));
}

/** Before under after, parted by a slider that lies over both. */
export function curtain(before, after) {
  const names = [t("report.before"), t("report.after")], box = el("div", { class: "rc-shot", style: "--rc-at:50%" });
  box.append(image(before, names[0]), el("div", null, image(after, names[1])), ...names.map((name) => el("b", null, name)),
    el("input", { type: "range", "aria-label": names.join(" – "),
      input: ({ target }) => box.style.setProperty("--rc-at", `${target.value}%`) }));
  return box;
}
