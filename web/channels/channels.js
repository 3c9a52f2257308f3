/** Channel picker: the templates with their shapes and limits, over the ordinary text `channels`. */

import { el, inputsOf, stand, style, svg, t, valueOf } from "../base.js";

const RULES = `
  .rc-channel { display: grid; grid-template-columns: 15px 24px 1fr auto; gap: 0 8px; padding: 3px 6px; }
  .rc-channel > :is(input, svg) { grid-row: span 2; width: 100%; height: 24px; margin: auto 0; overflow: visible; }
  .rc-channel rect { width: 100%; height: 100%; fill: none; stroke: currentColor; vector-effect: non-scaling-stroke; }
  .rc-channel :checked + svg rect { fill: currentColor; }
  .rc-channel > small { grid-column: 3 / 5; }
`;

const cardsOf = (data) => inputsOf(data).channels?.[1]?.raccord_channels;

/** Nodes whose `channels` come with cards of the templates. */
export const wants = (data) => !!cardsOf(data);

export function attach(node) {
  style(RULES);
  const { element, changed } = stand(node, "channels", 270);
  const value = valueOf(node, "channels"), cards = cardsOf(node.constructor.nodeData), rows = cards.map(rowOf);
  const read = () => [...new Set((value.read() ?? "").split(/[\s,]+/).filter(Boolean))];
  const said = el("div", { class: "rc-text", role: "status" });
  element.append(said, el("div", { class: "rc-scroll", role: "group", "aria-label": t("channels.name"), "data-capture-wheel": "true",
    change({ target }) {
      const others = read().filter((name) => name !== target.value);
      value.write([...others, ...(target.checked ? [target.value] : [])].join(", "));
    } }, rows));

  changed(() => {
    const names = read(), unknown = names.filter((name) => !cards.some(({ id }) => id === name)).join(", "), wired = value.wired();
    for (const { firstChild: box } of rows) Object.assign(box, { checked: names.includes(box.value), disabled: wired });
    said.textContent = wired ? t("channels.wired") : unknown && t("channels.unknown", { names: unknown });
  }, value);
}

/** A template to tick; a dashed shape stands for any. */
function rowOf({ id, title = t(`channels.title.${id}`), limits, silent, shape, checked, source }) {
  const [width, height] = shape ?? [4, 3], takes = silent ? `${limits} · ${t("channels.silent")}` : limits;
  return el("label", { class: "rc-channel", title: t("channels.checked", { date: checked || "?", source }) },
    el("input", { type: "checkbox", value: id }),
    svg("svg", { viewBox: `0 0 ${width} ${height}` }, svg("rect", { "stroke-dasharray": shape ? null : "3 2" })),
    el("b", { class: "rc-cut" }, title), el("span", { class: "rc-soft" }, checked),
    el("small", { class: "rc-soft rc-cut" }, takes));
}
