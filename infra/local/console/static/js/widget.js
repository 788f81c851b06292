// Shows a custom widget as the CloudWatch console does: cleaned HTML in a root of its own, and `cwdb-action` acting on
// the element before it. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
import { element } from "./elements.js";
import { confirmed, popUp } from "./boxes.js";

const STRIPPED = "script,iframe,use,object,embed,link,meta,base,frame,frameset,template,noscript,portal";
const ADDRESSES = ["href", "src", "xlink:href", "action", "formaction"];
const EVENTS = new Set(["click", "dblclick", "mouseenter"]);
let defaultStyles = null;

async function styles() {
  if (!defaultStyles) {
    defaultStyles = new CSSStyleSheet();
    defaultStyles.replaceSync(await (await fetch("/css/widget.css")).text());
  }
  return defaultStyles;
}

// `call(parameters, endpoint, forms)` resolves to what the function drew.
export class Widget {
  constructor(host, call, onDrawn) {
    this.call = call;
    this.onDrawn = onDrawn;
    this.root = host.attachShadow({ mode: "open" });
    this.isDirty = false;
    this.root.addEventListener("input", () => (this.isDirty = true));
    this.root.addEventListener("submit", (event) => event.preventDefault());
  }

  // A form that somebody fills in is not drawn anew under their hands.
  isBeingUsed() {
    return this.isDirty || Boolean(this.root.activeElement?.matches("input,select,textarea,summary"));
  }

  forms() {
    const values = {};
    for (const field of this.root.querySelectorAll("input[name],select[name],textarea[name]")) {
      if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
      values[field.name] = field.value;
    }
    return values;
  }

  async show(drawn) {
    this.root.adoptedStyleSheets = [await styles()];
    this.isDirty = false;
    this.root.replaceChildren(drawn.html !== undefined ? this.cleaned(drawn.html) : plain(drawn));
  }

  cleaned(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    for (const each of parsed.querySelectorAll(STRIPPED)) each.remove();
    for (const each of parsed.querySelectorAll("*")) clean(each);
    const body = element("div", { class: parsed.querySelector(".cwdb-no-default-styles") ? "" : "default" });
    // A style sheet before everything else is parsed into the head.
    body.append(...parsed.head.querySelectorAll("style"), ...parsed.body.childNodes);
    for (const action of body.querySelectorAll("cwdb-action")) this.connect(action);
    return body;
  }

  connect(action) {
    const target = action.previousElementSibling;
    const event = action.getAttribute("event") ?? "click";
    if (!target || !EVENTS.has(event)) return;
    const wish = {
      does: action.getAttribute("action") ?? "html",
      display: action.getAttribute("display") ?? "widget",
      confirmation: action.getAttribute("confirmation"),
      endpoint: action.getAttribute("endpoint") ?? "",
      html: action.innerHTML,
      words: action.textContent.trim(),
    };
    target.addEventListener(event, () => this.act(wish));
    action.remove();
  }

  async act(wish) {
    if (wish.confirmation && !(await confirmed(wish.confirmation))) return;
    const drawn = wish.does === "call" ? await this.call(JSON.parse(wish.words || "{}"), wish.endpoint, this.forms()) : { html: wish.html };
    if (!drawn) return;
    if (wish.display === "popup") {
      popUp((host) => new Widget(host, this.call, this.onDrawn).show(drawn));
      return;
    }
    await this.show(drawn);
    this.onDrawn();
  }
}

function clean(found) {
  for (const { name, value } of [...found.attributes]) {
    const isAddress = ADDRESSES.includes(name.toLowerCase());
    if (name.toLowerCase().startsWith("on") || name === "srcdoc" || (isAddress && isCode(value) && found.localName !== "cwdb-action")) {
      found.removeAttribute(name);
    }
  }
}

const isCode = (address) => /^[\s\u0000-\u0020]*(javascript|vbscript|data):/i.test(address);

function plain(drawn) {
  const words = drawn.failure ?? drawn.markdown ?? JSON.stringify(drawn.json, null, 2);
  return element("div", { class: "default" }, element("div", { class: drawn.failure ? "failed" : "plain-answer", role: drawn.failure ? "alert" : null }, words));
}
