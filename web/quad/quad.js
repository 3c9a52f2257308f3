/** The quad editor: four corners on the picture that arrives, over the ordinary input `corners`. */

import { button, el, svg } from "../base/dom.js";
import { originOf, toldBy } from "../base/picture.js";
import { inputsOf, takesText, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeBoard } from "../shape/board.js";
import { makeHandle } from "../shape/handle.js";
import { convex, formatCorners, parseCorners, rectangle } from "./corners.js";

const NAMES = ["tl", "tr", "br", "bl"];

/** Every node whose corners are pixels of a picture that it takes. */
export const wants = (data) => takesText(data, "corners");

/** Surfaces that Find Surfaces proposed for the same clip, or on the wire: `{ corners, sentence }`. */
function proposals(node, app) {
  const wire = originOf(node, "surface", app)?.node;
  if (wire) return toldBy(wire, app).surfaces ?? [];
  const source = originOf(node, "clip", app) ?? originOf(node, "image", app);
  const finders = source ? node.graph.nodes.filter((other) => other.type === "RaccordFindSurfaces"
    && originOf(other, "clip", app)?.node === source.node) : [];
  return finders.flatMap((finder) => toldBy(finder, app).surfaces ?? []);
}

export function attach(node, tools) {
  const { app } = tools, value = (name) => valueOf(node, name, app);
  const corners = value("corners"), placement = value("placement"), index = value("surface_index");
  const board = makeBoard(node, "quad", tools, ["image", "clip"]), { stage, signal } = board;
  let points = null, own = false; // own: they are what `corners` says

  const under = svg("polygon", { class: "rc-under" }), line = svg("polygon");
  const top = svg("path", { class: "rc-top" }), offers = svg("g");
  stage.layer.append(svg("svg", { class: "rc-lines", "aria-hidden": "true" }, offers, under, line, top));
  const readout = el("span", { class: "rc-soft", "aria-live": "polite" });
  const clear = button(t("quad.clear"), "✕", () => { board.write(corners, ""); read(); }, signal);
  const taken = el("span", { class: "rc-row", role: "group", "aria-label": t("quad.surfaces") });
  board.bar.prepend(readout, taken);
  board.bar.append(clear);

  /** What counts where `corners` is empty: the surface, the placement, else a quad to begin with. */
  const instead = () => {
    const [wide, high] = stage.size();
    const [x, y, w, h] = String(placement.read() ?? "").trim().split(/\s+/).map(Number);
    const box = isFinite(h) ? [x, y, w, h] : [0.25, 0.25, 0.5, 0.5];
    return rectangle(box[0] * wide, box[1] * high, box[2] * wide, box[3] * high);
  };
  const surface = () => (originOf(node, "surface", app) ? proposals(node, app)[index.read() ?? 0] : null);

  const read = () => {
    const wins = originOf(node, "surface", app), chosen = surface()?.corners, typed = corners.read() ?? "";
    const parsed = parseCorners(typed);
    own = !wins && !!parsed;
    points = chosen ?? parsed ?? (wins ? null : instead());
    const fixed = !!wins || corners.wired();
    for (const handle of handles) handle.disabled = fixed;
    clear.disabled = fixed || !typed;
    offer();
    if (wins) board.say(t(chosen ? "quad.surface_wins" : "quad.surface_later", { index: index.read() ?? 0 }));
    else if (corners.wired()) board.say(t("quad.wired"));
    else if (typed.trim() && !parsed) board.say(t("quad.unreadable"));
    else if (parsed && !convex(parsed)) board.say(t("quad.crossed"));
    else if (!parsed) board.say(t(placement.read() === undefined ? "quad.pull" : "quad.placement"));
    else board.say("");
    stage.draw();
  };

  const take = (number, offered) => {
    if (originOf(node, "surface", app)) board.write(index, number);
    else board.write(corners, formatCorners(offered.corners.map((point) => point.map((v) => Math.round(v * 10) / 10))));
    read();
  };
  let found = [], drawn = "";
  /** Draw the proposals anew, only where they changed: a button that is pressed must stay the same one. */
  const offer = () => {
    found = proposals(node, app);
    const chosen = surface() ? Number(index.read()) : -1, now = JSON.stringify([found, chosen]);
    if (now === drawn) return;
    drawn = now;
    const taking = found.map((one, i) => [t("quad.take", { index: i, sentence: one.sentence ?? "" }), () => take(i, one)]);
    offers.replaceChildren(...taking.map(([name, click]) => svg("polygon", { class: "rc-offer", click, signal }, svg("title", null, name))));
    taken.replaceChildren(...taking.map(([name, click], i) => button(name, String(i), click, signal, { "aria-pressed": i === chosen ? "true" : "false" })));
  };

  const handles = NAMES.map((name, i) => makeHandle(stage, signal, {
    name: () => t("quad.handle", { corner: t(`quad.${name}`), x: points[i][0].toFixed(1), y: points[i][1].toFixed(1) }),
    at: () => points?.[i],
    move(point) {
      points = points.with(i, point.map((v) => Math.round(v * 10) / 10));
      stage.draw();
    },
    keep: () => { board.write(corners, formatCorners(points)); read(); },
    drop: () => read(),
    lines: () => [points[(i + 1) % 4], points[(i + 3) % 4]],
  }));
  stage.layer.append(...handles);
  stage.onDraw(() => {
    const flat = (quad) => quad.map((point) => stage.toPage(point).map((v) => v.toFixed(2)).join(",")).join(" ");
    for (const shape of [under, line]) shape.setAttribute("points", points ? flat(points) : "");
    line.setAttribute("class", own && convex(points) ? "" : "rc-loose");
    const [from, to] = (points ?? []).map(stage.toPage);
    top.setAttribute("d", points ? `M${from}L${to}` : "");
    found.forEach((one, i) => offers.children[i].setAttribute("points", flat(one.corners)));
    const held = handles.indexOf(document.activeElement);
    readout.textContent = points && held >= 0 ? `${t(`quad.${NAMES[held]}`)}  ${points[held].map((v) => v.toFixed(1)).join(", ")}` : "";
  });
  for (const each of [corners, placement, index]) each.listen(read);
  board.refresh(read);
}
