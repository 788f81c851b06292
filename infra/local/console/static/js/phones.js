// The list of borrowers: searched on the server, so that a long book is as quick as a short one.
import { byId, element } from "./elements.js";
import { ask } from "./server.js";
import { complain } from "./toasts.js";
import { called, DAY, locale, moment, number, say } from "./words.js";

const TYPING_MILLISECONDS = 120;
const seen = new Map();
let listed = [];
let found = 0;
let asked = 0;
let picked = "";
let pick = () => {};
let now = "";

export function startPhones(onPick) {
  pick = onPick;
  let timer = 0;
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  byId("words").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refreshPhones, TYPING_MILLISECONDS);
  });
  byId("talking").addEventListener("change", refreshPhones);
  byId("more").addEventListener("click", () => load(listed.length));
}

export const refreshPhones = () => load(0);

async function load(start) {
  const turn = ++asked;
  try {
    const show = byId("talking").checked ? "talking" : "all";
    const told = await ask("/api/phones", { words: byId("words").value, show, start });
    // A slower answer to an older question is not shown over a newer one.
    if (turn !== asked) return;
    listed = start ? [...listed, ...told.phones] : told.phones;
    found = told.found;
    draw();
  } catch (error) {
    complain(error);
  }
}

export function markPicked(phone, messages) {
  picked = phone;
  seen.set(phone, messages.at(-1)?.at ?? "");
  for (const each of document.querySelectorAll(".pick")) {
    each.toggleAttribute("aria-current", each.dataset.phone === phone);
    if (each.dataset.phone === phone) each.querySelector(".pick-new")?.remove();
  }
}

export function tellPhonesTime(stamp) {
  now = stamp;
}

export function redrawPhones() {
  draw();
}

function draw() {
  byId("phones-count").textContent = say("count", { count: number(found) });
  byId("more").hidden = listed.length >= found;
  const focused = document.activeElement?.closest(".pick")?.dataset.phone;
  const rows = listed.map(row);
  byId("book").replaceChildren(...(rows.length ? rows : [element("li", { class: "none" }, say("nobody_found"))]));
  if (focused) document.querySelector(`.pick[data-phone="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function row(borrower) {
  const { last, phone } = borrower;
  const isNew = last && !last.is_theirs && (seen.get(phone) ?? "") < last.at;
  return element(
    "li",
    {},
    element(
      "button",
      {
        type: "button",
        class: "pick",
        "data-phone": phone,
        "aria-current": phone === picked,
        onclick: () => pick(phone),
      },
      element("span", { class: "face", style: `--hue:${hue(phone)}`, "aria-hidden": "true" }, initials(borrower.name)),
      element("span", { class: "pick-name" }, borrower.name),
      element("span", { class: "pick-at" }, last ? when(last.at, borrower.zone) : called("country", borrower.country)),
      element("span", { class: "pick-last" }, last ? told(last) : about(borrower)),
      isNew ? element("span", { class: "pick-new", role: "img", "aria-label": say("new_text") }) : null,
    ),
  );
}

const told = (last) => (last.is_theirs ? say("you_said", { words: last.body }) : last.body);

function about(borrower) {
  const loan = borrower.loans[0];
  return `${loan.arrears} · ${lateness(loan)}`;
}

export function lateness(loan) {
  if (!loan.is_owed) return say("nothing_owed");
  if (loan.days_late === 0) return say("due_today");
  return loan.days_late > 0
    ? say(loan.days_late === 1 ? "day_late" : "days_late", { days: loan.days_late })
    : say(loan.days_late === -1 ? "due_in_day" : "due_in_days", { days: -loan.days_late });
}

function when(stamp, zone) {
  const day = (instant) => moment(instant, zone, DAY);
  return now && day(stamp) !== day(now) ? day(stamp) : moment(stamp, zone);
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  if (/[\u4e00-\u9fff]/.test(words[0])) return words[0].slice(0, 1);
  return [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "").join("").toLocaleUpperCase(locale());
}

const hue = (phone) => (Number(phone.slice(-4)) * 47) % 360;
