/** The quad editor: four corners on the picture that arrives, over the ordinary input `corners`. */

import { button, el, svg } from "../base/dom.js";
import { originOf, toldBy } from "../base/picture.js";
import { takesText, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeBoard } from "../shape/board.js";
import { makeHandle } from "../shape/handle.js";
import { between, convex, formatCorners, parseCorners } from "./corners.js";

const NAMES = ["tl", "tr", "br", "bl"];

/** Every node whose corners are pixels of a picture that it takes. */
export const wants = (data) => takesText(data, "corners");

/** Surfaces `{ corners, sentence }` that Find Surfaces proposed: on the wire, else for the same clip. */
function proposals(node, app) {
  const wired = originOf(node, "surface", app), source = originOf(node, "clip", app) ?? originOf(node, "image", app);
  const finders = wired ? [wired.node] : node.graph.nodes.filter((other) => source && other.type === "RaccordFindSurfaces"
    && originOf(other, "clip", app)?.node === source.node);
  return finders.flatMap((finder) => toldBy(finder, app).surfaces ?? []);
}

export function attach(node, tools) {
  const { app } = tools, [corners, placement, index] = ["corners", "placement", "surface_index"].map((name) => valueOf(node, name, app));
  const board = makeBoard(node, "quad", tools, ["image", "clip"], t("quad.name")), { stage, signal } = board;
  const placed = placement.read() !== undefined, tenths = (value) => Math.round(value * 10) / 10;
  let points = null, upright = false, found = [], drawn = "";

  const under = svg("polygon", { class: "rc-under" }), line = svg("polygon"), top = svg("path", { class: "rc-top" }), offers = svg("g");
  stage.layer.append(svg("svg", { class: "rc-lines" }, offers, under, line, top));
  const readout = el("span", { class: "rc-soft" }), taken = el("span", { class: "rc-row", role: "group", "aria-label": t("quad.surfaces") });
  const clear = button(t(placed ? "quad.upright" : "quad.clear"), placed ? "▭" : "✕", () => {
    board.write(corners, upright ? formatCorners(points) : "");
    read();
  }, signal);
  board.bar.prepend(taken, readout);
  board.bar.append(clear);

  /** What counts where `corners` is empty: the placement, else a quad to begin with. */
  const instead = () => {
    const [x, y, w, h] = String(placement.read() ?? "0.25 0.25 0.5 0.5").trim().split(/\s+/).map(Number), size = stage.size();
    return isFinite(h) ? between(...[[x, y], [x + w, y + h]].map((point) => point.map((v, i) => v * size[i]))) : null;
  };

  function read() {
    if (!node.graph) return; // a copy that is not put down yet
    const wire = originOf(node, "surface", app), typed = corners.read() ?? "", parsed = parseCorners(typed);
    found = proposals(node, app);
    const number = Number(index.read() ?? 0), chosen = wire ? found[number]?.corners : null, fixed = !!wire || corners.wired();
    points = wire ? chosen : parsed ?? instead();
    upright = !wire && placed && !typed.trim();
    for (const part of [...handles, clear]) part.disabled = fixed;
    clear.disabled ||= !placed && !typed;
    clear.setAttribute("aria-pressed", upright);
    offer(chosen ? number : -1);
    const said = wire ? (chosen ? "surface_wins" : "surface_later") : fixed ? "wired" : !parsed && typed.trim() ? "unreadable"
      : parsed ? !convex(parsed) && "crossed" : placed ? "placement" : "pull";
    board.say(said ? t(`quad.${said}`, { index: number }) : "");
    stage.draw();
  }

  const take = (number) => {
    if (originOf(node, "surface", app)) board.write(index, number);
    else board.write(corners, formatCorners(found[number].corners.map((point) => point.map(tenths))));
    read();
  };
  /** Draw the proposals anew only where they changed: a button that is being pressed stays the same one. */
  const offer = (chosen) => {
    const now = JSON.stringify([found, chosen]);
    if (now === drawn) return;
    drawn = now;
    const names = found.map((one, i) => t("quad.take", { index: i, sentence: one.sentence ?? "" }));
    offers.replaceChildren(...names.map((name, i) =>
      svg("polygon", { class: "rc-offer", click: () => take(i), signal }, svg("title", null, name))));
    taken.replaceChildren(...names.map((name, i) => button(name, `${i}`, () => take(i), signal, { "aria-pressed": `${i === chosen}` })));
  };

  const keep = () => {
    const size = stage.size(), [[x, y], , [right, low]] = points;
    if (!upright) board.write(corners, formatCorners(points));
    else board.write(placement, [x, y, right - x, low - y].map((v, i) => Number((v / size[i % 2]).toFixed(4))).join(" "));
    read();
  };
  const inside = (point) => (upright ? point.map((v, i) => Math.min(stage.size()[i], Math.max(0, v))) : point);
  const pull = (name, at, move, more) => makeHandle(stage, signal, { keep, drop: read, at: () => points && at(), ...more,
    name: () => t("quad.handle", { corner: t(`quad.${name}`), x: at()[0].toFixed(1), y: at()[1].toFixed(1) }),
    move(point) {
      points = move(point.map(tenths));
      stage.draw();
    } });
  const middle = () => points[0].map((_, i) => points.reduce((sum, point) => sum + point[i], 0) / 4);
  const handles = [pull("middle", middle, (point) => {
    const by = point.map((v, i) => tenths(v - middle()[i])), moved = points.map((corner) => corner.map((v, i) => tenths(v + by[i])));
    return upright && moved.some((corner) => `${inside(corner)}` !== `${corner}`) ? points : moved;
  }, { face: "rc-handle rc-middle" }), ...NAMES.map((name, i) => pull(name, () => points[i], (point) => {
    const ends = [inside(point), points[(i + 2) % 4]].map(([x, y]) => ({ x, y }));
    const most = (least, axis) => Math[least](...ends.map((end) => end[axis]));
    return upright ? between([most("min", "x"), most("min", "y")], [most("max", "x"), most("max", "y")]) : points.with(i, point);
  }, { lines: () => [points[(i + 1) % 4], points[(i + 3) % 4]] }))];
  stage.layer.append(...handles);
  stage.onDraw(() => {
    const flat = (quad) => (quad ?? []).map((point) => stage.toStage(point).map((v) => v.toFixed(2))).join(" ");
    for (const shape of [under, line]) shape.setAttribute("points", flat(points));
    line.setAttribute("class", points && parseCorners(corners.read()) && convex(points) ? "" : "rc-loose");
    top.setAttribute("d", points ? `M${stage.toStage(points[0])}L${stage.toStage(points[1])}` : "");
    found.forEach((one, i) => offers.children[i]?.setAttribute("points", flat(one.corners)));
    const at = handles.indexOf(document.activeElement) - 1;
    readout.textContent = points?.[at] ? `${t(`quad.${NAMES[at]}`)} ${points[at].map((v) => v.toFixed(1)).join(", ")}` : "";
  });
  for (const each of [corners, placement, index]) each.listen(read);
  board.refresh(read);
}
