// The basket, the order's form, the ways to pay; then the order, its payment session, and the page
// where it is paid.
import { get, isSignedIn, post } from "/boutique/api.js";
import { profile } from "/boutique/account.js";
import * as basket from "/boutique/basket.js";
import { form, h, money, say } from "/boutique/dom.js";
import { attributes, filled, inLanguage, rows, told } from "/boutique/fields.js";
import { all, picture } from "/boutique/products.js";
import { LANGUAGE, words } from "/boutique/words.js";

const STORAGE = "/orders-storage/marker/orders";

// Opens the order's payment, and leads to it where it has a page.
export async function pay(orderId) {
  const session = await post("/payments/sessions", { orderId, type: "session", automaticTaxEnabled: false });
  if (session.paymentUrl) location.assign(session.paymentUrl);
  return session;
}

async function lines() {
  const products = new Map((await all()).map((product) => [product.id, product]));
  return basket.contents().filter(({ productId }) => products.has(productId)).map(({ productId, quantity }) => {
    const product = products.get(productId);
    const { title } = product.localizeInfos;
    const step = (by, sign, what) => h("button", { class: "step", "aria-label": words(what, title), onclick: () => basket.change(productId, by) }, sign);
    return h("li", {}, picture(product), h("div", {}, h("b", {}, title), h("br"), h("span", { class: "soft" }, money(product.price))),
      h("span", { class: "steps" }, step(-1, "−", "oneLess"), h("span", {}, String(quantity)), step(1, "+", "oneMore")));
  });
}

// What the server says that it costs: a front may add up, but only the server's total is owed.
async function total() {
  const preview = await post(`/orders-storage/orders/preview?langCode=${LANGUAGE}`, { products: basket.contents() });
  return h("p", { class: "row total" }, h("span", {}, words("total")), h("b", { class: "price" }, money(preview.totalSum, preview.currency)));
}

// What the customer filled in when signing up, and the last time.
async function known() {
  const [signedUp, { items: [last] }] = await Promise.all([profile(), get(`${STORAGE}/orders?offset=0&limit=1`)]);
  return { ...signedUp, ...told(last?.formData ?? []) };
}

async function orderForm() {
  const storage = await get(STORAGE);
  const [fields, accounts, values] = await Promise.all([attributes(storage.formIdentifier), get("/payments/accounts"), known()]);
  const offered = storage.paymentAccountIdentifiers.map(({ identifier }) => accounts.find((account) => account.identifier === identifier)).filter(Boolean);
  const ways = h("fieldset", {}, h("legend", {}, words("payment")), offered.map((account, index) =>
    h("label", { class: "way" }, h("input", { type: "radio", name: "account", value: account.identifier, checked: index === 0 }), account.localizeInfos.title)));
  const send = async () => {
    const order = await post(`${STORAGE}/orders`, {
      formIdentifier: storage.formIdentifier,
      paymentAccountIdentifier: ways.querySelector(":checked").value,
      formData: inLanguage(filled(fields)),
      products: basket.contents(),
    });
    basket.empty();
    say(words("recorded", order.id));
    const session = await pay(order.id).catch((error) => say(error.message));
    if (!session?.paymentUrl) location.hash = "#commandes";
  };
  return h("div", { class: "card" }, h("h2", {}, words("delivery")), form([rows(fields, values), ways], words("orderAndPay"), send));
}

export async function view() {
  const heading = h("h1", {}, words("yourBasket"));
  if (basket.count() === 0) {
    return [heading, h("div", { class: "card empty" }, h("p", {}, words("emptyBasket")), h("a", { class: "button", href: "#produits" }, words("seeProducts")))];
  }
  const goods = h("div", { class: "card" }, h("ul", { class: "lines" }, await lines()), await total());
  if (isSignedIn()) return [heading, h("div", { class: "sides" }, goods, await orderForm())];
  return [heading, h("div", { class: "sides" }, goods, h("div", { class: "card empty" },
    h("p", {}, words("needsAccount")),
    h("p", { class: "row" }, h("a", { class: "button", href: "#inscription" }, words("createAccount")), h("a", { class: "button quiet", href: "#connexion" }, words("haveAccount")))))];
}
