// The customer's orders, which are asked for again as long as one of them waits.
import { get, isSignedIn } from "/boutique/api.js";
import { pay } from "/boutique/checkout.js";
import { h, money, say, when } from "/boutique/dom.js";
import { words } from "/boutique/words.js";

const ORDERS = "/orders-storage/marker/orders/orders";
const AGAIN_MS = 2000;
const TONES = { paid: "good", sent: "good", refused: "bad", lapsed: "bad", cancelled: "bad" };
const payable = ({ statusIdentifier }) => statusIdentifier === "waiting" || statusIdentifier === "refused";
const byHand = ({ paymentAccountIdentifier }) => paymentAccountIdentifier === "cash";

function card(order) {
  const press = async ({ target }) => {
    target.disabled = true;
    await pay(order.id).catch((error) => say(error.message));
    target.disabled = false;
  };
  return h("li", { class: "card order", "data-status": order.statusIdentifier },
    h("div", { class: "row" }, h("h2", {}, words("orderNumber", order.id)), h("b", { class: `tag ${TONES[order.statusIdentifier] ?? "wait"}` }, order.statusLocalizeInfos.title)),
    h("p", { class: "soft" }, `${when(order.createdDate)} · ${order.paymentAccountLocalizeInfos.title}`),
    h("ul", {}, order.products.map((product) => h("li", {}, `${product.quantity} × ${product.title}`))),
    h("div", { class: "row" }, h("span", { class: "price" }, money(order.totalSum, order.currency)),
      payable(order) && !byHand(order) && h("button", { onclick: press }, words("pay"))),
    payable(order) && byHand(order) && h("p", { class: "soft" }, words("paidAtDoor")));
}

export async function view(isShown) {
  const heading = h("h1", {}, words("yourOrders"));
  if (!isSignedIn()) {
    return [heading, h("div", { class: "card empty" }, h("p", {}, words("signInForOrders")), h("a", { class: "button", href: "#connexion" }, words("signIn")))];
  }
  const list = h("ul", { class: "orders" });
  let shown;
  const update = async () => {
    const { items } = await get(`${ORDERS}?offset=0&limit=30`);
    // Reading one by itself tells the server that somebody waits for it, so its money is asked about soon.
    const awaited = items.findIndex((order) => payable(order) && order.paymentUrl && !byHand(order));
    if (awaited >= 0) items[awaited] = await get(`${ORDERS}/${items[awaited].id}`);
    const now = JSON.stringify(items);
    if (now !== shown) list.replaceChildren(...items.map(card));
    shown = now;
    return items;
  };
  // A page that nobody sees asks nothing.
  const wait = () => setTimeout(async () => {
    if (!isShown()) return;
    const items = document.hidden ? null : await update().catch(() => null);
    if (items === null || items.some((order) => payable(order))) wait();
  }, AGAIN_MS);
  const items = await update();
  if (items.length === 0) {
    return [heading, h("div", { class: "card empty" }, h("p", {}, words("noOrders")), h("a", { class: "button", href: "#produits" }, words("seeProducts")))];
  }
  wait();
  return [heading, list];
}
