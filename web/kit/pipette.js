/** The pipette: a colour from the pixels of any picture of the graph, in sRGB. */

import { arrivingAt, button, clamp, el, fileOf, leftBy, nodesOf, style, t, viewOf } from "../base.js";
import { makeFigure } from "../shape/figure.js";
import { open } from "../shape/open.js";
import { makeStage } from "../shape/stage.js";

const RULES = `
  dialog.rc { width: min(1100px, 92vw); height: min(800px, 90vh); margin: auto; padding: 12px; }
  dialog.rc::backdrop { background: #000a; }
  .rc-pictures { display: flex; flex: none; overflow-x: auto; }
  .rc-pictures .rc-button { flex: none; height: auto; }
  .rc-pictures img { height: 52px; }
  .rc-taken { border-inline-start-width: 24px; }
`;

/** Addresses and names of pictures: of loaders, shown in the last run, arriving at inputs. */
const pictures = () => new Map(nodesOf().flatMap((node) => [
  ...(node.inputs ?? []).map(({ name }) => arrivingAt(node, name)?.url),
  ...[fileOf(node), ...(leftBy(node)?.images ?? [])].map((file) => file && viewOf(file)),
].filter(Boolean).map((url) => [url, node.title])));

/** Let the user pick a colour: `#RRGGBB`, or nothing when the pipette was put away. */
export async function pick() {
  style(RULES);
  const stage = makeStage(t("kit.pipette")), note = el("div", { class: "rc-fill", role: "status" }, t("kit.no_pictures"));
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  let source, at = [0, 0];
  const point = { get points() { return [at]; }, set points([to]) {
    at = to.map((v, i) => clamp(v, 0, stage.size()[i] - 1));
    pen.drawImage(source.element, ...at.map((v) => -Math.floor(v)));
    const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
    take.textContent = point.name = `#${(0x1000000 + red * 65536 + green * 256 + blue).toString(16).slice(1).toUpperCase()}`;
    take.style.borderColor = point.name;
  }, keep() {} };
  const figure = makeFigure(stage, () => point, false), [handle] = figure.handles;
  const go = (to) => {
    point.points = [to];
    figure.draw();
  };
  stage.root.addEventListener("click", (event) => source && event.target !== handle && go(stage.toPicture(event)));
  const show = async (url, name) => {
    source = await open({ url }).catch(() => open({ url, film: true })).catch(() => null);
    note.textContent = source ? t("kit.stage") : t("kit.unreadable", { name });
    if (!source) return;
    stage.show(source);
    stage.put(figure.lines, figure.handles);
    go(stage.size().map((v) => v / 2));
    handle.focus();
  };
  const take = button(t("kit.take"), "", () => dialog.close(take.textContent), { class: "rc-button rc-taken" });
  const faces = [...pictures()].map(([url, name]) => button(name, el("img", { src: url, alt: "" }), () => show(url, name)));
  const dialog = el("dialog", { class: "rc", "aria-label": t("kit.pipette"), keydown: (event) => event.stopPropagation() },
    el("div", { class: "rc-pictures" }, faces), stage.root,
    el("div", { class: "rc-row" }, take, note, button(t("kit.close"), "×", () => dialog.close())));
  document.body.append(dialog);
  dialog.showModal();
  faces[0]?.click();
  await new Promise((resolve) => dialog.addEventListener("close", resolve));
  dialog.remove();
  return dialog.returnValue;
}
