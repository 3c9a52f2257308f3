/** The zone editor: named rectangles on the picture, over the ordinary inputs `text_zones` and `watch_zones`. */

import { button, el, svg } from "../base/dom.js";
import { takesText, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeBoard } from "../shape/board.js";
import { makeHandle } from "../shape/handle.js";
import { inside, lineOf, parseZones } from "./lines.js";

/** Inputs that hold zones, and those whose picture they lie on. */
const INPUTS = { text_zones: ["references"], watch_zones: ["clip"] };
const inputOf = (data) => Object.keys(INPUTS).find((name) => takesText(data, name));

export const wants = (data) => !!inputOf(data);

export function attach(node, tools) {
  const input = inputOf(node.constructor.nodeData), text = valueOf(node, input, tools.app);
  const board = makeBoard(node, "zones", tools, INPUTS[input], t(`zones.${input}`), () => !text.read()?.trim());
  const { stage, signal } = board;
  let lines = [], chosen = 0, listed = "";

  const write = () => { board.write(text, lines.map((line) => line.raw).join("\n")); read(); };
  const change = (more) => { lines[chosen] = { ...lines[chosen], ...more }; };
  const keep = () => { change({ raw: lineOf(lines[chosen]) }); write(); };
  const choose = (i) => { chosen = i; list(); stage.draw(); };
  const add = () => {
    lines = lines.filter((line) => line.raw.trim());
    const taken = new Set(lines.map((line) => line.name));
    let number = 1;
    while (taken.has(t("zones.new", { number }))) number++;
    chosen = lines.push({ name: t("zones.new", { number }), box: inside([0.3 + number / 50, 0.3 + number / 50, 0.4, 0.2]), tail: "" }) - 1;
    keep();
  };
  const remove = () => {
    lines.splice(chosen, 1);
    chosen = 0;
    write();
  };
  const chips = el("span", { class: "rc-row", role: "group", "aria-label": t("zones.list") });
  const name = el("input", { class: "rc-input rc-fill", "aria-label": t("zones.rename"), maxlength: 80, signal,
    change: () => { change({ name: name.value.replaceAll(":", " ").trim() || "?" }); keep(); } });
  const less = button(t("zones.remove"), "✕", remove, signal), more = button(t("zones.add"), t("zones.add"), add, signal);
  const row = el("div", { class: "rc-row" }, chips, more, name, less);
  board.body.append(row);

  const shapes = svg("g");
  stage.layer.append(svg("svg", { class: "rc-lines" }, shapes));

  /** The zones by name; what is pressed stays the same element while nothing but places changes. */
  function list() {
    const now = JSON.stringify([lines.map((line) => line.name), chosen]);
    name.value = lines[chosen]?.name ?? "";
    for (const part of [name, less]) part.hidden = !lines[chosen]?.box;
    if (now === listed) return;
    listed = now;
    const zones = lines.map((line, i) => [line, i]).filter(([line]) => line.box);
    chips.replaceChildren(...zones.map(([line, i]) => button(t("zones.choose", { name: line.name }), line.name, () => choose(i), signal,
      { "aria-pressed": String(i === chosen), dir: "auto", class: "rc-button rc-chip" })));
    shapes.replaceChildren(...zones.map(([line, i]) => svg("g", null,
      svg("polygon", { class: "rc-under" }), svg("polygon", { class: i === chosen ? "rc-inside" : "rc-offer", click: () => choose(i), signal }),
      svg("text", null, line.name.slice(0, 40)))));
  }
  function read() {
    lines = parseZones(text.read());
    if (!lines[chosen]?.box) chosen = Math.max(0, lines.findIndex((line) => line.box));
    const wrong = lines.findIndex((line) => line.raw.trim() && !line.box), fixed = text.wired();
    for (const part of [...handles, name, less, more]) part.disabled = fixed;
    list();
    board.say(fixed ? t("zones.wired") : wrong >= 0 ? t("zones.unreadable", { line: wrong + 1 }) : "");
    stage.draw();
  }

  /** A handle that turns a place on the picture, in fractions, into a box. */
  const handle = (key, of, into, face) => makeHandle(stage, signal, {
    name: () => t(`zones.${key}`, { name: lines[chosen].name }), steps: [1, 10], keep, drop: read, face,
    at: () => lines[chosen]?.box && of(lines[chosen].box).map((v, i) => v * stage.size()[i]),
    move(point) {
      change({ box: into(lines[chosen].box, point.map((v, i) => v / stage.size()[i])) });
      stage.draw();
    },
  });
  const between = (value, low, high) => Math.min(high, Math.max(low, value));
  const handles = [
    handle("corner", ([x, y]) => [x, y], ([x, y, w, h], [px, py]) => {
      const [left, top] = [between(px, 0, x + w - 0.002), between(py, 0, y + h - 0.002)];
      return [left, top, x + w - left, y + h - top];
    }),
    handle("size", ([x, y, w, h]) => [x + w, y + h], ([x, y], [px, py]) => [x, y, between(px - x, 0.002, 1 - x), between(py - y, 0.002, 1 - y)]),
    handle("move", ([x, y, w, h]) => [x + w / 2, y + h / 2], ([, , w, h], [px, py]) => inside([px - w / 2, py - h / 2, w, h]), "rc-handle rc-middle"),
  ];
  stage.layer.append(...handles);
  stage.onDraw(() => lines.filter((line) => line.box).forEach(({ box: [x, y, w, h] }, i) => {
    const [wide, high] = stage.size(), group = shapes.children[i];
    if (!group) return;
    const [[left, top], [right, low]] = [[x, y], [x + w, y + h]].map(([px, py]) => stage.toStage([px * wide, py * high]));
    for (const shape of [group.children[0], group.children[1]])
      shape.setAttribute("points", `${left},${top} ${right},${top} ${right},${low} ${left},${low}`);
    group.children[2].setAttribute("transform", `translate(${left + 14} ${top + 15})`);
  }));
  text.listen(read);
  board.refresh(read);
}
