/** Opens a still, or a film of which one frame at a time is seen. */

import { el } from "../base.js";

/** Frames a second, from the times of the first frames as the browser shows them. */
const rateOf = (video) => new Promise((resolve, reject) => {
  const times = [];
  const end = () => {
    const span = times.at(-1) - times[0], step = Math.min(...times.slice(1).map((time, i) => time - times[i]));
    video.pause();
    resolve(Math.round(span / step) / span || 24);
  };
  const next = (_, { mediaTime }) => (times.push(mediaTime) > 12 ? end() : video.requestVideoFrameCallback(next));
  video.requestVideoFrameCallback(next);
  video.addEventListener("ended", end);
  video.muted = true;
  video.play().catch(reject);
});

/** Fails where the browser cannot show it. */
export async function open({ url, film, first = 0, width, height }) {
  const element = el(film ? "video" : "img", { src: url, alt: "", draggable: "false" });
  await new Promise((done, error) => Object.assign(element, { onload: done, onloadeddata: done, onerror: error }));
  const rate = film && await rateOf(element), { naturalWidth = element.videoWidth, naturalHeight = element.videoHeight } = element;
  return {
    element, width: width ?? naturalWidth, height: height ?? naturalHeight,
    frames: film ? Math.max(1, Math.round(element.duration * rate) - first) : 1,
    turn(frame) {
      if (film) element.currentTime = (frame + first + 0.5) / rate;
    },
  };
}
