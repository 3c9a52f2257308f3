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
  const { stage, body, write, say, refresh } = makeBoard(node, "zones", tools, INPUTS[input], t(`zones.${input}`),
    () => !text.read()?.trim());
  let lines = [], chosen = 0, listed = "";

  const save = () => write(text, lines.map((line) => line.raw).join("\n"));
  const change = (more) => {
    Object.assign(lines[chosen], more);
    lines[chosen].raw = lineOf(lines[chosen]);
  };
  const add = () => {
    lines = lines.filter((line) => line.raw.trim());
    const number = lines.length + 1, at = 0.3 + number / 50;
    chosen = lines.push({ name: t("zones.new", { number }), box: inside([at, at, 0.4, 0.2]) }) - 1;
    change();
    save();
  };
  const remove = () => {
    lines.splice(chosen, 1);
    save();
  };
  const choose = (i) => {
    chosen = i;
    read();
  };
  const name = el("input", { class: "rc-input rc-fill", "aria-label": t("zones.rename"), maxlength: 80, change() {
    change({ name: name.value.replaceAll(":", " ").trim() || "?" });
    save();
  } });
  const less = button(t("zones.remove"), "✕", remove), more = button(t("zones.add"), t("zones.add"), add);
  const chips = el("span", { class: "rc-row", role: "group", "aria-label": t("zones.list") }), shapes = svg("g");
  body.append(el("div", { class: "rc-row" }, chips, more, name, less));
  stage.layer.append(svg("svg", { class: "rc-lines" }, shapes));
  const zones = () => lines.filter((line) => line.box);

  function read() {
    lines = parseZones(text.read());
    if (!lines[chosen]?.box) chosen = lines.indexOf(zones()[0]);
    const wrong = lines.findIndex((line) => line.raw.trim() && !line.box), wired = text.wired();
    for (const part of [...handles, name, less, more]) part.disabled = wired;
    name.hidden = less.hidden = chosen < 0;
    name.value = lines[chosen]?.name ?? "";
    say(wired ? t("zones.wired") : wrong >= 0 ? t("zones.unreadable", { line: wrong + 1 }) : "");
    const now = JSON.stringify([lines.map((line) => line.name), chosen]);
    if (now !== listed) { // what is being pressed stays the same element while nothing but places changes
      listed = now;
      const parts = lines.flatMap((line, i) => (line.box ? [[line, i === chosen, () => choose(i)]] : []));
      chips.replaceChildren(...parts.map(([line, pressed, click]) =>
        button(t("zones.choose", { name: line.name }), line.name, click,
        { "aria-pressed": `${pressed}`, dir: "auto", class: "rc-button rc-chip" })));
      shapes.replaceChildren(...parts.map(([line, pressed, click]) => svg("g", null, svg("polygon", { class: "rc-under" }),
        svg("polygon", pressed ? {} : { class: "rc-offer", click }), svg("text", null, line.name.slice(0, 40)))));
    }
    stage.draw();
  }

  const between = (value, low, high) => Math.min(high, Math.max(low, value)), least = 0.002;
  /** Handles: where in the box they are, and what box their place makes, in fractions. */
  const handles = Object.entries({
    corner: [([x, y]) => [x, y], ([x, y, w, h], [px, py]) => {
      const left = between(px, 0, x + w - least), top = between(py, 0, y + h - least);
      return [left, top, x + w - left, y + h - top];
    }],
    size: [([x, y, w, h]) => [x + w, y + h],
      ([x, y], [px, py]) => [x, y, between(px - x, least, 1 - x), between(py - y, least, 1 - y)]],
    move: [([x, y, w, h]) => [x + w / 2, y + h / 2], ([, , w, h], [px, py]) => inside([px - w / 2, py - h / 2, w, h])],
  }).map(([key, [of, into]]) => makeHandle(stage, {
    name: () => t(`zones.${key}`, { name: lines[chosen].name }), steps: [1, 10], keep: save,
    face: key === "move" ? "rc-middle" : "",
    at: () => lines[chosen]?.box && of(lines[chosen].box).map((v, i) => v * stage.size()[i]),
    move(point) {
      change({ box: into(lines[chosen].box, point.map((v, i) => v / stage.size()[i])) });
      stage.draw();
    },
  }));
  stage.layer.append(...handles);
  stage.onDraw(() => zones().forEach(({ box: [x, y, w, h] }, i) => {
    const group = shapes.children[i]?.children, [wide, high] = stage.size();
    const [[left, top], [right, low]] = [[x, y], [x + w, y + h]].map(([px, py]) => stage.toStage([px * wide, py * high]));
    for (const shape of [group?.[0], group?.[1]])
      shape?.setAttribute("points", `${left},${top} ${right},${top} ${right},${low} ${left},${low}`);
    group?.[2].setAttribute("transform", `translate(${left + 14} ${top + 15})`);
  }));
  text.listen(read);
  refresh(read);
}
