// The console's two boxes: a confirmation before an action, and a pop-up for what an action shows.
import { byId, element } from "./elements.js";

export function confirmed(words) {
  const box = byId("confirmation");
  byId("confirmation-words").textContent = words;
  return new Promise((resolve) => {
    const close = (event) => box.close(event.currentTarget.value);
    for (const button of box.querySelectorAll("button")) button.onclick = close;
    box.returnValue = "no";
    box.onclose = () => resolve(box.returnValue === "yes");
    box.showModal();
  });
}

export function popUp(fill) {
  const box = byId("popup");
  const host = element("div");
  byId("popup-body").replaceChildren(host);
  box.querySelector(".box-close").onclick = () => box.close();
  fill(host);
  if (!box.open) box.showModal();
}
