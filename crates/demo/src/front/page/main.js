// Where the page begins: the view that the address names is made and shown.
import { isSignedIn } from "/boutique/api.js";
import * as account from "/boutique/account.js";
import * as basket from "/boutique/basket.js";
import * as checkout from "/boutique/checkout.js";
import { h, say } from "/boutique/dom.js";
import * as orders from "/boutique/orders.js";
import * as products from "/boutique/products.js";
import { translate, words } from "/boutique/words.js";

const VIEWS = {
  "#produits": products.view,
  "#panier": checkout.view,
  "#commandes": orders.view,
  "#compte": account.view,
  "#connexion": account.signInView,
  "#inscription": account.signUpView,
};
const CALLS_SHOWN = 12;

const main = document.getElementById("main");
let turn = 0;

async function show(takesFocus) {
  const mine = (turn += 1);
  const view = VIEWS[location.hash] ? location.hash : isSignedIn() && location.search ? "#commandes" : "#produits";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.setAttribute("aria-busy", "true");
  const shown = await VIEWS[view](() => mine === turn).catch((error) => [h("h1", {}, words("moment")), h("p", { class: "card" }, error.message)]);
  if (mine !== turn) return;
  main.dataset.view = view;
  main.replaceChildren(...shown);
  main.removeAttribute("aria-busy");
  if (takesFocus) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

function tally() {
  const count = document.getElementById("count");
  count.textContent = basket.count();
  count.hidden = basket.count() === 0;
}

addEventListener("hashchange", () => show(true));
addEventListener("basket", () => {
  tally();
  if (location.hash === "#panier") show(false);
});
addEventListener("signedout", () => {
  say(words("signedOut"));
  location.hash = "#connexion";
});
addEventListener("call", ({ detail: { method, path, status } }) => {
  const calls = document.getElementById("calls");
  calls.prepend(h("li", {}, h("b", { class: status < 400 ? "good" : "bad" }, String(status)), ` ${method} ${path.split("?")[0]}`));
  while (calls.children.length > CALLS_SHOWN) calls.lastChild.remove();
});

translate(h);
tally();
show(false);
