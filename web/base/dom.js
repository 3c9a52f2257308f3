/** Elements from values: text is always text, never markup. */

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value != null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

/** An element; functions in `props` listen, null and false are left out. */
export const el = (tag, props, ...children) => fill(document.createElement(tag), props, children);
export const svg = (tag, props, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);

/** A button; `name` is what a screen reader says and the pointer shows. */
export const button = (name, face, click, more) =>
  el("button", { class: "rc-button", title: name, "aria-label": name, click, ...more }, face);

const worn = new Set();

export function style(rules) {
  if (!worn.has(rules)) document.head.append(el("style", null, rules));
  worn.add(rules);
}
