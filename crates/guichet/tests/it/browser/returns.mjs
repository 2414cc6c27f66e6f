// Shops that check a payment only when their customer returns, each by the API of the vendor it was written
// for. Customers pay or decline at the gateway, and click nothing afterwards; some have no JavaScript.
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { GUICHET, KEY, SANDBOX, close, walk } from "./server.mjs";

const CREDENTIALS = JSON.parse(process.env.CREDENTIALS);
const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

async function call(path, { method = "POST", headers = {}, body } = {}) {
  const answer = await fetch(GUICHET + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  assert.ok(answer.ok, `${path}: ${JSON.stringify(json)}`);
  return json;
}

// Each shop opens a payment, and on return asks how it stands. Nothing else ever changes its orders.
const SHOPS = {
  ocpay: {
    async open(id, at) {
      const headers = { "x-access-token": CREDENTIALS.ocpay.access_token };
      const body = { productInfo: { title: `Order ${id}`, amount: 2500 }, redirectUrl: at("thanks") };
      const { data } = await call("/v3/ocpay/createLink", { headers, body });
      return { link: data.paymentUrl, name: data.paymentRef };
    },
    async check({ name }) {
      const headers = { "x-access-token": CREDENTIALS.ocpay.access_token };
      const { data } = await call(`/v3/ocpay/checkPayment/${name}`, { method: "GET", headers });
      return { CONFIRMED: "paid", FAILED: "failed", PENDING: "pending" }[data.status];
    },
  },
  cinetpay: {
    async open(id, at) {
      const { apikey, site_id } = CREDENTIALS.cinetpay;
      const body = {
        apikey, site_id, amount: 2500, currency: "XOF", transaction_id: id, description: "Semoule",
        return_url: at("thanks"), notify_url: at("silent"), customer_phone_number: "+2250702968786",
        customer_name: "Dje", customer_surname: "Jean", customer_country: "SN",
      };
      const { data } = await call("/v2/payment", { body });
      return { link: data.payment_url, name: id };
    },
    // Whoever comes without the names is a ping of the vendor's.
    async check({ name }, fields) {
      if (fields.get("transaction_id") !== name || !fields.get("token")) return "pending";
      const { apikey, site_id } = CREDENTIALS.cinetpay;
      const { code } = await call("/v2/payment/check", { body: { apikey, site_id, transaction_id: name } });
      return code === "00" ? "paid" : ["600", "627"].includes(code) ? "failed" : "pending";
    },
  },
  novasend: {
    async open(id, at) {
      const { api_key, api_client } = CREDENTIALS.novasend;
      const headers = { authorization: basic(api_key, api_client), "x-idempotency-key": crypto.randomUUID() };
      const body = {
        reference: id, amount: 2500, msisdn: "+2250702968786", customerName: "Jean Dje", country: "CI",
        action: { successUrl: at("thanks"), failureUrl: at("sorry") },
      };
      const made = await call("/v1/payin/sessions", { headers, body });
      return { link: made.paymentUrl, name: made.reference };
    },
    async check({ name }) {
      const { api_key, api_client } = CREDENTIALS.novasend;
      const headers = { authorization: basic(api_key, api_client) };
      const { transaction } = await call(`/v1/payin/${name}`, { method: "GET", headers });
      return { completed: "paid", failed: "failed" }[transaction?.status] ?? "pending";
    },
  },
  native: {
    async open(id, at) {
      const headers = { authorization: `Bearer ${KEY}` };
      const body = {
        reference: id, amount: 250000, currency: "DZD", title: "Livre", gateway: "ocpay", return_url: at("thanks"),
      };
      const made = await call("/v1/orders", { headers, body });
      return { link: made.payment_url, name: made.id, page: made.status_url };
    },
    async check({ name }) {
      const { status } = await call(`/v1/orders/${name}`, { method: "GET", headers: { authorization: `Bearer ${KEY}` } });
      return ["paid", "failed"].includes(status) ? status : "pending";
    },
  },
};

const orders = new Map();

// The shops' own server. `/` is the first page of all of them, where nothing is checked.
const server = createServer((request, answer) => {
  const url = new URL(request.url, "http://shop");
  let body = "";
  request.on("data", (data) => { body += data; });
  request.on("end", async () => {
    const order = orders.get(url.searchParams.get("order"));
    const fields = request.method === "POST" ? new URLSearchParams(body) : url.searchParams;
    if (order) {
      order.visits.push(`${request.method} ${url.pathname}`);
      if (url.pathname !== "/silent") order.status = await order.shop.check(order, fields).catch(String);
    }
    answer.writeHead(200, { "content-type": "text/html" });
    answer.end('<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1></html>');
  });
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

async function opened(name, id) {
  const order = { shop: SHOPS[name], status: "pending", visits: [] };
  orders.set(id, order);
  const at = (page) => `${origin}/${page}?order=${id}`;
  return Object.assign(order, await order.shop.open(id, at));
}

// What the customer does at the gateway, where everybody clicks.
async function pay(page, link, action) {
  await page.goto(link);
  const operator = page.locator('a.button[href*="operator="]').first();
  if (await operator.count()) await operator.click();
  const code = page.locator('input[name="otp"]');
  if (await code.count()) await code.fill("123456");
  await page.locator(`button[formaction$="/${action}"]`).click();
  // On the phone, where the operator asks there.
  const confirm = page.locator('button[formaction$="/confirm"]');
  if (await confirm.count()) await confirm.click();
  // OCPay keeps a customer who was declined; the shop's name on its page is a link.
  const back = page.locator('a[href*="/status/"]');
  if (page.url().startsWith(SANDBOX) && await back.count()) await back.click();
  // Without JavaScript CinetPay's own page posts by a button.
  const post = page.locator('form[action*="/status/"] button');
  if (page.url().startsWith(SANDBOX) && await post.count()) await post.click();
}

const CASES = [
  ["ocpay", "pay", "paid", "/thanks", "GET /thanks"],
  // To a page that no shop takes for success.
  ["ocpay", "decline", "pending", "/", null],
  ["cinetpay", "pay", "paid", "/thanks", "POST /thanks", "GET /thanks"],
  ["cinetpay", "decline", "failed", "/thanks", "POST /thanks", "GET /thanks"],
  ["novasend", "pay", "paid", "/thanks", "GET /thanks"],
  ["novasend", "decline", "failed", "/sorry", "GET /sorry"],
  ["native", "pay", "paid", "/thanks", "GET /thanks"],
];

const walks = [true, false].flatMap((javaScriptEnabled) => CASES.map(([name, action, status, path, visit, plainVisit]) => {
  const how = javaScriptEnabled ? "with" : "without";
  return walk(`${name} ${action}, ${how} JavaScript`, { javaScriptEnabled, elsewhere: origin }, async (page) => {
    const order = await opened(name, `${name}-${action}-${how}`);
    await pay(page, order.link, action);
    await page.waitForURL((url) => url.origin === origin && url.pathname === path);
    await page.getByRole("heading", { name: "Shop" }).waitFor();
    assert.equal(order.status, status);
    const expected = (javaScriptEnabled ? visit : plainVisit ?? visit);
    assert.deepEqual(order.visits.filter((visited) => !visited.endsWith("/silent")), expected ? [expected] : []);
  });
}));

// Whoever stays, stays; and whoever may try again is not led away.
walks.push(walk("stays on the page", { elsewhere: origin }, async (page) => {
  const order = await opened("native", "native-stay");
  await pay(page, order.link, "pay");
  await page.locator("#after").waitFor();
  await page.evaluate(() => { setTimeout(() => document.querySelector('a[href="?stay"]').click()); });
  await page.waitForURL("**/status/*?stay");
  await page.locator(".state.good").waitFor();
  assert.equal(await page.locator("#after").count(), 0);
  await page.locator('nav a[lang="fr"]').click();
  await page.locator(".state.good").waitFor();
  assert.equal(await page.locator("#after").count(), 0);
  assert.deepEqual(order.visits, []);
}));
walks.push(walk("may try again", { elsewhere: origin }, async (page) => {
  const order = await opened("native", "native-again");
  await pay(page, order.link, "decline");
  await page.goto(order.page);
  await page.locator(".state.bad").waitFor();
  assert.equal(await page.locator("#after").count(), 0);
  assert.equal(await page.locator("a.button").first().getAttribute("href"), new URL(order.page.replace("/status/", "/checkout/")).pathname);
  assert.deepEqual(order.visits, []);
}));
// An app's own scheme: the browser is asked to open it.
walks.push(walk("goes back to an app", {}, async (page) => {
  const made = await call("/v1/orders", {
    headers: { authorization: `Bearer ${KEY}` },
    body: {
      reference: "app", amount: 250000, currency: "DZD", title: "Livre [paid]", gateway: "ocpay",
      return_url: "shopapp://paid?order=7",
    },
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Page.enable");
  const asked = new Promise((resolve) => {
    session.on("Page.frameRequestedNavigation", ({ url }) => { if (url.startsWith("shopapp:")) resolve(url); });
  });
  await page.goto(made.status_url);
  assert.equal(await asked, "shopapp://paid?order=7");
}));

await Promise.all(walks);
await close();
server.close();
