/** A point on the stage that is pulled with the pointer or pushed with the arrow keys. */

import { el } from "../base/dom.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
* A handle.
* @param {Object} stage
* @param {AbortSignal} signal
* @param {Object} told `name()` for a screen reader; `at()` gives its place in the picture; `move(point, event)` follows the pull;
*   `keep()` ends a pull or a push, `drop()` takes a pull back; `lines()` for the lens; `face` its class.
* @returns {HTMLButtonElement}
*/
export function makeHandle(stage, signal, { name, at, move, keep, drop, lines, face = "rc-handle" }) {
  const root = el("button", { type: "button", class: face });
  let pull = null, pushed = false;
  const look = () => lines && stage.lens(at(), lines());
  const named = () => root.setAttribute("aria-label", name());
  const settle = () => {
    if (pushed) keep();
    pushed = false;
  };
  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || root.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    root.focus({ preventScroll: true });
    root.setPointerCapture(event.pointerId);
    pull = { from: at(), pointer: stage.toPicture(event), fine: event.shiftKey, moved: false };
    look();
  }, { signal });
  root.addEventListener("pointermove", (event) => {
    if (!pull) return;
    const here = stage.toPicture(event), by = event.shiftKey ? 0.1 : 1; // with shift ten times finer
    if (event.shiftKey !== pull.fine) Object.assign(pull, { from: at(), pointer: here, fine: event.shiftKey });
    pull.moved = true;
    move([pull.from[0] + (here[0] - pull.pointer[0]) * by, pull.from[1] + (here[1] - pull.pointer[1]) * by]);
    look();
  }, { signal });
  root.addEventListener("lostpointercapture", () => {
    if (pull?.moved) keep();
    pull = null;
    stage.lens(null);
    named();
  }, { signal });
  root.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (event.key === "Escape" && pull) {
      pull = null;
      drop();
    } else if (way && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const step = event.shiftKey ? 1 : 0.1, [x, y] = at();
      pushed = true;
      move([x + way[0] * step, y + way[1] * step]);
      look();
      named();
    } else {
      if (!["Shift", "Tab"].includes(event.key)) settle(); // what is asked for next must find it written
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  root.addEventListener("keyup", (event) => { if (KEYS[event.key]) settle(); }, { signal });
  root.addEventListener("blur", () => { settle(); stage.lens(null); }, { signal });
  root.addEventListener("focus", () => { named(); look(); }, { signal });
  stage.onDraw(() => {
    const point = at();
    root.hidden = !point;
    if (point) root.style.transform = `translate(${stage.toPage(point).map((v) => `${v.toFixed(2)}px`).join(",")})`;
  });
  return root;
}
