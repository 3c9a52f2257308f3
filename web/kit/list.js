/** The rows of one text of colours: change, add, take from a picture, take out, and order by pulling or by arrow keys. */

import { button, el, svg } from "../base/dom.js";
import { t } from "../base/words.js";
import { pick } from "./pipette.js";
import { added, asRole, changed, coloursIn, moved, pieces, removed } from "./text.js";

const DROPPER = "M13.3 2.7a1.8 1.8 0 0 0-2.6 0L8.6 4.8l-.9-.9-1 1 .9.9-5 5L2 14l3.2-.6 5-5 .9.9 1-1-.9-.9 2.1-2.1a1.8 1.8 0 0 0 0-2.6Z";
const dropper = () => svg("svg", { viewBox: "0 0 16 16", width: 13 }, svg("path", { d: DROPPER, fill: "currentColor" }));

/**
 * Elements of one text.
 * @param {Object} kit The ordinary `text`, `all` its pieces, codes of the `others`, and `show`, which draws anew and puts the
 *   focus on a place.
 */
export function listOf(kit) {
  const { text, all, tools, signal } = kit, { name } = text, disabled = text.wired();
  const write = (value, place) => {
    text.write(value);
    kit.show(`${name}.${place}`);
  };
  const now = () => coloursIn(pieces(text.read() ?? ""));
  const add = (hex) => hex && write(added(text.read() ?? "", hex), `${now().length}.role`);
  const fresh = () => ["#808080", "#A0A0A0", "#606060", "#404040"].find((hex) => !now().some((one) => one.colour.hex === hex));
  const rows = el("div", { role: "list", "aria-label": t(`kit.${name}`) });
  coloursIn(all).forEach((one, index) => rows.append(rowOf({ ...kit, name, write, disabled }, one, index)));
  return [
    el("div", { class: "rc-row" }, el("b", { class: "rc-fill" }, t(`kit.${name}`)), disabled && t("kit.wired"),
      button(t(`kit.pick_${name}`), dropper(), async () => add(await pick(tools)), signal, { disabled }),
      button(t(`kit.add_${name}`), "+", () => add(fresh()), signal, { disabled, "data-rc": `${name}.add` })),
    rows, ...all.filter((one) => one.fault && !one.colour).map((one) =>
      el("div", { class: "rc-fault rc-text" }, t("kit.fault", { line: one.line, text: one.text.trim().slice(0, 60) }))),
  ];
}

function rowOf({ text, tools, signal, others, name, write, disabled }, { colour, fault }, index) {
  const called = [colour.role, colour.hex].filter(Boolean).join(" ");
  const set = (change, place) => write(changed(text.read(), index, change), `${index}.${place}`);
  const field = (kind, made, more) => {
    const said = t(`kit.${kind}`, { name: called });
    return el("input", {
      value: colour[kind] ?? "", class: `rc-${kind}`, "aria-label": said, title: said, "data-rc": `${name}.${index}.${kind}`, disabled, signal,
      change: (event) => set({ [kind]: made(event.target.value) }, kind), ...more,
    });
  };
  const number = (given) => Math.round(100 * Math.min(100, Math.max(0, given))) / 100;
  const rowsNow = () => [...row.parentNode.children];
  const under = ({ clientY }) => {
    const at = rowsNow().findIndex((one) => clientY < one.getBoundingClientRect().bottom);
    return at < 0 ? rowsNow().length - 1 : at;
  };
  const pull = button(t("kit.move", { name: called }), "⋮⋮", null, signal, {
    disabled, "data-rc": `${name}.${index}.pull`,
    keydown: (event) => {
      const to = index + { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!rowsNow()[to]) return;
      event.preventDefault();
      write(moved(text.read(), index, to), `${to}.pull`);
    },
    pointerdown: (event) => {
      event.stopPropagation();
      pull.setPointerCapture(event.pointerId);
    },
    pointermove: (event) => {
      if (pull.hasPointerCapture(event.pointerId)) rowsNow().forEach((one, at) => one.classList.toggle("rc-here", at === under(event)));
    },
    pointerup: (event) => under(event) !== index && write(moved(text.read(), index, under(event)), `${under(event)}.pull`),
  });
  const row = el("div", { class: "rc-colour", role: "listitem" }, pull,
    field("hex", (given) => given.toUpperCase(), { type: "color" }), el("code", null, colour.hex),
    field("role", asRole, { placeholder: t("kit.role_hint") }),
    name === "palette" && field("share", number, { type: "number", placeholder: "%" }),
    field("tolerance", number, { type: "number", placeholder: "~5" }),
    button(t("kit.pick", { name: called }), dropper(), async () => {
      const hex = await pick(tools);
      if (hex) set({ hex }, "role");
    }, signal, { disabled }),
    button(t("kit.drop", { name: called }), "×", () => write(removed(text.read(), index), "add"), signal, { disabled }),
    (fault || others.includes(colour.hex)) && el("div", { class: "rc-fault" }, t(fault ? "kit.again" : "kit.both")));
  return row;
}
