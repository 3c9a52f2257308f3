/** How one of our widgets stands on a node: an element over ordinary inputs, in LiteGraph and in Nodes 2.0 alike. */

import { el, style } from "./dom.js";
import { LOOK } from "./look.js";

/** Inputs of a node definition by name, each `[type, options]`. */
export const inputsOf = (data) => ({ ...data.input?.required, ...data.input?.optional });

/** Whether an input is there and takes typed text. */
export const takesText = (data, name) => inputsOf(data)[name]?.[0] === "STRING";

/**
* Call `added` after what a node already does at `name`.
* @param {Object} target
* @param {string} name Such as `onRemoved` or `callback`.
* @param {function} added
*/
export function after(target, name, added) {
  const before = target[name];
  target[name] = function (...given) {
    const answer = before?.apply(this, given);
    added.apply(this, given);
    return answer;
  };
}

/**
* An ordinary widget of a node, to read, to write and to hear of. `write` is one step of ComfyUI's undo.
* @param {Object} node
* @param {string} name
* @param {Object} app ComfyUI's app.
*/
export function valueOf(node, name, app) {
  const find = () => node.widgets?.find((widget) => widget.name === name);
  const input = () => node.inputs?.find((slot) => (slot.widget?.name ?? slot.name) === name);
  return {
    name,
    read: () => find()?.value,
    wired: () => input()?.link != null,
    write(value) {
      const widget = find();
      if (!widget || widget.value === value) return;
      const old = widget.value;
      app.canvas?.emitBeforeChange?.();
      widget.value = value;
      widget.callback?.(value, app.canvas, node);
      node.onWidgetChanged?.(name, value, old, widget);
      app.canvas?.emitAfterChange?.();
      node.setDirtyCanvas?.(true, true);
    },
    /** Call `heard` whenever the value may have changed, by whatever hand. */
    listen(heard) {
      const widget = find();
      if (widget) after(widget, "callback", heard);
    },
  };
}

/** What the page's canvas does with the wheel and the middle button, also over our element. */
function passOn(element, app, signal) {
  const toCanvas = (event) => {
    const canvas = app.canvas;
    if (event.type === "pointerdown") canvas.processMouseDown(event);
    else if (event.type === "pointermove") canvas.processMouseMove(event);
    else canvas.processMouseUp(event);
  };
  for (const kind of ["pointerdown", "pointermove", "pointerup"])
    element.addEventListener(kind, (event) => {
      if (event.button === 1 || (kind === "pointermove" && (event.buttons & 4))) toCanvas(event);
    }, { signal });
  element.addEventListener("wheel", (event) => {
    // Nodes 2.0 sees to its wheel itself; there the element lies in the node's.
    if (event.defaultPrevented || element.closest("[data-node-id]")) return;
    app.canvas.processMouseWheel(event);
  }, { signal, passive: false });
}

/**
* Stand an element on a node. It is no input: neither the prompt nor the saved workflow knows of it.
* @param {Object} node
* @param {string} kind Such as `quad`: the widget is `raccord_quad`.
* @param {Object} tools `{ app }`.
* @param {(number|function(): number)} height The least height in pixels of the canvas; a function where it changes.
* @param {number} [width] The least width of a new node; a saved one keeps its own.
* @returns {{element: HTMLElement, signal: AbortSignal, widget: Object, changed: function(function): void}} The empty element,
*   the signal that ends everything of it, and `changed`, which calls back when the graph was loaded, wired or run.
*/
export function stand(node, kind, { app }, height, width = 360) {
  style(LOOK);
  const end = new AbortController(), { signal } = end;
  const least = () => (typeof height === "function" ? height() : height);
  const element = el("div", { class: `rc rc-${kind}`, style: `min-height:${least()}px` });
  passOn(element, app, signal);
  const name = `raccord_${kind}`;
  const widget = node.addDOMWidget(name, name.toUpperCase(), element, {
    serialize: false, hideOnZoom: false, getMinHeight: () => least() + 20, getValue: () => "", setValue: () => {},
  });
  widget.serialize = false;
  after(node, "onRemoved", () => end.abort());
  const size = node.computeSize?.();
  if (size) node.setSize?.([Math.max(node.size[0], width), Math.max(node.size[1], size[1])]);
  const hearers = [];
  const tell = () => { if (!signal.aborted) for (const hear of hearers) hear(); };
  for (const hook of ["onConfigure", "onConnectionsChange", "onExecuted"]) after(node, hook, () => queueMicrotask(tell));
  app.api.addEventListener("graphChanged", tell, { signal });
  app.api.addEventListener("executed", () => queueMicrotask(tell), { signal });
  return { element, signal, widget, changed: (hear) => hearers.push(hear) };
}
