/** The quad editor: four corners, over the ordinary input `corners`. */

import { button, originOf, t, takesText, toldBy, valueOf } from "../base.js";
import { makeBoard } from "../shape/board.js";
import { outline, readBox, readCorners, writeBox, writeCorners } from "../shape/points.js";

export const wants = (data) => takesText(data, "corners");

/** Surfaces that Find Surfaces proposed: on the wire, else for the same clip. */
function proposals(node, wire) {
  const source = originOf(node, "clip") ?? originOf(node, "image");
  const finders = wire ? [wire.node] : source ? node.graph.nodes.filter((other) => other.type === "RaccordFindSurfaces"
    && originOf(other, "clip")?.node === source.node) : [];
  return finders.flatMap((finder) => toldBy(finder).surfaces ?? []);
}

export function attach(node) {
  const values = ["corners", "placement", "surface_index"].map((name) => valueOf(node, name));
  const [corners, placement, index] = values, placed = placement.read() !== undefined, title = t("quad.name");
  const { bar, write } = makeBoard(node, "quad", { title, inputs: ["image", "clip"], values, read });
  const square = button(t("quad.upright"), "▭");
  if (placed) bar.append(square);

  function read(size) {
    const wire = originOf(node, "surface"), fixed = Boolean(wire) || corners.wired();
    const typed = corners.read().trim(), parsed = readCorners(typed), upright = !wire && placed && !typed;
    const found = proposals(node, wire), number = Number(index.read()), chosen = found[number]?.corners;
    const box = readBox((placement.read() ?? "0.25 0.25 0.5 0.5").trim().split(/\s+/).map(Number), size);
    const points = wire ? chosen : parsed ?? (upright ? box : outline(box)), good = points?.flat().every(isFinite);
    square.disabled = fixed || !good;
    square.setAttribute("aria-pressed", upright);
    square.onclick = () => write(corners, upright ? writeCorners(outline(box)) : "");
    const said = wire ? "surface" : fixed ? "wired" : parsed ? "" : typed ? "unreadable" : placed ? "placement" : "pull";
    return {
      fixed, said: said && t(`quad.${said}`, { index: number }),
      shapes: good ? [{ name: title, points,
        keep: (now) => (upright ? write(placement, writeBox(now, size)) : write(corners, writeCorners(now))) }] : [],
      offers: found.map((one, i) => ({ name: t("quad.take", { index: i, sentence: one.sentence ?? "" }), points: one.corners,
        take: () => (wire ? write(index, i) : write(corners, writeCorners(one.corners))) })),
    };
  }
}
