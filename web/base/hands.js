/** Pulling, and pushing with the arrow keys. */

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The way `[x, y]` of an arrow key, ten times as far with shift; nothing for another key. */
export function arrow(event, step = 1) {
  const way = WAYS[event.key];
  if (!way) return;
  event.preventDefault();
  event.stopPropagation();
  return way.map((v) => v * step * (event.shiftKey ? 10 : 1));
}

/** Pull an element: `grasp(event)` gives what follows the pointer, `(event, done)`, or nothing. */
export function drag(element, grasp) {
  let follow;
  element.addEventListener("pointerdown", (event) => {
    follow = event.button ? null : grasp(event);
    if (!follow) return;
    event.preventDefault(); // no mouse events: ComfyUI looks for changes at every one
    event.stopPropagation();
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => follow?.(event));
  element.addEventListener("lostpointercapture", (event) => {
    follow?.(event, true);
    follow = null;
  });
}
