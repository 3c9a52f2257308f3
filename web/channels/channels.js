/** Channel picker: the templates with their shapes and limits, over the ordinary text `channels`. */

import { button, el, style } from "../base/dom.js";
import { inputsOf, stand, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { dateOf, isOld, limitsOf, originOf } from "./limits.js";

const RULES = `
  .rc-channel {
    display: grid; grid-template-columns: 15px 26px 1fr auto; align-items: center; gap: 0 8px; padding: 3px 6px; border-radius: 6px;
  }
  .rc-channel:is(:hover, :focus-within) { background: color-mix(in srgb, var(--rc-text) 9%, transparent); }
  .rc-channel > :is(input, i) { grid-row: span 2; margin: 0; }
  .rc-channel > :is(b, small) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .rc-channel small { grid-column: 3 / 5; font-size: 11px; }
  .rc-channel > i { display: flex; align-items: center; justify-content: center; gap: 2px; height: 26px; }
  .rc-channel i i { border: 1.5px solid; border-radius: 2px; }
  .rc-channel :checked + i i { background: currentColor; }
  .rc-channels-note { height: 32px; overflow: hidden; }
`;

const cardsOf = (data) => inputsOf(data).channels?.[1]?.raccord_channels;
const namesIn = (text) => [...new Set(String(text ?? "").split(/[\s,]+/).filter(Boolean))];

/** Nodes whose `channels` come with cards of the templates. */
export const wants = (data) => Array.isArray(cardsOf(data));

export function attach(node, tools) {
  style(RULES);
  const { element, changed } = stand(node, "channels", tools, 270);
  const value = valueOf(node, "channels", tools.app), cards = cardsOf(node.constructor.nodeData);
  const set = (name, on) => {
    const others = namesIn(value.read()).filter((one) => one !== name);
    value.write((on ? [...others, name] : others).join(", "));
  };
  const date = dateOf(cards.map((card) => card.checked).filter(Boolean).sort()[0]);
  const note = el("small", { class: "rc-channels-note rc-soft rc-text" }, date && t("channels.hint", { date }));
  const count = el("div", { role: "status" }), strangers = el("div", { class: "rc-row" });
  const rows = cards.map((card) => rowOf(card, set, note));
  const list = el("div", { class: "rc-scroll", role: "group", "aria-label": t("channels.name"), "data-capture-wheel": true },
    rows.map((row) => row.label));
  element.append(count, strangers, list, note);

  function show() {
    const names = namesIn(value.read()), wired = value.wired();
    for (const { card, box } of rows) {
      box.checked = names.includes(card.id);
      box.disabled = wired || (card.fault && !box.checked);
    }
    const unknown = names.filter((name) => !cards.some((card) => card.id === name));
    strangers.replaceChildren(...unknown.map((name) => el("span", { class: "rc-unknown rc-text", title: t("channels.unknown", { name }) },
      `⚠ ${name} `, button(t("channels.drop", { name }), "×", () => set(name, false), { disabled: wired }))));
    strangers.hidden = !unknown.length;
    count.textContent = wired ? t("channels.wired") : t("channels.count", { count: names.length - unknown.length, all: cards.length });
  }
  changed(show, value);
}

function rowOf(card, set, note) {
  const title = card.title && card.sure !== "studio" ? t(`channels.title.${card.id}`) : card.title ?? card.id;
  const origin = originOf(card), limits = limitsOf(card);
  const say = () => { note.textContent = `${card.id} – ${origin}`; };
  const box = el("input", {
    type: "checkbox", "aria-label": title, "aria-description": `${limits}. ${origin}`, focus: say,
    change: () => set(card.id, box.checked),
  });
  const shape = ([width, height], line) => {
    const scale = (card.portrait ? 14 : 24) / Math.max(width, height);
    return el("i", { style: `width:${width * scale}px;height:${height * scale}px;border-style:${line}` });
  };
  const label = el("label", { class: "rc-channel", title: card.id, pointerenter: say }, box,
    el("i", null, shape(card.shape ?? [4, 3], card.shape ? "solid" : "dashed"), card.portrait && shape(card.portrait, "solid")), // dashed: any
    el("b", null, title), el("span", null, card.fault ? "⚠" : isOld(card) && `⚠ ${card.checked.slice(0, 7)}`),
    el("small", { class: "rc-soft" }, limits));
  return { card, box, label };
}
