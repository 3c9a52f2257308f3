/** Corners as they are written: `x,y x,y x,y x,y`, TL TR BR BL in pixel areas of the picture. */

/** Four points, or null where the text is not of the form. */
export function parseCorners(text) {
  const pairs = String(text ?? "").trim().replaceAll(", ", ",").split(/\s+/).map((word) => word.split(","));
  const good = pairs.length === 4 && pairs.every((pair) => pair.length === 2 && pair.every((part) => part && isFinite(part)));
  return good ? pairs.map((pair) => pair.map(Number)) : null;
}

export const formatCorners = (points) => points.map((point) => point.map((v) => Number(v.toFixed(4))).join(",")).join(" ");

/** Whether the corners go round a convex area, as the nodes want it. */
export function convex(points) {
  const turns = points.map(([x, y], i) => {
    const [[bx, by], [cx, cy]] = [points[(i + 1) % 4], points[(i + 2) % 4]];
    return (bx - x) * (cy - by) - (by - y) * (cx - bx);
  });
  return turns.every((turn) => turn > 1e-9) || turns.every((turn) => turn < -1e-9);
}
