/** The colours of one text: change, add, take from a picture, take out, and order by pulling or by arrow keys. */

import { arrow, button, clamp, drag, el, t } from "../base.js";
import { pick } from "./pipette.js";
import { edited, pieces, written } from "./text.js";

const percent = (value) => clamp(value, 0, 100) || "";
const word = (value) => value.trim().replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^[\p{Nd}-]+|-+$/gu, "");

/** The list of a text: its `element`, and `show(pieces, others)` of this text and the other. */
export function listOf(text) {
  const { name } = text, rows = [], faults = el("div", { class: "rc-text", role: "status" });
  const edit = (change) => text.write(edited(text.read(), change));
  const add = button(t(`kit.add_${name}`), "+", () => {
    edit((texts) => texts.push("#808080"));
    rows.at(-1).hex.focus();
  });
  const list = el("div"), title = t(`kit.${name}`);
  const element = el("fieldset", { "aria-label": title },
    el("div", { class: "rc-row" }, el("b", { class: "rc-fill" }, title), add), list, faults);

  /** The controls of a row, which stays: where the order changes, it shows another colour. */
  function rowOf(index) {
    const set = (kind, value) => edit((texts) => {
      texts[index] = written({ ...pieces(texts[index])[1].colour, [kind]: value });
    });
    const move = (to) => {
      if (to === index || !rows[to]) return;
      edit((texts) => texts.splice(to, 0, ...texts.splice(index, 1)));
      rows[to].move.focus();
    };
    const field = (kind, clean, props) => el("input", { class: "rc-input", ...props, change({ target }) {
      target.value = clean(target.value);
      set(kind, target.value);
    } });
    const row = {
      move: button("", "⋮⋮", null, { keydown: (event) => move(index + (arrow(event)?.[1] ?? 0)) }),
      hex: field("hex", String, { type: "color" }),
      role: field("role", word, { placeholder: t("kit.role_hint") }),
      ...(name === "palette" && { share: field("share", percent, { type: "number", placeholder: "%" }) }),
      tolerance: field("tolerance", percent, { type: "number", placeholder: "~5" }),
      pick: button("", el("i", { class: "pi pi-bullseye" }), async () => {
        const hex = await pick();
        if (hex) set("hex", hex);
      }),
      drop: button("", "×", () => {
        edit((texts) => texts.splice(index, 1));
        add.focus();
      }),
    };
    drag(row.move, () => ({ clientY }, done) => {
      const to = rows.findLastIndex((one, at) => !at || one.move.getBoundingClientRect().top < clientY);
      rows.forEach((one, at) => one.move.classList.toggle("rc-here", !done && at === to));
      if (done) move(to);
    });
    list.append(el("div", { class: "rc-colour" }, Object.values(row), el("code")));
    return row;
  }

  return { element, show(all, others) {
    const colours = all.flatMap(({ colour }) => colour ?? []), taken = [...all, ...others].map(({ colour }) => colour?.hex);
    while (rows.length < colours.length) rows.push(rowOf(rows.length));
    for (; rows.length > colours.length; rows.pop()) list.lastChild.remove();
    colours.forEach((colour, i) => {
      for (const [kind, control] of Object.entries(rows[i])) {
        control.title = control.ariaLabel = t(`kit.${kind}`, { name: [colour.role, colour.hex].filter(Boolean).join(" ") });
        control.value = colour[kind] ?? "";
      }
      list.children[i].style.background = `linear-gradient(${colour.hex} 0 0) 0 100% / ${colour.share ?? 0}% 3px no-repeat`;
      list.children[i].lastChild.textContent = colour.hex;
    });
    const twice = colours.map(({ hex }) => hex).filter((hex) => taken.indexOf(hex) < taken.lastIndexOf(hex));
    element.disabled = text.wired();
    faults.textContent = [element.disabled && t("kit.wired"), ...new Set(twice.map((hex) => t("kit.twice", { hex }))),
      ...all.map((one) => one.fault && t("kit.fault", { text: one.text.trim().slice(0, 60) }))].filter(Boolean).join("\n");
  } };
}
