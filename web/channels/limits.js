/** What a channel takes, in a few words of the user's language. */

import { t } from "../base/words.js";

const YEAR = 365.25 * 24 * 3600 * 1000;
const language = () => document.documentElement.lang || undefined;
const SURE = ["official", "mirror", "assumed", "studio"];
const UNITS = [["hour", 3600], ["minute", 60], ["second", 1]];

const amount = (value, unit) => new Intl.NumberFormat(language(), {
  style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0,
}).format(value);

function time(seconds) {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? UNITS.at(-1);
  return amount(seconds / size, unit);
}

const weight = (mb) => (mb >= 1000 ? amount(mb / 1000, "gigabyte") : amount(mb, "megabyte"));

/** The limits of a template's card, shortest first: size, length, weight, loudness. */
export function limitsOf(card) {
  if (card.fault) return card.fault;
  const parts = card.kind === "film" ? [
    t("channels.size", { width: card.size[0], height: card.size[1] }),
    card.seconds[0] > 1 ? `${time(card.seconds[0])} – ${time(card.seconds[1])}` : t("channels.most", { amount: time(card.seconds[1]) }),
    t("channels.most", { amount: weight(card.mb) }),
    card.silent ? t("channels.silent") : card.lufs !== undefined && `${card.lufs} LUFS`.replace("-", "−"),
  ] : [
    t("channels.width", { width: card.width }),
    t("channels.kilobytes", { aim: amount(card.kb, "kilobyte"), most: amount(card.most_kb, "kilobyte") }),
    card.formats.map((format) => format.toUpperCase()).join(" "),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Whether a template was last checked more than a year ago; one without a date may be as old. */
export const isOld = (card, now = Date.now()) => Boolean(card.checked) && !(now - Date.parse(card.checked) < YEAR);

/** A date in words; nothing where there is none. */
export function dateOf(checked) {
  const date = new Date(checked || NaN);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleDateString(language(), { dateStyle: "medium", timeZone: "UTC" });
}

/** Where and when a template was last checked, and how sure that is. */
export function originOf(card) {
  if (card.fault) return card.fault;
  const date = dateOf(card.checked), said = date ? t("channels.checked", { date }) : t("channels.undated");
  return `${said} (${SURE.includes(card.sure) ? t(`channels.sure.${card.sure}`) : card.sure})${isOld(card) ? ` – ${t("channels.old")}` : ""}: ${card.source}`;
}
