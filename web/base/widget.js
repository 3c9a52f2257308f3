/** How a widget stands on a node, in LiteGraph and in Nodes 2.0 alike. */

import { api, app } from "./comfy.js";
import { el, style } from "./dom.js";
import { LOOK } from "./look.js";

/** Inputs by name, each `[type, options]`. */
export const inputsOf = (data) => ({ ...data.input?.required, ...data.input?.optional });

export const takesText = (data, name) => inputsOf(data)[name]?.[0] === "STRING";

function after(target, name, added) {
  const before = target[name];
  target[name] = function (...given) {
    before?.apply(this, given);
    added();
  };
}

/** An ordinary widget of a node, if it has it; a `write` is one step of ComfyUI's undo. */
export function valueOf(node, name) {
  const { canvas } = app;
  const widget = node.widgets?.find((one) => one.name === name);
  return {
    name,
    read: () => widget?.value,
    wired: () => node.inputs.some((slot) => slot.name === name && slot.link != null),
    write(value) {
      canvas.emitBeforeChange();
      widget.setValue(value, { node, canvas });
      canvas.emitAfterChange();
      node.setDirtyCanvas(true, true);
    },
    listen: (heard) => widget && after(widget, "callback", heard),
  };
}

/** Leave the wheel and the middle button to the canvas; Nodes 2.0 sees to its wheel itself. */
function passOn(element) {
  const { canvas } = app;
  for (const kind of ["Down", "Move", "Up"])
    element.addEventListener(`pointer${kind.toLowerCase()}`, (event) => {
      if (event.button === 1 || event.buttons & 4) canvas[`processMouse${kind}`](event);
    });
  element.addEventListener("wheel", (event) => {
    const used = event.target.closest("[data-capture-wheel]")?.contains(document.activeElement) && !event.ctrlKey;
    if (!used && !event.defaultPrevented && !element.closest("[data-node-id]")) canvas.processMouseWheel(event);
  }, { passive: false });
}

/**
 * Stand an element on a node; neither the prompt nor the saved workflow knows of it. `room(height)` takes another least height,
 * `changed(hear, ...values)` calls now, after loading, wiring, runs, and when a value changes.
 */
export function stand(node, kind, height, width = 360) {
  style(LOOK);
  const end = new AbortController(), name = `raccord_${kind}`, element = el("div", { class: `rc rc-${kind}` });
  let least = 0;
  passOn(element);
  node.addDOMWidget(name, name.toUpperCase(), element, { serialize: false, hideOnZoom: false, getMinHeight: () => least + 20 })
    .serialize = false;
  after(node, "onRemoved", () => end.abort());

  function room(now) {
    if (now === least) return;
    const [wide, high] = node.size, less = Math.min(0, now - least);
    element.style.minHeight = `${least = now}px`;
    node.setSize([wide, Math.max(node.computeSize()[1], high + less)]);
    node.setDirtyCanvas(true, true);
  }
  node.setSize([Math.max(node.size[0], width), node.size[1]]);
  room(height);

  function changed(hear, ...values) {
    const tell = () => {
      if (end.signal.aborted) return;
      // After ComfyUI's undo Nodes 2.0 goes on showing the element of the node that was there before.
      const stale = node.graph === app.canvas.graph && document.querySelector(`[data-node-id="${node.id}"] .rc-${kind}`);
      if (stale && stale !== element) stale.replaceWith(element);
      hear();
    };
    const soon = () => queueMicrotask(tell);
    for (const hook of ["onAdded", "onConfigure", "onConnectionsChange", "onExecuted"]) after(node, hook, soon);
    for (const event of ["graphChanged", "executed", "raccord"]) api.addEventListener(event, soon, { signal: end.signal });
    for (const value of values) value.listen(hear);
    soon();
  }
  return { element, room, changed };
}
