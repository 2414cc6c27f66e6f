// Elements without a framework, and money as people here write it.
import { TAG } from "/boutique/words.js";

// h("p", { class: "soft" }, "text", another): texts stay texts, whatever stands in them.
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(2).filter((child) => child != null && child !== false));
  return element;
}

export const money = (amount, currency = "DZD") =>
  new Intl.NumberFormat(`${TAG}-DZ`, { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" }).format(amount);

export const when = (iso) =>
  new Intl.DateTimeFormat(`${TAG}-DZ`, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));

// Says something to everybody, those who do not see the page among them.
let quiet;
export function say(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.classList.toggle("shown", text !== "");
  clearTimeout(quiet);
  if (text) quiet = setTimeout(say, 4000, "");
}

// A form that is sent by a call: its button rests meanwhile, and what is wrong stands above it.
export function form(fields, label, send) {
  const wrong = h("p", { class: "wrong", role: "alert" });
  const button = h("button", {}, label);
  return h("form", { onsubmit: submit }, fields, wrong, button);
  async function submit(event) {
    event.preventDefault();
    wrong.textContent = "";
    button.disabled = true;
    try {
      await send();
    } catch (error) {
      wrong.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  }
}
