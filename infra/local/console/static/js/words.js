// What the page says, in the language of whoever looks at it: one file a language in words/.
let known = {};

export const locale = () => document.documentElement.lang;

export async function learn(language) {
  document.documentElement.lang = language;
  known = await (await fetch(`/words/${language}.json`)).json();
  for (const each of document.querySelectorAll("[data-words]")) each.textContent = say(each.dataset.words);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
  for (const each of document.querySelectorAll("button[data-label]")) each.title = say(each.dataset.label);
  for (const each of document.querySelectorAll("[data-hint]")) each.placeholder = say(each.dataset.hint);
}

export function say(name, values = {}) {
  let words = known[name] ?? name;
  for (const [slot, value] of Object.entries(values)) words = words.replaceAll(`{${slot}}`, value);
  return words;
}

// A code such as `paid_claim` by its name in the file, or readable as it is.
export const called = (group, code) => known[`${group}.${code}`] ?? code.replaceAll("_", " ");

export const quickReplies = (language) => known[`quick.${language.startsWith("zh") ? "zh" : "en"}`] ?? [];

// Days before months in English too, whoever looks.
const dates = () => (locale() === "en" ? "en-GB" : locale());

export function moment(stamp, zone, options = { hour: "2-digit", minute: "2-digit" }) {
  return new Intl.DateTimeFormat(dates(), { timeZone: zone, hourCycle: "h23", ...options }).format(new Date(stamp));
}

export const number = (value, options = {}) => new Intl.NumberFormat(locale(), options).format(value);

export const WITH_DAY = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
// The hour alone on the day itself.
export function shortly(stamp, zone, now) {
  const isToday = moment(stamp, zone, DAY) === moment(now, zone, DAY);
  return moment(stamp, zone, isToday ? undefined : { ...DAY, hour: "2-digit", minute: "2-digit" });
}

export const DAY = { day: "numeric", month: "short" };
