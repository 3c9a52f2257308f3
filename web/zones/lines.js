/** Zones as they are written, one a line: `headline: x y w h #FFFFFF 48px @channel`, in fractions of the frame. */

const FORM = /^\s*([^:]+?)\s*:\s*((?:[\d.+-]+(?:e-?\d+)?\s+){3}[\d.+-]+(?:e-?\d+)?)(?=\s|$)(.*)$/i;

/** Lines of a text: `{ raw, name, box: [x, y, w, h], tail }` where a line is a zone, else `{ raw }`, which stays as it is. */
export const parseZones = (text) => String(text ?? "").split("\n").map((raw) => {
  const [, name, numbers, tail] = raw.match(FORM) ?? [], box = numbers?.split(/\s+/).map(Number);
  return box?.every(isFinite) ? { raw, name, box, tail: tail.trim() } : { raw };
});

/** The line of a zone that was changed. */
export const lineOf = ({ name, box, tail }) => `${name}: ${box.map((v) => Number(v.toFixed(4))).join(" ")} ${tail ?? ""}`.trim();

/** A box moved into the frame. */
export function inside([x, y, w, h]) {
  const keep = (value, room) => Math.min(Math.max(0, room), Math.max(0, value));
  return [keep(x, 1 - w), keep(y, 1 - h), w, h];
}
