/** What a channel takes and where that is known from, in a few words of the user's language. */

import { t } from "../base/words.js";

const SURE = ["official", "mirror", "assumed", "studio"], YEAR = 365.25 * 24 * 3.6e6;
const language = () => document.documentElement.lang || undefined;
const amount = (value, unit) => new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits: +(value < 10) }).format(value);
const time = (s) => (s >= 3600 ? amount(s / 3600, "hour") : s >= 60 ? amount(s / 60, "minute") : amount(s, "second"));

/** The limits on a template's card: size, length, weight, loudness. */
export function limitsOf({ kind, fault, size, seconds, mb, silent, lufs, width, kb, most_kb: most, formats }) {
  if (fault) return fault;
  const parts = kind === "film" ? [
    size.join(" × "), `${seconds[0] > 1 ? `${time(seconds[0])} – ` : "≤ "}${time(seconds[1])}`,
    `≤ ${mb >= 1000 ? amount(mb / 1000, "gigabyte") : amount(mb, "megabyte")}`,
    silent ? t("channels.silent") : lufs && `${lufs} LUFS`.replace("-", "−"),
  ] : [`≤ ${width} px`, `${amount(kb, "kilobyte")} (≤ ${amount(most, "kilobyte")})`, formats.join(" ").toUpperCase()];
  return parts.filter(Boolean).join(" · ");
}

/** Whether a template was last checked more than a year ago. */
export const isOld = ({ checked }) => Boolean(checked) && !(Date.now() - Date.parse(checked) < YEAR);

/** A date in words; nothing where there is none. */
export const dateOf = (checked) => (Date.parse(checked)
  ? new Date(checked).toLocaleDateString(language(), { dateStyle: "medium", timeZone: "UTC" }) : "");

/** Where and when a template was last checked, and how sure that is. */
export function originOf(card) {
  if (card.fault) return card.fault;
  const date = dateOf(card.checked), old = isOld(card) ? ` – ${t("channels.old")}` : "";
  return `${date ? t("channels.checked", { date }) : t("channels.undated")} (${
    SURE.includes(card.sure) ? t(`channels.sure.${card.sure}`) : card.sure})${old}: ${card.source}`;
}
