/** A point on the stage that is pulled with the pointer or pushed with the arrow keys. */

import { el } from "../base/dom.js";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A handle at the picture's point `at()` (null hides it): `move(point)` follows a pull, `keep()` ends it; `name()` is for a
 * screen reader, `lines()` for the lens, `steps` in pixels for the arrow keys, without and with shift.
 */
export function makeHandle(stage, { name, at, move, keep, lines, steps = [0.1, 1], face = "" }) {
  const root = el("button", { type: "button", class: `rc-handle ${face}` });
  let pull = null, pushed = false;
  const on = (kind, act) => root.addEventListener(kind, act);
  const look = () => {
    root.setAttribute("aria-label", name());
    if (lines) stage.lens(at(), lines());
  };
  const settle = () => {
    if (pushed) keep();
    pushed = false;
  };
  const grasp = (event) => ({ from: at(), pointer: stage.toPicture(event), fine: event.shiftKey });
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    root.focus({ preventScroll: true });
    root.setPointerCapture(event.pointerId);
    pull = grasp(event);
    look();
  });
  on("pointermove", (event) => {
    if (!pull) return;
    if (event.shiftKey !== pull.fine) pull = grasp(event);
    const here = stage.toPicture(event);
    pull.moved = true;
    move(pull.from.map((v, i) => v + (here[i] - pull.pointer[i]) * (pull.fine ? 0.1 : 1))); // with shift ten times finer
    look();
  });
  on("lostpointercapture", () => {
    if (pull?.moved) keep();
    pull = null;
    stage.lens(null);
  });
  on("keydown", (event) => {
    const way = !event.ctrlKey && !event.metaKey && !event.altKey && WAYS[event.key];
    if (!way) return event.key === "Shift" || settle(); // what is asked for next must find it written
    event.preventDefault();
    event.stopPropagation();
    pushed = true;
    move(at().map((v, i) => v + way[i] * steps[Number(event.shiftKey)]));
    look();
  });
  on("keyup", (event) => WAYS[event.key] && settle());
  on("focus", look);
  on("blur", () => {
    settle();
    stage.lens(null);
  });
  stage.onDraw(() => {
    const point = at();
    root.hidden = !point;
    if (point) root.style.transform = `translate(${stage.toStage(point).map((v) => `${v.toFixed(2)}px`)})`;
  });
  return root;
}
