/** Texts of the widgets in the user's language; they live in `locales/<language>/main.json` under `raccord`. */

let words = {};

/**
* Fetch the words once; what is missing in a language is said in English.
* @param {Object} api ComfyUI's api.
* @param {string} language Such as `fr`; what follows a hyphen does not matter.
*/
export async function learn(api, language) {
  const all = await (await api.fetchApi("/i18n")).json();
  const spoken = all[language]?.raccord ?? all[String(language).split("-")[0]]?.raccord;
  words = { ...all.en?.raccord, ...spoken };
}

/**
* One text.
* @param {string} key Such as `quad.corner`.
* @param {Object} [values] What stands for `{name}` in it.
*/
export function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
