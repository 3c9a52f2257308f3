/** Zones as they are written, one a line: `headline: x y w h #FFFFFF 48px @channel`, in fractions of the frame. */

const FORM = /^\s*([^:]+?)\s*:\s*((?:[\d.+-]+(?:e-?\d+)?\s+){3}[\d.+-]+(?:e-?\d+)?)(?=\s|$)(.*)$/i;
const fraction = (value) => String(Number(value.toFixed(4)));

/** Lines of a text: `{ name, box: [x, y, w, h], tail }` where a line is a zone, else `{ raw }`, which stays as it is. */
export const parseZones = (text) => String(text ?? "").split("\n").map((raw) => {
  const [, name, numbers, tail] = raw.match(FORM) ?? [];
  const box = numbers?.split(/\s+/).map(Number);
  return box?.every(isFinite) ? { raw, name, box, tail: tail.trim() } : { raw };
});

/** The line of a zone that was changed. */
export const lineOf = ({ name, box, tail }) => `${name}: ${box.map(fraction).join(" ")}${tail ? ` ${tail}` : ""}`;

/** A box inside the frame that is not empty. */
export function inside([x, y, w, h]) {
  const least = 0.002, keep = (value, low, high) => Math.min(high, Math.max(low, value));
  const [wide, high] = [keep(w, least, 1), keep(h, least, 1)];
  return [keep(x, 0, 1 - wide), keep(y, 0, 1 - high), wide, high];
}
