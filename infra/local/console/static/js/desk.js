// The operator's desk: the deployed widget function, called as CloudWatch calls it.
import { byId } from "./elements.js";
import { tell } from "./server.js";
import { locale } from "./words.js";
import { Widget } from "./widget.js";

let widget = null;
let last = {};
let turn = 0;
let underWay = 0;

export function startDesk() {
  widget = new Widget(byId("widget-body"), call, () => document.querySelector("#view-desk").scrollTo({ top: 0 }));
  byId("refresh").addEventListener("click", () => refreshDesk());
}

// What is shown, drawn anew.
export async function refreshDesk() {
  const drawn = await call(viewed(), "", widget.forms());
  if (drawn) await widget.show(drawn);
}

// Only while nobody is in the middle of writing.
export async function refreshQuietly() {
  if (isBusy() || underWay > 0) return;
  const drawn = await call(viewed(), "", widget.forms());
  if (drawn && !isBusy()) await widget.show(drawn);
}

const isBusy = () => widget.isBeingUsed() || last.view === "preview" || document.querySelector("dialog[open]") !== null;

// A request that was carried out is not made twice: its ticket is shown instead.
function viewed() {
  return last.view === "ask" || last.view === "preview" ? { view: "ticket", ticket_id: last.ticket_id } : last;
}

async function call(parameters, endpoint, forms) {
  const mine = ++turn;
  const frame = byId("widget");
  const body = byId("widget-body");
  frame.setAttribute("aria-busy", "true");
  let drawn;
  underWay += 1;
  try {
    drawn = await tell("/api/desk", {
      parameters,
      endpoint,
      forms,
      locale: locale(),
      theme: document.documentElement.dataset.theme,
      width: body.clientWidth,
      height: body.clientHeight,
    });
  } catch (error) {
    drawn = { failure: error.message };
  } finally {
    underWay -= 1;
  }
  // A slower answer to an older click is not shown over a newer one.
  if (mine !== turn) return null;
  last = parameters;
  frame.removeAttribute("aria-busy");
  return drawn;
}
