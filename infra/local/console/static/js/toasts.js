// Says what went wrong, once, for some seconds.
import { byId, element } from "./elements.js";

const SHOWN_MILLISECONDS = 9000;

export function complain(error) {
  const words = String(error.message ?? error);
  const toasts = byId("toasts");
  if ([...toasts.children].some((each) => each.textContent === words)) return;
  const toast = element("p", { class: "toast" }, words);
  toasts.append(toast);
  setTimeout(() => toast.remove(), SHOWN_MILLISECONDS);
}
