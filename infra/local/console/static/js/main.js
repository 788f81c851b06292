// Puts the page together, and asks each second what has changed.
import { showClock, startClock } from "./clock.js";
import { refreshDesk, refreshQuietly, startDesk } from "./desk.js";
import { byId } from "./elements.js";
import { redrawQuickReplies, showPhone, startHandset } from "./handset.js";
import { markPicked, redrawPhones, refreshPhones, startPhones, tellPhonesTime } from "./phones.js";
import { ask } from "./server.js";
import { refreshToday } from "./today.js";
import { complain } from "./toasts.js";
import { learn, locale, number, say } from "./words.js";

const PULSE_MILLISECONDS = 800;
const SOON_MILLISECONDS = 120;
const TODAY_EVERY_PULSES = 4;

let phone = new URLSearchParams(location.search).get("phone") ?? "";
let pulse = null;
let timer = 0;
let pulses = 0;
let isDown = false;

async function beat() {
  clearTimeout(timer);
  try {
    const before = pulse;
    pulse = await ask("/api/pulse", { phone });
    isDown = false;
    pulses += 1;
    show(before);
  } catch (error) {
    if (!isDown) complain(say("gone"));
    isDown = true;
  }
  timer = setTimeout(beat, document.hidden ? 4 * PULSE_MILLISECONDS : PULSE_MILLISECONDS);
}

function beatSoon() {
  clearTimeout(timer);
  timer = setTimeout(beat, SOON_MILLISECONDS);
}

function show(before) {
  showClock(pulse);
  tellPhonesTime(pulse.now);
  byId("pulse-texts").textContent = number(pulse.texts);
  byId("pulse-replies").textContent = number(pulse.replies);
  byId("pulse-open").textContent = number(pulse.tickets.open + pulse.tickets.late);
  byId("pulse-late").textContent = number(pulse.tickets.late);
  byId("pulse-late").classList.toggle("late", pulse.tickets.late > 0);
  if (pulse.trouble && pulse.trouble !== before?.trouble) complain(pulse.trouble);
  if (pulse.phone && pulse.phone.phone === phone) {
    showPhone(pulse.phone, pulse.now);
    markPicked(phone, pulse.phone.messages);
  }
  const hasTalked = !before || before.texts !== pulse.texts || before.replies !== pulse.replies;
  const bookCame = before?.loans !== pulse.loans;
  if (hasTalked || bookCame) refreshPhones();
  const deskMoved = before && JSON.stringify(before.tickets) !== JSON.stringify(pulse.tickets);
  if ((hasTalked && before) || deskMoved) refreshQuietly();
  if (!byId("view-today").hidden && (hasTalked || pulses % TODAY_EVERY_PULSES === 0)) refreshToday();
}

function pickPhone(number) {
  phone = number;
  document.body.dataset.phone = number;
  beat();
  if (getComputedStyle(byId("phones-pane")).display === "none") byId("handset-name").focus();
}

function showView(name) {
  for (const view of ["desk", "today"]) {
    const isShown = view === name;
    byId(`tab-${view}`).setAttribute("aria-selected", isShown);
    byId(`tab-${view}`).tabIndex = isShown ? 0 : -1;
    byId(`view-${view}`).hidden = !isShown;
  }
  if (name === "today") refreshToday();
}

function showPane(name) {
  document.body.dataset.pane = name;
  for (const each of document.querySelectorAll(".panes button")) {
    if (each.dataset.pane === name) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
  if (name !== "phones") showView(name);
}

async function speak(language) {
  localStorage.setItem("duebridge.lang", language);
  await learn(language);
  const other = byId("language");
  other.textContent = language === "zh-CN" ? "English" : "中文";
  other.lang = language === "zh-CN" ? "en" : "zh-CN";
}

function startTaste() {
  byId("language").addEventListener("click", async () => {
    await speak(locale() === "zh-CN" ? "en" : "zh-CN");
    if (pulse) showClock(pulse);
    if (pulse?.phone) {
      showPhone(pulse.phone, pulse.now);
      redrawQuickReplies(pulse.phone.locale);
    }
    redrawPhones();
    refreshToday();
    refreshDesk();
  });
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("duebridge.theme", root.dataset.theme);
    refreshDesk();
  });
}

function startTabs() {
  const tabs = ["desk", "today"];
  for (const name of tabs) {
    const tab = byId(`tab-${name}`);
    tab.addEventListener("click", () => showPane(name));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = tabs.find((each) => each !== name);
      showPane(other);
      byId(`tab-${other}`).focus();
    });
  }
  for (const each of document.querySelectorAll(".panes button")) {
    each.addEventListener("click", () => showPane(each.dataset.pane));
  }
  byId("back").addEventListener("click", () => {
    delete document.body.dataset.phone;
    document.querySelector(`.pick[data-phone="${CSS.escape(phone)}"]`)?.focus();
    phone = "";
  });
}

async function start() {
  await speak(locale());
  startTaste();
  startTabs();
  startClock(beatSoon);
  startPhones(pickPhone);
  startHandset(beatSoon);
  startDesk();
  showPane(new URLSearchParams(location.search).get("pane") ?? "phones");
  if (phone) document.body.dataset.phone = phone;
  await beat();
  await refreshDesk();
}

start();
