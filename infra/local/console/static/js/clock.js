// The played clock, and where borrowers may be texted at this moment.
import { byId, element } from "./elements.js";
import { tell } from "./server.js";
import { complain } from "./toasts.js";
import { called, moment, say, WITH_DAY } from "./words.js";

export function startClock(pulseSoon) {
  for (const step of document.querySelectorAll(".step")) {
    step.addEventListener("click", async () => {
      try {
        await tell("/api/clock", { by: step.dataset.by });
        pulseSoon();
      } catch (error) {
        complain(error);
      }
    });
  }
}

export function showClock(pulse) {
  const now = byId("now");
  now.dateTime = pulse.now;
  now.textContent = `${moment(pulse.now, "UTC", WITH_DAY)} UTC`;
  const clock = document.querySelector(".clock");
  const isPlaying = pulse.goal !== null;
  clock.toggleAttribute("data-playing", isPlaying);
  document.querySelector(".step-stop").hidden = !isPlaying;
  const says = byId("clock-says");
  const words = clockWords(pulse, isPlaying);
  if (says.textContent !== words) says.textContent = words;
  showHours(pulse.hours);
}

function clockWords(pulse, isPlaying) {
  if (isPlaying) return say("playing_until", { time: moment(pulse.goal, "UTC", WITH_DAY) });
  if (pulse.runs === 0) return say("taking_in");
  return pulse.next ? say("next_due", { time: moment(pulse.next, "UTC", WITH_DAY) }) : say("nothing_due");
}

function showHours(hours) {
  const list = byId("hours");
  const told = JSON.stringify([hours.map((each) => [each.is_open, each.local.slice(0, 16), each.changes_at]), document.documentElement.lang]);
  if (list.dataset.told === told) return;
  list.dataset.told = told;
  list.replaceChildren(
    ...hours.map((each) => {
      const changes = each.changes_at ? moment(each.changes_at, each.zone, WITH_DAY) : "";
      const words = say(each.is_open ? "open_until" : "closed_until", { time: changes });
      return element(
        "li",
        { "data-open": each.is_open, title: `${called("country", each.country)}: ${words}` },
        element("span", { class: "dot", "aria-hidden": "true" }),
        element("b", {}, each.country),
        element("span", {}, moment(each.local, each.zone)),
        element("span", { class: "unseen" }, words),
      );
    }),
  );
}
