/** The rows of one text of colours: change, add, take from a picture, take out, and order by pulling or by arrow keys. */

import { button, el, svg } from "../base/dom.js";
import { arrow, drag } from "../base/hands.js";
import { t } from "../base/words.js";
import { pick } from "./pipette.js";
import { edited, pieces, written } from "./text.js";

const dropper = () => svg("svg", { width: 14, height: 14 }, svg("path", { d: "M0 14l1-4 6-6 3 3-6 6zM8 3l3-3 3 3-3 3z", fill: "currentColor" }));

/** Elements of one text, from its pieces and those of the other text. */
export function listOf(text, all, others, { tools, write }) {
  const { name } = text, disabled = text.wired(), colours = (one) => one.colour;
  const edit = (change, place) => write(text, edited(String(text.read() ?? ""), change), place && `${name}.${place}`);
  const add = async (hex) => hex && edit((texts) => texts.push(hex), `${all.filter(colours).length}.role`);
  const rows = all.filter(colours).map(({ colour, fault }, index) => {
    const called = [colour.role, colour.hex].filter(Boolean).join(" "), of = (key) => t(`kit.${key}`, { name: called });
    const set = (more, place) => edit((texts) => {
      texts[index] = written({ ...pieces(texts[index]).find(colours).colour, ...more });
    }, place);
    const move = (to) => to !== index && rows[to] && edit((texts) => texts.splice(to, 0, ...texts.splice(index, 1)), `${to}.pull`);
    const field = (kind, more) => el("input", {
      class: `rc-input rc-${kind}`, value: colour[kind], "aria-label": of(kind), title: of(kind), "data-rc": `${name}.${index}.${kind}`, disabled,
      change: ({ target }) => {
        if (kind === "role")
          target.value = target.value.trim().replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^[\p{Nd}-]+|-+$/gu, "");
        else if (kind !== "hex") target.value = Math.min(100, Math.max(0, target.value)) || "";
        if (kind === "hex") set({ hex: target.value.toUpperCase() }, `${index}.hex`);
        else set({ [kind]: target.value });
      }, ...more,
    });
    const under = ({ clientY }) => rows.filter((row) => row.getBoundingClientRect().bottom <= clientY).length;
    const pull = button(of("move"), "⋮⋮", null, {
      disabled, "data-rc": `${name}.${index}.pull`,
      keydown: (event) => {
        const [, by] = arrow(event) ?? [];
        if (by) move(index + by);
      },
    });
    drag(pull, () => (event, done) => (done ? move(Math.min(rows.length - 1, under(event)))
      : rows.forEach((row, at) => row.classList.toggle("rc-here", at === under(event)))));
    const wrong = fault ? "again" : others.some((one) => one.colour?.hex === colour.hex) && "both";
    return el("div", { class: "rc-colour", role: "listitem" }, pull, field("hex", { type: "color" }), el("code", null, colour.hex),
      field("role", { placeholder: t("kit.role_hint") }), name === "palette" && field("share", { type: "number", placeholder: "%" }),
      field("tolerance", { type: "number", placeholder: "~5" }),
      button(of("pick"), dropper(), async () => {
        const hex = await pick(tools);
        if (hex) set({ hex }, `${index}.hex`);
      }, { disabled }),
      button(of("drop"), "×", () => edit((texts) => texts.splice(index, 1), "add"), { disabled }),
      wrong && el("div", { class: "rc-fault" }, `⚠ ${of(wrong)}`));
  });
  return [
    el("div", { class: "rc-row" }, el("b", { class: "rc-fill" }, t(`kit.${name}`)), disabled && t("kit.wired"),
      button(t(`kit.pick_${name}`), dropper(), async () => add(await pick(tools)), { disabled }),
      button(t(`kit.add_${name}`), "+", () => add("#808080"), { disabled, "data-rc": `${name}.add` })),
    el("div", { role: "list", "aria-label": t(`kit.${name}`) }, rows),
    ...all.filter((one) => one.fault && !one.colour).map((one) =>
      el("div", { class: "rc-fault rc-text" }, `⚠ ${t("kit.fault", { line: one.line, text: one.text.slice(0, 60) })}`)),
  ];
}
