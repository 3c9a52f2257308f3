/** Texts in the user's language: `raccord` of `locales/<language>/main.json`. */

import { api } from "./comfy.js";

let words = {};

/** What a language lacks is said in English. */
export async function learn(language) {
  const all = await (await api.fetchApi("/i18n")).json();
  words = { ...all.en?.raccord, ...all[language]?.raccord };
}

export const t = (key, values = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
