// One phone: what it shows, and under each of our texts what became of it.
import { byId, drawing, element } from "./elements.js";
import { lateness } from "./phones.js";
import { tell } from "./server.js";
import { complain } from "./toasts.js";
import { called, DAY, moment, quickReplies, say, shortly } from "./words.js";

let phone = "";
let shown = "";
let shownAt = "";
let pulseSoon = () => {};

const FATES = {
  sending: ["waiting", 0],
  accepted: ["waiting", 1],
  delivered: ["delivered", 2],
  undelivered: ["lost", 0],
  rejected: ["lost", 0],
  in_doubt: ["doubt", 0],
};

export function startHandset(soon) {
  pulseSoon = soon;
  const body = byId("body");
  byId("compose").addEventListener("submit", (event) => {
    event.preventDefault();
    send(body.value);
  });
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(body.value);
  });
}

async function send(words) {
  if (!words.trim() || !phone) return;
  try {
    await tell("/api/reply", { phone, body: words });
    if (byId("body").value === words) byId("body").value = "";
    pulseSoon();
  } catch (error) {
    complain(error);
  }
}

async function pay(loanId) {
  try {
    await tell("/api/pay", { loan_id: loanId });
    pulseSoon();
  } catch (error) {
    complain(error);
  }
}

export function showPhone(told, now) {
  const isOther = told.phone !== phone;
  phone = told.phone;
  byId("handset-empty").hidden = true;
  byId("handset-on").hidden = false;
  byId("handset-time").textContent = moment(now, told.zone);
  byId("handset-zone").textContent = told.zone.split("/").at(-1).replaceAll("_", " ");
  shownAt = now;
  const state = JSON.stringify([told, moment(now, told.zone, DAY), document.documentElement.lang]);
  if (state === shown) return;
  shown = state;
  byId("handset-name").textContent = told.name;
  byId("handset-number").textContent = told.phone;
  byId("handset-loans").replaceChildren(...told.loans.map(loanLine));
  if (isOther) {
    byId("body").value = "";
    showQuickReplies(told.locale);
  }
  showTalk(told, isOther);
}

export function redrawQuickReplies(locale) {
  showQuickReplies(locale);
}

function showQuickReplies(locale) {
  byId("quick").replaceChildren(
    ...quickReplies(locale).map((words) =>
      element("button", { type: "button", lang: locale, onclick: () => send(words) }, words),
    ),
  );
}

function loanLine(loan) {
  const isLate = loan.is_owed && loan.days_late > 0;
  return element(
    "li",
    {},
    element(
      "span",
      {},
      element("strong", {}, loan.arrears),
      " · ",
      element("span", { class: isLate ? "late" : "" }, lateness(loan)),
      ` · ${loan.product} · ${loan.loan_id}`,
    ),
    loan.is_owed
      ? element("button", { type: "button", class: "plain", onclick: () => pay(loan.loan_id), "aria-label": say("pay_loan", { loan: loan.loan_id }) }, say("pay"))
      : null,
  );
}

function showTalk(told, isOther) {
  const talk = byId("talk");
  const wasAtEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
  const before = isOther ? null : new Set([...talk.children].map((each) => each.dataset.id));
  const lines = told.messages.map((message) => line(message, told));
  if (before) for (const each of lines) each.classList.toggle("new", !before.has(each.dataset.id));
  if (!lines.length) lines.push(element("p", { class: "silence" }, say("no_texts_yet")));
  if (told.suppressed) lines.push(element("p", { class: "notice", "data-id": "notice" }, called("suppressed", told.suppressed)));
  talk.replaceChildren(...lines);
  if (isOther || wasAtEnd) talk.scrollTop = talk.scrollHeight;
}

function line(message, told) {
  return element(
    "div",
    { class: message.is_theirs ? "said theirs" : "said", "data-id": message.id },
    element("span", { class: "unseen" }, say(message.is_theirs ? "they_wrote" : "we_wrote")),
    element("div", { class: "bubble", dir: "auto" }, message.body),
    message.is_theirs ? understood(message, told) : fate(message, told),
  );
}

function understood(message, told) {
  const labels = message.labels.map((label) => called("label", label)).join(", ");
  return element(
    "div",
    { class: "fate" },
    element("span", {}, shortly(message.at, told.zone, shownAt)),
    message.labels.length ? element("span", { class: "read" }, say("read_as", { labels })) : null,
  );
}

function fate(message, told) {
  const [look, ticks] = FATES[message.state] ?? ["waiting", 0];
  return element(
    "div",
    { class: "fate" },
    element("span", {}, shortly(message.at, told.zone, shownAt)),
    element("span", {}, called("kind", message.kind)),
    element("span", { class: `state ${look}`, "data-state": message.state }, ticks ? tick(ticks) : "", called("state", message.state)),
  );
}

function tick(count) {
  const paths = [drawing("path", { d: "M1.5 6.5 4.5 9.5 10 3.5" })];
  if (count === 2) paths.push(drawing("path", { d: "M7.7 8.9 8.3 9.5 14 3.5" }));
  return drawing(
    "svg",
    { viewBox: "0 0 15 13", width: 15, height: 13, "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" },
    ...paths,
  );
}
