/** What the editors have in common: the picture that arrives, its frame, zoom, undo and a line that says what matters. */

import { button, el } from "../base/dom.js";
import { openFilm } from "../base/film.js";
import { arrivingAt, toldBy, viewOf } from "../base/picture.js";
import { stand, valueOf } from "../base/widget.js";
import { t } from "../base/words.js";
import { makeStage } from "./stage.js";

const pasts = new Map(); // what was written before, by node: ComfyUI's own undo builds nodes anew

const loadStill = (url) => new Promise((resolve, reject) => {
  const image = new Image();
  Object.assign(image, { src: url, alt: "", draggable: false });
  image.decode().then(() => resolve({ element: image, width: image.naturalWidth, height: image.naturalHeight }), reject);
});

/**
 * Stand a board on a node.
 * @param {Object} node
 * @param {string} kind
 * @param {{app: Object, api: Object}} tools
 * @param {string[]} inputs Names of the inputs whose picture counts, the first wired one wins.
 * @returns {Object} `stage`, `bar` for more buttons, `say(text)`, `write(value, text)`, `signal`, `told()`: what the last run said,
 *   `refresh(function)`: called when anything may have changed.
 */
export function makeBoard(node, kind, tools, inputs) {
  const { app, api } = tools;
  const { element, signal, changed } = stand(node, kind, tools, 330, 420);
  const stage = makeStage(signal, t("board.picture"));
  const bar = el("div", { class: "rc-row", role: "toolbar", "aria-label": t(`${kind}.name`) });
  const film = el("div", { class: "rc-row" }), note = el("div", { class: "rc-soft rc-text", role: "status" });
  element.append(bar, stage.root, film, note);

  const past = () => {
    const key = `${node.graph?.id}:${node.id}:${kind}`;
    if (!pasts.has(key)) pasts.set(key, []);
    return pasts.get(key);
  };
  const write = (value, text) => {
    past().push([value.name, value.read()]);
    value.write(text);
  };
  const back = () => {
    const [name, text] = past().pop() ?? [];
    if (name) valueOf(node, name, app).write(text);
    renew();
  };
  const result = button(t("board.result"), t("board.result"), () => {
    const pressed = result.getAttribute("aria-pressed") !== "true";
    result.setAttribute("aria-pressed", String(pressed));
    renew();
  }, signal, { "aria-pressed": "false", hidden: true });
  bar.append(el("span", { class: "rc-fill" }), result,
    button(t("board.undo"), "↶", back, signal),
    button(t("board.out"), "−", () => stage.zoom(1 / 1.4), signal),
    button(t("board.fit"), "⤢", stage.fit, signal),
    button(t("board.in"), "+", () => stage.zoom(1.4), signal));

  const told = () => toldBy(node, app);
  const reference = valueOf(node, "reference_frame", app);
  let shown = "", closing = null, frames = 1, go = () => {};

  /** The frame that is asked for, counted from the film's first. */
  const frameOf = (count) => {
    const asked = Number(reference.read() ?? 0);
    return Math.min(count - 1, Math.max(0, asked < 0 ? count + asked : asked));
  };
  const slider = el("input", { type: "range", min: 0, class: "rc-fill", "aria-label": t("board.frame"),
    input: () => turn(Number(slider.value)), change: () => reference.write(Number(slider.value)), signal });
  const count = el("span", { class: "rc-soft" });
  film.append(slider, count);
  const turn = (frame) => {
    slider.value = frame;
    count.textContent = t("board.of", { frame, last: frames - 1 });
    go(frame);
  };
  const chooses = (many, show) => {
    frames = many;
    go = show;
    slider.max = many - 1;
    film.hidden = many < 2 || reference.read() === undefined;
    turn(frameOf(many));
  };

  async function open(source, end) {
    if (source.kind === "film") {
      const opened = await openFilm(source.urls[0], end);
      const left = Math.max(1, opened.frames - source.first);
      return [opened, left, (frame) => opened.show(frame + source.first)];
    }
    const urls = source.urls.slice(source.first);
    const still = await loadStill(urls[frameOf(urls.length)] ?? source.urls[0]);
    return [still, source.kind === "batch" ? urls.length : 1, (frame) => {
      if (urls[frame]) still.element.src = urls[frame];
    }];
  }

  /** Look again which picture counts; it is loaded only when it is another one. */
  async function look() {
    const { pictures = {} } = told(), { under } = pictures, own = pictures.after ?? pictures.evidence?.[0];
    const wired = inputs.map((name) => arrivingAt(node, name, tools)).find(Boolean);
    result.hidden = !own;
    const ran = (file) => file && { kind: "still", urls: [viewOf(file, api)], first: 0, size: under && [under.width, under.height] };
    const choices = (own && result.getAttribute("aria-pressed") === "true" ? [ran(own)] : [wired, ran(under)]).filter(Boolean);
    const now = JSON.stringify(choices.map(({ from, ...choice }) => choice));
    if (now === shown) return film.hidden || turn(frameOf(frames));
    shown = now;
    closing?.abort();
    const end = closing = new AbortController();
    for (const choice of choices) {
      try {
        const [picture, many, show] = await open(choice, end.signal);
        if (end.signal.aborted) return;
        const [width, height] = choice.size ?? [picture.width, picture.height];
        stage.show({ element: picture.element, width, height });
        bare = false;
        chooses(many, show);
        return tell();
      } catch { /* the browser cannot show it: what the run left may do */ }
    }
    if (end.signal.aborted) return;
    stage.show({ width: 960, height: 540 });
    film.hidden = bare = true;
    tell();
  }
  let bare = false;
  const say = (text) => { note.textContent = [text, bare && t("board.run")].filter(Boolean).join(" "); };

  const hearers = [];
  const tell = () => { for (const hear of hearers) hear(); };
  const renew = () => { tell(); look(); };
  changed(renew);
  signal.addEventListener("abort", () => closing?.abort());
  queueMicrotask(renew);
  return { stage, bar, say, write, signal, told, renew, refresh: (hear) => hearers.push(hear) };
}
