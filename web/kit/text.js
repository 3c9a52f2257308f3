/** Texts of colours, read as nodes/wires/kit_colours.py reads them, and changed without touching the rest of them. */

const COLOUR = /((?<=^|[\s,;])#(?:(?![\s,;]+(?:#|$)).)*)/mu, ROLE = /^[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_-]*$/u;

/** Pieces that together are the text: `colour` where one can be read, `fault` where none can. */
export const pieces = (text) => (text ?? "").split(COLOUR).map((cut) => {
  const colour = cut[0] === "#" ? read(cut.split(/[\s,;]+/)) : undefined;
  return { text: cut, colour, fault: !colour && /[^\s,;]/.test(cut) };
});

function read([code, ...words]) {
  if (!/^#([0-9a-f]{3}){1,2}$/i.test(code)) return;
  const colour = { hex: (code.length > 4 ? code : code.replace(/\w/g, "$&$&")).toUpperCase() };
  for (const word of words) {
    const kind = word.endsWith("%") ? "share" : word[0] === "~" ? "tolerance" : "role", number = word.replace(/^~|%$/, "");
    const value = kind === "role" ? ROLE.test(word) && word : /^\+?(\d+\.?\d*|\.\d+)$/.test(number) && number <= 100 && +number;
    if (!value || colour[kind]) return;
    colour[kind] = value;
  }
  return colour;
}

/** A colour as it is typed. */
export const written = ({ hex, role, share, tolerance }) =>
  [hex.toUpperCase(), role, share && `${share}%`, tolerance && `~${tolerance}`].filter(Boolean).join(" ");

/** The text after `change` has worked on the list of its colours' texts; what stands between them stays. */
export function edited(text, change) {
  const all = pieces(text), slots = all.filter(({ colour }) => colour), texts = slots.map((one) => one.text);
  change(texts);
  slots.forEach((one, index) => { one.text = texts[index] ?? ""; });
  return [all.map((one) => one.text).join("").replace(/[\s,;]+$/, ""), ...texts.slice(slots.length)].filter(Boolean).join("\n");
}
