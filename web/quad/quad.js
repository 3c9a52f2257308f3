/** The quad editor: four corners on the picture that arrives, over the ordinary input `corners`. */

import { button, el, svg } from "../base/dom.js";
import { originOf, toldBy } from "../base/picture.js";
import { takesText, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeBoard } from "../shape/board.js";
import { makeHandle } from "../shape/handle.js";
import { convex, formatCorners, parseCorners } from "./corners.js";

const NAMES = ["tl", "tr", "br", "bl"];

/** Every node whose corners are pixels of a picture that it takes. */
export const wants = (data) => takesText(data, "corners");

/** Surfaces `{ corners, sentence }` that Find Surfaces proposed: on the wire, else for the same clip. */
function proposals(node, app) {
  const wire = originOf(node, "surface", app), source = originOf(node, "clip", app) ?? originOf(node, "image", app);
  const finders = wire ? [wire.node] : !source ? [] : node.graph.nodes.filter((other) => other.type === "RaccordFindSurfaces"
    && originOf(other, "clip", app)?.node === source.node);
  return finders.flatMap((finder) => toldBy(finder, app).surfaces ?? []);
}

export function attach(node, tools) {
  const { app } = tools;
  const [corners, placement, index] = ["corners", "placement", "surface_index"].map((name) => valueOf(node, name, app));
  const { stage, bar, write, say, refresh } = makeBoard(node, "quad", tools, ["image", "clip"], t("quad.name"));
  const placed = placement.read() !== undefined, tenths = (value) => Math.round(value * 10) / 10;
  let points = null, upright = false, found = [], drawn = "";

  const under = svg("polygon", { class: "rc-under" }), line = svg("polygon");
  const top = svg("path", { class: "rc-top" }), offers = svg("g");
  stage.layer.append(svg("svg", { class: "rc-lines" }, offers, under, line, top));
  const taken = el("span", { class: "rc-row", role: "group", "aria-label": t("quad.surfaces") });
  const clear = button(t(placed ? "quad.upright" : "quad.clear"), placed ? "▭" : "✕",
    () => write(corners, upright ? formatCorners(points) : ""));
  bar.prepend(taken);
  bar.append(clear);

  /** What counts where `corners` is empty: the placement, else a quad to begin with. */
  const instead = () => {
    const [x, y, w, h] = (placement.read() ?? "0.25 0.25 0.5 0.5").trim().split(/\s+/).map(Number), size = stage.size();
    return isFinite(h) ? [[x, y], [x + w, y], [x + w, y + h], [x, y + h]].map((point) => point.map((v, i) => v * size[i])) : null;
  };
  const take = (number) => (originOf(node, "surface", app) ? write(index, number)
    : write(corners, formatCorners(found[number].corners.map((point) => point.map(tenths)))));

  function read() {
    if (!node.graph) return; // a copy that is not put down yet
    const wire = originOf(node, "surface", app), typed = corners.read()?.trim(), parsed = parseCorners(typed);
    found = proposals(node, app);
    const number = wire ? Number(index.read()) : -1, chosen = found[number]?.corners, fixed = !!wire || corners.wired();
    points = wire ? chosen : parsed ?? instead();
    upright = !wire && placed && !typed;
    for (const part of handles) part.disabled = fixed;
    clear.disabled = fixed || !(placed || typed);
    clear.setAttribute("aria-pressed", upright);
    line.setAttribute("class", wire || (parsed && convex(parsed)) ? "" : "rc-loose");
    const said = wire ? (chosen ? "surface_wins" : "surface_later") : fixed ? "wired" : !parsed && typed ? "unreadable"
      : parsed ? !convex(parsed) && "crossed" : placed ? "placement" : "pull";
    say(said ? t(`quad.${said}`, { index: number }) : "");
    const now = JSON.stringify([found, number]);
    if (now !== drawn) { // only what changed: a button that is being pressed stays the same one
      drawn = now;
      const names = found.map((one, i) => [t("quad.take", { index: i, sentence: one.sentence ?? "" }), () => take(i)]);
      offers.replaceChildren(...names.map(([name, click]) =>
        svg("polygon", { class: "rc-offer", click }, svg("title", null, name))));
      taken.replaceChildren(...names.map(([name, click], i) =>
        button(name, `${i}`, click, { "aria-pressed": `${i === number}` })));
    }
    stage.draw();
  }

  const keep = () => {
    const size = stage.size(), [[x, y], , [right, low]] = points;
    if (upright) write(placement, [x, y, right - x, low - y].map((v, i) => Number((v / size[i % 2]).toFixed(4))).join(" "));
    else write(corners, formatCorners(points));
  };
  const pull = (name, at, move, more) => makeHandle(stage, { keep, at: () => points && at(), ...more,
    name: () => t("quad.handle", { corner: t(`quad.${name}`), x: at()[0].toFixed(1), y: at()[1].toFixed(1) }),
    move(point) {
      points = move(point.map(tenths));
      stage.draw();
    } });
  /** A corner pulled in an upright rectangle: its neighbours come along, and it stays in the picture and in its order. */
  const square = (i, point) => {
    const size = stage.size(), far = points[(i + 2) % 4], low = [i === 1 || i === 2, i > 1];
    const [x, y] = point.map((v, axis) => (low[axis]
      ? Math.min(size[axis], Math.max(far[axis] + 1, v))
      : Math.max(0, Math.min(far[axis] - 1, v))));
    return points.map(([px, py], j) => [j === i || j === 3 - i ? x : px, j === i || j === (i ^ 1) ? y : py]);
  };
  const handles = NAMES.map((name, i) => pull(name, () => points[i],
    (point) => (upright ? square(i, point) : points.with(i, point)), { lines: () => [points[(i + 1) % 4], points[(i + 3) % 4]] }));
  const middle = () => [0, 1].map((i) => points.reduce((sum, point) => sum + point[i] / 4, 0));
  handles.push(pull("middle", middle, (to) => {
    const size = stage.size(), by = middle().map((v, i) => tenths(to[i] - v));
    const moved = points.map((point) => point.map((v, i) => tenths(v + by[i])));
    return upright && moved.some((point) => point.some((v, i) => v < 0 || v > size[i])) ? points : moved;
  }, { face: "rc-middle" }));
  stage.layer.append(...handles);
  stage.onDraw(() => {
    const flat = (quad) => (quad ?? []).map((point) => stage.toStage(point).map((v) => v.toFixed(2))).join(" ");
    for (const shape of [under, line]) shape.setAttribute("points", flat(points));
    top.setAttribute("d", points ? `M${stage.toStage(points[0])}L${stage.toStage(points[1])}` : "");
    found.forEach((one, i) => offers.children[i]?.setAttribute("points", flat(one.corners)));
  });
  for (const each of [corners, placement, index]) each.listen(read);
  refresh(read);
}
