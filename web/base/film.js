/** One frame of a film at a time, in a <video> of the page. */

const RATES = [8, 12, 12.5, 15, 16, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60];

/** Frames a second, from the times of the first frames as they are shown; 24 where the browser does not say. */
const rateOf = (video) => new Promise((resolve) => {
  const times = [];
  const end = () => {
    clearTimeout(late);
    video.pause();
    const span = times.at(-1) - times[0], steps = times.slice(1).map((time, i) => time - times[i]).filter((step) => step > 0);
    const rate = steps.length ? Math.round(span / Math.min(...steps)) / span : 24;
    resolve(RATES.find((known) => Math.abs(known / rate - 1) < 0.004) ?? rate);
  };
  const late = setTimeout(end, 1500);
  const next = (_, frame) => {
    times.push(frame.mediaTime);
    if (times.length > 12) end();
    else video.requestVideoFrameCallback(next);
  };
  video.addEventListener("ended", end, { once: true });
  video.requestVideoFrameCallback?.(next);
  video.play().catch(end);
});

/** Open a film: `{ element, width, height, frames, show(frame) }`; fails where the browser cannot play it; `signal` lets go. */
export async function openFilm(url, signal) {
  const video = Object.assign(document.createElement("video"), { muted: true, preload: "auto", playsInline: true, src: url });
  signal.addEventListener("abort", () => video.removeAttribute("src"));
  await new Promise((resolve, reject) => Object.assign(video, { onloadeddata: resolve, onerror: reject }));
  const rate = await rateOf(video), frames = Math.max(1, Math.round(video.duration * rate));
  return { element: video, width: video.videoWidth, height: video.videoHeight, frames,
    show: (frame) => { video.currentTime = (frame + 0.5) / rate; } };
}
