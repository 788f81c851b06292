// The day so far, drawn.
import { byId, drawing, element } from "./elements.js";
import { ask } from "./server.js";
import { complain } from "./toasts.js";
import { called, moment, number, say } from "./words.js";

let shown = "";

export async function refreshToday() {
  try {
    const today = await ask("/api/today");
    const state = JSON.stringify([today, document.documentElement.lang]);
    if (state === shown) return;
    shown = state;
    show(today);
  } catch (error) {
    complain(error);
  }
}

function show(today) {
  const day = moment(`${today.day}T12:00:00Z`, "UTC", { weekday: "long", day: "numeric", month: "long", hour: undefined, minute: undefined });
  byId("view-today").replaceChildren(
    element("p", { class: "day" }, element("strong", {}, day), ` · ${say("since_midnight")}`),
    element(
      "div",
      { class: "cards" },
      card("wide", say("funnel"), funnel(today.funnel)),
      card("wide", say("by_hour"), chart(today.hours), legend()),
      card("third", say("held_why"), bars(today.held, "hold", "amber")),
      card("third", say("replies_by_intent"), bars(today.intents, "label")),
      card("third", say("open_tickets_by_reason"), bars(today.tickets.reasons, "reason")),
      card("third", say("fates"), facts(fates(today))),
      card("third", say("quality"), facts(quality(today))),
      card("third", say("money_and_health"), facts(money(today))),
    ),
  );
}

const card = (size, title, ...inside) => element("section", { class: `card ${size}` }, element("h3", {}, title), ...inside);

function funnel(counts) {
  const most = Math.max(1, ...Object.values(counts));
  return element(
    "ol",
    { class: "steps" },
    ...Object.entries(counts).map(([step, count]) =>
      element("li", {}, element("b", {}, number(count)), element("span", {}, say(`step_${step}`)), element("i", { style: `width:${(100 * count) / most}%` })),
    ),
  );
}

function bars(counts, group, colour = "") {
  if (!counts.length) return element("p", { class: "nothing" }, say("nothing_yet"));
  const most = Math.max(...counts.map(([, count]) => count));
  return element(
    "ul",
    { class: `bars ${colour}` },
    ...counts.slice(0, 8).map(([code, count]) =>
      element("li", {}, element("span", {}, called(group, code)), element("b", {}, number(count)), element("i", { style: `--share:${(100 * count) / most}%` })),
    ),
  );
}

function facts(lines) {
  return element(
    "dl",
    { class: "facts" },
    ...lines.map(([name, value, look]) => element("div", {}, element("dt", {}, name), element("dd", { class: look ?? "" }, value))),
  );
}

function fates(today) {
  const of = (state) => today.states[state] ?? 0;
  return [
    [called("state", "delivered"), number(of("delivered")), "good"],
    [called("state", "accepted"), number(of("accepted") + of("sending"))],
    [called("state", "undelivered"), number(of("undelivered")), of("undelivered") ? "bad" : ""],
    [called("state", "in_doubt"), number(of("in_doubt")), of("in_doubt") ? "bad" : ""],
    [called("state", "rejected"), number(of("rejected")), of("rejected") ? "bad" : ""],
    [called("state", "released"), number(of("released"))],
  ];
}

function quality(today) {
  const { quality: told, tickets } = today;
  return [
    [say("opted_out"), number(told.opted_out)],
    [say("complaints"), number(told.complaints)],
    [say("satisfied"), number(told.satisfied), told.satisfied ? "good" : ""],
    [say("unsatisfied"), number(told.unsatisfied), told.unsatisfied ? "bad" : ""],
    [say("tickets_closed"), number(tickets.closed)],
    [say("tickets_late"), number(tickets.late), tickets.late ? "bad" : ""],
  ];
}

function money(today) {
  const { money: told, texts, health } = today;
  return [
    [say("texts"), number(texts)],
    [say("parts_a_text"), texts ? number(told.parts / texts, { maximumFractionDigits: 2 }) : "–"],
    [say("cost"), number(told.dollars, { style: "currency", currency: "USD" })],
    [say("loans_paid"), number(told.loans_paid)],
    [say("cured"), number(told.cured), told.cured ? "good" : ""],
    [say("dead_letters"), number(health.dead_letters), health.dead_letters ? "bad" : "good"],
  ];
}

const WIDTH = 760;
const HEIGHT = 150;
const FOOT = 20;

function chart(hours) {
  const most = Math.max(4, ...hours.map((each) => each.delivered + each.other + each.replies));
  const column = WIDTH / hours.length;
  const scale = (count) => (count / most) * (HEIGHT - FOOT - 14);
  const marks = [];
  hours.forEach((each, hour) => {
    let top = HEIGHT - FOOT;
    for (const kind of ["delivered", "other", "replies"]) {
      if (!each[kind]) continue;
      top -= scale(each[kind]);
      marks.push(drawing("rect", { class: kind, x: hour * column + 4, y: top, width: column - 8, height: scale(each[kind]), rx: 2 }));
    }
    const total = each.delivered + each.other + each.replies;
    if (total) marks.push(middle(hour * column + column / 2, top - 4, number(total)));
    if (hour % 3 === 0) marks.push(middle(hour * column + column / 2, HEIGHT - 4, `${String(hour).padStart(2, "0")}:00`));
  });
  const base = drawing("line", { class: "base", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT + 0.5, y2: HEIGHT - FOOT + 0.5 });
  return drawing("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": inWords(hours) }, base, ...marks);
}

const middle = (x, y, words) => drawing("text", { x, y, "text-anchor": "middle" }, words);

function inWords(hours) {
  const sum = (kind) => number(hours.reduce((total, each) => total + each[kind], 0));
  return say("chart_in_words", { delivered: sum("delivered"), other: sum("other"), replies: sum("replies") });
}

function legend() {
  return element(
    "p",
    { class: "legend" },
    ...[["delivered", "--bar"], ["other_texts", "--bar-2"], ["replies", "--bar-3"]].map(([name, key]) =>
      element("span", { style: `--key:var(${key})` }, say(name)),
    ),
  );
}
