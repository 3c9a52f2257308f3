/** How one of our widgets stands on a node: an element over ordinary inputs, in LiteGraph and in Nodes 2.0 alike. */

import { el, style } from "./dom.js";
import { LOOK } from "./look.js";

/** Inputs of a node definition by name, each `[type, options]`. */
export const inputsOf = (data) => ({ ...data.input?.required, ...data.input?.optional });

/** Whether an input is there and takes typed text. */
export const takesText = (data, name) => inputsOf(data)[name]?.[0] === "STRING";

/** Call `added` after what `target` already does at `name`, such as `onRemoved`. */
export function after(target, name, added) {
  const before = target[name];
  target[name] = function (...given) {
    const answer = before?.apply(this, given);
    added.apply(this, given);
    return answer;
  };
}

/** An ordinary widget of a node: `read`, `write` (one step of ComfyUI's undo), `wired`, `listen`; nothing is read where it lacks. */
export function valueOf(node, name, app) {
  const widget = node.widgets?.find((one) => one.name === name);
  return {
    name,
    read: () => widget?.value,
    wired: () => node.inputs?.find((slot) => (slot.widget?.name ?? slot.name) === name)?.link != null,
    write(value) {
      if (!widget || value === widget.value) return;
      app.canvas.emitBeforeChange();
      widget.setValue(value, { node, canvas: app.canvas });
      app.canvas.emitAfterChange();
      node.setDirtyCanvas(true, true);
    },
    listen: (heard) => widget && after(widget, "callback", heard),
  };
}

/** Leave the wheel and the middle button to the page's canvas; Nodes 2.0 sees to its wheel itself. */
function passOn(element, app) {
  for (const kind of ["Down", "Move", "Up"])
    element.addEventListener(`pointer${kind.toLowerCase()}`, (event) => {
      if (event.button === 1 || event.buttons & 4) app.canvas[`processMouse${kind}`](event);
    });
  element.addEventListener("wheel", (event) => {
    const used = event.target.closest("[data-capture-wheel]")?.contains(document.activeElement) && !event.ctrlKey;
    if (!used && !event.defaultPrevented && !element.closest("[data-node-id]")) app.canvas.processMouseWheel(event);
  }, { passive: false });
}

/**
 * Stand an empty element on a node. It is no input: neither the prompt nor the saved workflow knows of it.
 * @param {string} kind Such as `quad`: the widget is `raccord_quad`.
 * @param {(number|function(): number)} height The least height in pixels of the canvas; a function where it changes.
 * @param {number} [width] The least width of a new node; a saved one keeps its own.
 * @returns {{element, signal, changed}} `signal` ends with the node; `changed(hear, ...values)` calls now, after loading, wiring
 *   and runs, and when one of these values of `valueOf` is another.
 */
export function stand(node, kind, { app, api }, height, width = 360) {
  style(LOOK);
  const end = new AbortController(), { signal } = end, name = `raccord_${kind}`;
  const least = () => (typeof height === "function" ? height() : height);
  const element = el("div", { class: `rc rc-${kind}`, style: `min-height:${least()}px` });
  passOn(element, app);
  node.addDOMWidget(name, name.toUpperCase(), element, {
    serialize: false, hideOnZoom: false, getMinHeight: () => least() + 20, getValue: () => "", setValue: () => {},
  }).serialize = false;
  after(node, "onRemoved", () => end.abort());
  const size = node.computeSize();
  node.setSize([Math.max(node.size[0], width), Math.max(node.size[1], size[1])]);
  const hearers = [], soon = () => queueMicrotask(tell);
  function tell() {
    if (signal.aborted) return;
    // Nodes 2.0 goes on showing the element of the node that was there before ComfyUI's undo: ours takes its place.
    const stale = node.graph === app.canvas.graph && document.querySelector(`[data-node-id="${node.id}"] .rc-${kind}`);
    if (stale && stale !== element) stale.replaceWith(element);
    hearers.forEach((hear) => hear());
  }
  for (const hook of ["onAdded", "onConfigure", "onConnectionsChange", "onExecuted"]) after(node, hook, soon);
  for (const event of ["graphChanged", "executed"]) api.addEventListener(event, soon, { signal });
  soon();
  const changed = (hear, ...values) => {
    hearers.push(hear);
    for (const value of values) value.listen(hear);
  };
  return { element, signal, changed };
}
