/** Elements from values: text is always text, never markup, and every listener goes with its widget. */

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  const { signal, ...rest } = props ?? {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value, { signal });
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
* An element of HTML.
* @param {string} tag
* @param {Object} [props] Attributes; functions are listeners of the event they are named after (`click`), which end with
*   `signal`; null, undefined and false are left out.
* @param {...(Node|string|null|Array)} children Strings become text.
*/
export const el = (tag, props, ...children) => fill(document.createElement(tag), props, children);

/** An element of SVG; as `el`. */
export const svg = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

const worn = new Set();

/** Add rules to the page, once each. */
export function style(rules) {
  if (worn.has(rules)) return;
  worn.add(rules);
  document.head.append(el("style", { "data-raccord": true }, rules));
}

/**
* A button that says what it does: `name` is what a screen reader says and the pointer shows.
* @param {string} name
* @param {(string|Node)} face What stands on it.
* @param {function(Event): void} click
* @param {AbortSignal} signal
* @param {Object} [more] Further attributes, as of `el`.
*/
export const button = (name, face, click, signal, more) =>
  el("button", { type: "button", class: "rc-button", title: name, "aria-label": name, click, signal, ...more }, face);
