/** Shapes as points in pixels, one, two of a rectangle, four of a quad; and as they are written. */

import { clamp } from "../base.js";

/** Corners `x,y x,y x,y x,y`, TL TR BR BL; null where the text is not of the form. */
export function readCorners(text) {
  const points = text.trim().replaceAll(", ", ",").split(/\s+/).map((word) => word.split(",").map(parseFloat));
  return points.length === 4 && points.every((point) => point.length === 2 && point.every(isFinite)) ? points : null;
}
export const writeCorners = (points) => points.map((point) => point.map((v) => Number(v.toFixed(4))).join(",")).join(" ");

/** A rectangle `[x, y, w, h]` in fractions of the picture. */
export const readBox = ([x, y, w, h], [wide, high]) => [[x * wide, y * high], [(x + w) * wide, (y + h) * high]];
export const writeBox = ([[left, top], [right, low]], [wide, high]) =>
  [left / wide, top / high, (right - left) / wide, (low - top) / high].map((v) => Number(v.toFixed(5))).join(" ");

/** All four corners. */
export const outline = (points, [a, b] = points) => (points.length === 2 ? [a, [b[0], a[1]], b, [a[0], b[1]]] : points);

export const centre = (points) => [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis] / points.length, 0));

const tenth = (v) => Math.round(v * 10) / 10;

/** One point moved, or all by their centre; a rectangle stays in the picture. */
export function moved(points, i, to, size) {
  const [[low, high], upright, from] = [points, points.length === 2, centre(points)];
  if (points[i]) return points.with(i, to.map((v, axis) => tenth(!upright ? v
    : i ? clamp(v, low[axis] + 1, size[axis]) : clamp(v, 0, high[axis] - 1))));
  const by = to.map((v, axis) => (upright ? clamp(v - from[axis], -low[axis], size[axis] - high[axis]) : tenth(v - from[axis])));
  return points.map((point) => point.map((v, axis) => v + by[axis]));
}
