/** Zones as they are written, one a line: `headline: x y w h #FFFFFF 48px @channel`, in fractions of the picture. */

/** Lines `{ raw, name, box, tail }`; one that is no zone has `raw` alone. */
export const parseZones = (text) => text.split("\n").map((raw) => {
  const [, name, rest] = /^\s*([^:]+?)\s*:(.*)$/.exec(raw) ?? [], words = rest?.trim().split(/\s+/) ?? [];
  const box = words.slice(0, 4).map(Number);
  return box.length === 4 && box.every(isFinite) ? { raw, name, box, tail: words.slice(4).join(" ") } : { raw };
});
