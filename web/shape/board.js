/** What the editors have in common: the picture that arrives, its frame, zoom, undo and a line that says what matters. */

import { button, el } from "../base/dom.js";
import { openFilm } from "../base/film.js";
import { arrivingAt, toldBy, viewOf } from "../base/picture.js";
import { stand, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeStage } from "./stage.js";

const HIGH = 330, FOLDED = 42;
const pasts = new Map(); // what was written before, by node: ComfyUI's own undo builds nodes anew

/** Open a source: its picture, how many frames it has, and how one of them is shown. */
async function open({ kind, urls, first }, signal) {
  if (kind === "film") {
    const film = await openFilm(urls[0], signal);
    return [film, Math.max(1, film.frames - first), (frame) => film.show(frame + first)];
  }
  const left = urls.slice(first), element = Object.assign(new Image(), { src: left[0] ?? urls[0], alt: "", draggable: false });
  await element.decode();
  return [{ element, width: element.naturalWidth, height: element.naturalHeight }, left.length,
    (frame) => left.length > 1 && Object.assign(element, { src: left[frame] })];
}

/**
 * Stand a board on a node.
 * @param {string[]} inputs Whose picture counts; the first that has one wins.
 * @param {function(): boolean} [folds] Whether it begins as its title alone; without it, it does not fold.
 * @returns {Object} `stage`; `bar` and `body` for more; `say(text)`; `write(value, text)`, which can be taken back;
 *   `refresh(hear)`, called when anything may have changed.
 */
export function makeBoard(node, kind, tools, inputs, title, folds) {
  const { app, api } = tools;
  let wide = !folds?.(), shown = "", closing = null, frames = 1, go = null, bare = false;
  const { element, signal, changed } = stand(node, kind, tools, () => (wide ? HIGH : FOLDED), 420);
  const stage = makeStage(signal, t("board.picture")), hearers = [], tell = () => hearers.forEach((hear) => hear());
  const note = el("div", { class: "rc-soft rc-text", role: "status" }), film = el("div", { class: "rc-row", hidden: true });
  const body = el("div", { class: "rc-body" }, stage.root, film, note);
  const bar = el("div", { class: "rc-row", role: "toolbar", "aria-label": title });
  element.append(bar, body);

  const past = () => {
    const key = `${node.graph?.id}:${node.id}:${kind}`;
    return pasts.get(key) ?? pasts.set(key, []).get(key);
  };
  const write = (value, text) => {
    past().push([value.name, value.read()]);
    value.write(text);
  };
  const back = () => {
    const [name, text] = past().pop() ?? [];
    if (name) valueOf(node, name, app).write(text);
  };
  const own = button(t("board.result"), t("board.result"), () => {
    own.setAttribute("aria-pressed", own.getAttribute("aria-pressed") !== "true");
    look();
  }, { "aria-pressed": "false", hidden: true });
  const acts = { undo: ["↶", back], out: ["−", () => stage.zoom(1 / 1.4)], fit: ["⤢", stage.fit],
    in: ["+", () => stage.zoom(1.4)] };
  const more = el("span", { class: "rc-row" }, own, Object.entries(acts)
    .map(([name, [face, act]]) => button(t(`board.${name}`), face, act)));
  const fold = folds && button(title, "", () => unfold(!wide));
  const unfold = (now) => {
    wide = now;
    body.hidden = more.hidden = !wide;
    element.style.minHeight = `${wide ? HIGH : FOLDED}px`;
    fold?.setAttribute("aria-expanded", wide);
    fold?.replaceChildren(`${wide ? "▾" : "▸"} ${title}`);
    node.setSize([node.size[0], Math.max(node.size[1], node.computeSize()[1])]);
  };
  bar.append(fold ?? "", el("span", { class: "rc-fill" }), more);

  const reference = valueOf(node, "reference_frame", app), count = el("span", { class: "rc-soft" });
  const slider = el("input", { type: "range", min: 0, class: "rc-fill", "aria-label": t("board.frame"),
    input: () => turn(Number(slider.value)), change: () => write(reference, Number(slider.value)) });
  film.append(slider, count);
  reference.listen(() => turn());
  /** Show the frame that is asked for; a negative number counts from the end. */
  const turn = (asked = Number(reference.read() ?? 0)) => {
    const frame = Math.min(frames - 1, Math.max(0, asked < 0 ? frames + asked : asked));
    slider.value = frame;
    count.textContent = t("board.of", { frame, last: frames - 1 });
    go?.(frame);
  };

  /** Look again which picture counts; it is loaded only when it is another one. */
  async function look() {
    const { pictures: { under, after, evidence } = {} } = toldBy(node, app), result = after ?? evidence?.[0];
    own.hidden = !result;
    const ran = (file) => file && { kind: "still", urls: [viewOf(file, api)], first: 0, size: under };
    const wired = inputs.map((name) => arrivingAt(node, name, tools)).find(Boolean);
    const choices = (result && own.getAttribute("aria-pressed") === "true" ? [ran(result)]
      : wired?.near ? [ran(under), wired] : [wired, ran(under)]).filter(Boolean);
    const now = JSON.stringify(choices);
    if (now === shown) return turn();
    shown = now;
    closing?.abort();
    const end = closing = new AbortController();
    let found = null, size = null;
    for (const choice of choices) {
      found = await open(choice, end.signal).catch(() => null); // the browser cannot show it: what the run left may do
      if (end.signal.aborted) return;
      size = choice.size ?? found?.[0];
      if (found) break;
    }
    bare = !found;
    stage.show(bare ? { width: 960, height: 540 } : { element: found[0].element, width: size.width, height: size.height });
    [, frames, go] = found ?? [null, 1, null];
    slider.max = frames - 1;
    film.hidden = frames < 2 || reference.read() === undefined;
    turn();
    tell();
  }

  const renew = () => {
    tell();
    look();
  };
  changed(renew);
  signal.addEventListener("abort", () => closing?.abort());
  queueMicrotask(() => {
    unfold(!folds?.());
    if (node.graph) renew();
  });
  return { stage, bar, body, signal, write, refresh: (hear) => hearers.push(hear),
    say: (text) => { note.textContent = [text, bare && t("board.run")].filter(Boolean).join(" "); } };
}
