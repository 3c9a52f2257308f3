/** One frame of a film at a time, in a <video> of the page. */

const RATES = [8, 10, 12, 12.5, 15, 16, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 120];

/** Frames a second, from the times of the first few frames that are shown; 24 where the browser does not say. */
function rateOf(video) {
  return new Promise((resolve) => {
    const times = [];
    const end = () => {
      clearTimeout(late);
      video.pause();
      const steps = times.slice(1).map((time, i) => time - times[i]).filter((step) => step > 0);
      if (!steps.length) return resolve(24);
      const least = Math.min(...steps), span = times.at(-1) - times[0];
      const rate = Math.round(span / least) / span;
      resolve(RATES.find((known) => Math.abs(known / rate - 1) < 0.004) ?? Math.round(rate * 1000) / 1000);
    };
    const late = setTimeout(end, 2000);
    const next = (_, frame) => {
      times.push(frame.mediaTime);
      if (times.length > 12 || video.ended) end();
      else video.requestVideoFrameCallback(next);
    };
    video.addEventListener("ended", end, { once: true });
    if (!video.requestVideoFrameCallback) return end();
    video.requestVideoFrameCallback(next);
    video.play().catch(end);
  });
}

/**
* Open a film.
* @param {string} url
* @param {AbortSignal} signal Lets go of it.
* @returns {Promise<{element: HTMLVideoElement, width: number, height: number, frames: number, rate: number,
*   show: function(number): Promise}>} Rejects where the browser cannot play it.
*/
export async function openFilm(url, signal) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, preload: "auto", playsInline: true, src: url });
  signal.addEventListener("abort", () => { video.removeAttribute("src"); video.load(); });
  await new Promise((resolve, reject) => {
    video.addEventListener("loadeddata", resolve, { once: true });
    video.addEventListener("error", () => reject(new Error("this film cannot be played here")), { once: true });
  });
  const rate = await rateOf(video);
  const show = (frame) => new Promise((resolve) => {
    video.addEventListener("seeked", resolve, { once: true });
    video.currentTime = Math.max(0, (frame + 0.5) / rate);
  });
  return { element: video, width: video.videoWidth, height: video.videoHeight, rate, show,
    frames: Math.max(1, Math.round(video.duration * rate)) };
}
