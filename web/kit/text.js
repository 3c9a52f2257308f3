/** Texts of colours, read as nodes/wires/kit_colours.py reads them, and changed without touching the rest of them. */

const LINE = /(\r\n|[\n\r\v\f\u2028\u2029])/, COLOUR = /((?<=^|[\s,;])#(?:(?![\s,;]+(?:#|$)).)*)/u;
const CODE = /^#(?:[0-9a-f]{3}){1,2}$/i, NUMBER = /^\+?(\d+\.?\d*|\.\d+)$/;
const ROLE = /^[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_-]*$/u;

/** Pieces that together are the text: `colour` where one can be read, `fault` where a run would stop, and their `line`. */
export function pieces(text) {
  const seen = new Set();
  return text.split(LINE).flatMap((part, index) => (index % 2 ? [part] : part.split(COLOUR)).map((cut) => {
    const colour = cut[0] === "#" ? read(cut.split(/[\s,;]+/)) : null;
    const fault = colour ? seen.has(colour.hex) : /[^\s,;]/.test(cut);
    seen.add(colour?.hex);
    return { text: cut, colour, fault, line: (index >> 1) + 1 };
  }));
}

function read([code, ...words]) {
  if (!CODE.test(code)) return null;
  const colour = { hex: (code.length > 4 ? code : code.replace(/\w/g, "$&$&")).toUpperCase() };
  for (const word of words) {
    const [kind, value] = word.endsWith("%") ? ["share", number(word.slice(0, -1))]
      : word[0] === "~" ? ["tolerance", number(word.slice(1))] : ["role", ROLE.test(word) && word];
    if (!value || kind in colour) return null;
    colour[kind] = value;
  }
  return colour;
}

const number = (text) => NUMBER.test(text) && text <= 100 && Number(text);
const written = ({ hex, role, share, tolerance }) =>
  [hex, role, share && `${share}%`, tolerance && `~${tolerance}`].filter(Boolean).join(" ");
const join = (all) => all.map((one) => one.text).join("");

/** Colours among pieces; all that follows counts over these. */
export const coloursIn = (all) => all.filter((one) => one.colour);

/** A word that may stand as a role. */
export const asRole = (text) => text.trim().replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^[\p{Nd}-]+|-+$/gu, "");

/** The text with a colour changed. */
export function changed(text, index, change) {
  const all = pieces(text), one = coloursIn(all)[index];
  one.text = written({ ...one.colour, ...change });
  return join(all);
}

/** The text with a colour more, on a line of its own. */
export const added = (text, hex) => `${text}${text && !text.endsWith("\n") ? "\n" : ""}${hex}`;

/** The text without a colour and the gap before it; the first one's is after it. */
export function removed(text, index) {
  const all = pieces(text), at = all.indexOf(coloursIn(all)[index]);
  const near = (step) => {
    let to = at + step;
    while (all[to]?.text === "") to += step;
    return all[to] && !all[to].colour && !all[to].fault ? all[to] : null;
  };
  const gap = near(-1) ?? near(1);
  return join(all.filter((one, place) => place !== at && one !== gap));
}

/** The text with its colours in another order; gaps, comments and what cannot be read stay in their places. */
export function moved(text, from, to) {
  const all = pieces(text), slots = coloursIn(all), texts = slots.map((one) => one.text);
  texts.splice(to, 0, ...texts.splice(from, 1));
  slots.forEach((one, index) => { one.text = texts[index]; });
  return join(all);
}
