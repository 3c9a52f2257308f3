/** What the editors share: the picture, its frame, shapes to pull, undo. */

import { arrivingAt, button, clamp, el, stand, svg, t, toldBy, valueOf, viewOf } from "../base.js";
import { makeFigure } from "./figure.js";
import { open } from "./open.js";
import { makeStage } from "./stage.js";

const HIGH = 330, FOLDED = 42;

const offer = ({ name, points, take }) => svg("polygon", { class: "rc-offer", role: "button", tabindex: 0,
  points: points.join(" "), click: take, keydown: ({ key }) => key === "Enter" && take() }, svg("title", null, name));

/**
 * Stand an editor of `values` on a node, on the picture of the first of its `inputs` that has one. `read(size)` gives its
 * `shapes`, the `offers` to click, what is `said`, and whether it is `fixed`, or `folded`. What `write` did can be undone.
 */
export function makeBoard(node, kind, { title, inputs, values, read }) {
  const reference = valueOf(node, "reference_frame"), past = [];
  const { element, room, changed } = stand(node, kind, FOLDED, 420);
  let now, figures, built, wanted, picture;
  const write = (value, text) => {
    past.push([value, value.read()]);
    value.write(text);
  };
  const undo = () => {
    const [value, text] = past.pop() ?? [];
    value?.write(text);
  };
  const stage = makeStage(t("board.picture")), note = el("div", { class: "rc-soft rc-text", role: "status" });
  const slider = el("input", { type: "range", "aria-label": t("board.frame"),
    input: () => turn(Number(slider.value)), change: () => write(reference, Number(slider.value)) });
  const act = (name, face, click) => button(t(`board.${name}`), face, click);
  const bar = el("div", { class: "rc-row", role: "toolbar", "aria-label": title }, el("span", { class: "rc-fill" }),
    act("undo", "↶", undo), act("out", "−", () => stage.zoom(0.7)), act("fit", "⤢", stage.fit),
    act("in", "+", () => stage.zoom(1.4)));
  element.append(bar, stage.root, slider, note);

  /** Show a frame, a negative number from the end. */
  function turn(asked = Number(reference.read() ?? 0)) {
    const last = reference.read() === undefined ? 0 : (picture?.frames ?? 1) - 1;
    const frame = clamp(asked < 0 ? last + 1 + asked : asked, 0, last);
    slider.hidden = now.folded || !last;
    Object.assign(slider, { max: last, value: frame });
    picture?.turn(frame);
    const said = [now.said, !picture && !now.folded && t("board.run"), !slider.hidden && t("board.of", { frame, last })];
    note.textContent = said.filter(Boolean).join(" ");
  }
  function draw() {
    now = { offers: [], folded: false, ...read(stage.size()) };
    const key = JSON.stringify([now.shapes.map(({ name, points }) => [name, points.length]), now.offers, now.fixed]);
    if (key !== built) { // what is being pressed stays the same element
      figures = now.shapes.map((_, i) => makeFigure(stage, () => now.shapes[i], now.fixed));
      stage.put([...now.offers.map(offer), ...figures.flatMap(({ lines }) => lines)], figures.flatMap(({ handles }) => handles));
    }
    built = key;
    for (const figure of figures) figure.draw();
    stage.root.hidden = now.folded;
    room(now.folded ? FOLDED : HIGH);
    turn();
  }
  async function look() {
    const { under } = toldBy(node).pictures ?? {};
    const choices = [...inputs.map((name) => arrivingAt(node, name)), under && { ...under, url: viewOf(under) }];
    const key = JSON.stringify(choices);
    if (key === wanted) return;
    wanted = key;
    let found;
    for (const choice of choices.filter(Boolean)) found ??= await open(choice).catch(() => {});
    if (key !== wanted) return;
    stage.show(picture = found);
    draw();
  }
  changed(() => {
    draw();
    look();
  }, ...values, reference);
  return { bar, write };
}
