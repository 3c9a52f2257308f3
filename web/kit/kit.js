/** Kit editor: swatches with role, share and tolerance, and banned colours, over the ordinary texts `palette` and `banned`. */

import { el, style } from "../base/dom.js";
import { stand, takesText, valueOf } from "../base/widget.js";
import { barOf } from "./bar.js";
import { listOf } from "./list.js";
import { LOOK } from "./look.js";
import { coloursIn, pieces } from "./text.js";

export const wants = (data) => takesText(data, "palette") && takesText(data, "banned");

export function attach(node, tools) {
  const { element, signal, changed } = stand(node, "kit", tools, 340, 420);
  style(LOOK);
  const texts = ["palette", "banned"].map((name) => valueOf(node, name, tools.app));
  const all = el("div", { class: "rc-list", "data-capture-wheel": true, signal, wheel: (event) => {
    if (!event.ctrlKey && all.contains(document.activeElement)) event.stopPropagation(); // as ComfyUI's own text fields
  } });
  element.append(all);

  let shown;
  function draw() {
    const now = JSON.stringify(texts.map((text) => [text.read(), text.wired()]));
    if (now === shown) return; // what is being typed stays
    shown = now;
    const read = texts.map((text) => pieces(String(text.read() ?? "")));
    const codes = read.map((one) => coloursIn(one).map(({ colour }) => colour.hex));
    likewise(all, el("div", null, barOf(read[0]), texts.map((text, i) =>
      el("div", null, listOf({ tools, signal, text, all: read[i], others: codes[1 - i], show })))));
  }
  function show(place) {
    draw();
    if (place) all.querySelector(`[data-rc="${place}"]`)?.focus();
  }
  for (const text of texts) text.listen(draw);
  changed(draw);
  draw();
}

/** Make what stands like what was made anew, element by element, so that the field in use, or clicked at just now, stays. */
function likewise(old, made) {
  const children = [...made.childNodes];
  children.forEach((child, index) => {
    const stands = old.childNodes[index];
    if (!stands || stands.nodeName !== child.nodeName || !child.attributes) return stands ? stands.replaceWith(child) : old.append(child);
    for (const name of new Set([...stands.getAttributeNames(), ...child.getAttributeNames()]))
      if (child.hasAttribute(name)) stands.setAttribute(name, child.getAttribute(name));
      else stands.removeAttribute(name);
    if (child.value !== undefined) stands.value = child.value;
    likewise(stands, child);
  });
  while (old.childNodes.length > children.length) old.lastChild.remove();
}
