/** The zone editor: named rectangles, over the ordinary inputs `text_zones` and `watch_zones`. */

import { button, el, t, takesText, valueOf } from "../base.js";
import { makeBoard } from "../shape/board.js";
import { readBox, writeBox } from "../shape/points.js";
import { parseZones } from "./lines.js";

/** Inputs of zones, and whose picture they lie on. */
const INPUTS = { text_zones: ["references"], watch_zones: ["clip"] };
const inputOf = (data) => Object.keys(INPUTS).find((name) => takesText(data, name));

export const wants = (data) => Boolean(inputOf(data));

export function attach(node) {
  const input = inputOf(node.constructor.nodeData), text = valueOf(node, input), title = t(`zones.${input}`);
  const { bar, write } = makeBoard(node, "zones", { title, inputs: INPUTS[input], values: [text], read });
  const save = (lines) => write(text, lines.map((line) => line.raw).join("\n"));
  const add = button(t("zones.add"), "+", () => {
    const lines = parseZones(text.read()).filter((line) => line.raw.trim()), number = lines.length + 1;
    const at = (15 + number % 15) / 50;
    save([...lines, { raw: `${t("zones.new", { number })}: ${at} ${at} 0.4 0.2` }]);
  });
  const chips = el("span", { class: "rc-row" });
  bar.prepend(title, chips, add);

  function read(size) {
    const lines = parseZones(text.read()), zones = lines.filter((line) => line.box), fixed = text.wired();
    add.disabled = fixed;
    chips.replaceChildren(...zones.map((zone) => button(t("zones.remove", zone), `✕ ${zone.name}`,
      () => save(lines.filter((line) => line !== zone)), { class: "rc-button rc-cut", disabled: fixed })));
    return {
      fixed, folded: !zones.length && !fixed, said: fixed && t("zones.wired"),
      shapes: zones.map((zone) => ({ name: zone.name, label: zone.name, points: readBox(zone.box, size), keep(points) {
        zone.raw = `${zone.name}: ${writeBox(points, size)} ${zone.tail}`.trim();
        save(lines);
      } })),
    };
  }
}
