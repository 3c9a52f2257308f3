/** What the editors have in common: the picture that arrives, its frame, zoom, undo and a line that says what matters. */

import { button, el } from "../base/dom.js";
import { openFilm } from "../base/film.js";
import { arrivingAt, toldBy, viewOf } from "../base/picture.js";
import { stand, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeStage } from "./stage.js";

const HIGH = 330, FOLDED = 42;
const pasts = new Map(); // what was written before, by node: ComfyUI's own undo builds nodes anew

async function openStill(url) {
  const image = Object.assign(new Image(), { src: url, alt: "", draggable: false });
  await image.decode();
  return { element: image, width: image.naturalWidth, height: image.naturalHeight };
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
  let open = !folds?.();
  const { element, signal, changed } = stand(node, kind, tools, () => (open ? HIGH : FOLDED), 420);
  const stage = makeStage(signal, t("board.picture")), value = (name) => valueOf(node, name, app);
  const note = el("div", { class: "rc-soft rc-text", role: "status" });
  const film = el("div", { class: "rc-row", hidden: true }), body = el("div", { class: "rc-body" }, stage.root, film, note);
  const bar = el("div", { class: "rc-row", role: "toolbar", "aria-label": title });
  element.append(bar, body);

  const key = () => `${node.graph?.id}:${node.id}:${kind}`;
  const write = (to, text) => {
    pasts.set(key(), [...(pasts.get(key()) ?? []), [to.name, to.read()]].slice(-99));
    to.write(text);
  };
  const back = () => {
    const [name, text] = pasts.get(key())?.pop() ?? [];
    if (name) value(name).write(text);
    renew();
  };
  const own = button(t("board.result"), t("board.result"), () => {
    own.setAttribute("aria-pressed", own.getAttribute("aria-pressed") !== "true");
    look();
  }, signal, { "aria-pressed": "false", hidden: true });
  const fold = folds && button(title, "", () => { open = !open; folded(); }, signal, { class: "rc-button rc-fold" });
  const folded = () => {
    body.hidden = more.hidden = !open;
    element.style.minHeight = `${open ? HIGH : FOLDED}px`;
    fold?.setAttribute("aria-expanded", open);
    fold?.replaceChildren(`${open ? "▾" : "▸"} ${title}`);
    node.setSize([node.size[0], Math.max(node.size[1], node.computeSize()[1])]);
  };
  const more = el("span", { class: "rc-row" }, own, [["undo", "↶", back], ["out", "−", () => stage.zoom(1 / 1.4)],
    ["fit", "⤢", stage.fit], ["in", "+", () => stage.zoom(1.4)]].map(([name, face, act]) => button(t(`board.${name}`), face, act, signal)));
  bar.append(fold ?? "", el("span", { class: "rc-fill" }), more);

  const reference = value("reference_frame"), count = el("span", { class: "rc-soft" });
  const slider = el("input", { type: "range", min: 0, class: "rc-fill", "aria-label": t("board.frame"), signal,
    input: () => turn(Number(slider.value)), change: () => write(reference, Number(slider.value)) });
  film.append(slider, count);
  let shown = "", closing = null, frames = 1, go = () => {}, bare = false;
  const asked = (many) => Math.min(many - 1, Math.max(0, Number(reference.read() ?? 0) + (reference.read() < 0 ? many : 0)));
  const turn = (frame) => {
    slider.value = frame;
    count.textContent = t("board.of", { frame, last: frames - 1 });
    go(frame);
  };

  /** Open a source: its picture, how many frames it has, and how one of them is shown. */
  async function load({ kind: form, urls, first }, end) {
    if (form === "film") {
      const opened = await openFilm(urls[0], end);
      return [opened, Math.max(1, opened.frames - first), (frame) => opened.show(frame + first)];
    }
    const left = urls.slice(first), still = await openStill(left[0] ?? urls[0]);
    return [still, left.length, (frame) => left.length > 1 && Object.assign(still.element, { src: left[frame] })];
  }

  /** Look again which picture counts; it is loaded only when it is another one. */
  async function look() {
    const { pictures = {} } = toldBy(node, app), { under } = pictures, after = pictures.after ?? pictures.evidence?.[0];
    own.hidden = !after;
    const ran = (file) => file && { kind: "still", urls: [viewOf(file, api)], first: 0, size: under && [under.width, under.height] };
    const choices = (after && own.getAttribute("aria-pressed") === "true" ? [ran(after)]
      : [inputs.map((name) => arrivingAt(node, name, tools)).find(Boolean), ran(under)]).filter(Boolean);
    const now = JSON.stringify(choices);
    if (now === shown) return film.hidden || turn(asked(frames));
    shown = now;
    closing?.abort();
    const end = closing = new AbortController();
    let found = null;
    for (const choice of choices) {
      found = await load(choice, end.signal).catch(() => null); // the browser cannot show it: what the run left may do
      if (end.signal.aborted) return;
      if (!found) continue;
      const [width, height] = choice.size ?? [found[0].width, found[0].height];
      stage.show({ element: found[0].element, width, height });
      break;
    }
    bare = !found;
    if (bare) stage.show({ width: 960, height: 540 });
    [, frames, go] = found ?? [null, 1, () => {}];
    slider.max = frames - 1;
    film.hidden = frames < 2 || reference.read() === undefined;
    turn(asked(frames));
    tell();
  }

  const hearers = [], tell = () => hearers.forEach((hear) => hear());
  const renew = () => { tell(); look(); };
  changed(renew);
  signal.addEventListener("abort", () => closing?.abort());
  queueMicrotask(() => { open = !folds?.(); folded(); if (node.graph) renew(); });
  return { stage, bar, body, signal, write, refresh: (hear) => hearers.push(hear),
    say: (text) => { note.textContent = [text, bare && t("board.run")].filter(Boolean).join(" "); } };
}
