// A shop in a real browser, on an origin of its own: the customer signs in, orders, pays on the gateway's
// page, and comes back to a shop that knows it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

import { bundle } from "./bundle.mjs";
import { byCard, registration } from "./customers.mjs";
import { pass, returnTo } from "./server.mjs";
import { chapter } from "./report.mjs";
import { DINARS, GUICHET, SANDBOX, TEST_TOOLS, VERSION } from "./sdk.mjs";

const load = createRequire(join(TEST_TOOLS, "package.json"));
const { chromium } = load("playwright-core");

const PAGE = `<!doctype html><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script src="/sdk.js"></script>
<script>
  const shop = SDK.defineOneEntry(${JSON.stringify(GUICHET)}, {
    token: ${JSON.stringify(DINARS)},
    auth: {
      refreshToken: localStorage.getItem("token") ?? undefined,
      saveFunction: (token) => localStorage.setItem("token", token),
    },
  });
</script>`;

// The shop's own server: one page, wherever one looks, and the SDK.
async function opened() {
  const sdk = bundle(load.resolve, `oneentry-${VERSION.replaceAll(".", "-")}`);
  const server = createServer((request, answer) => {
    const [type, body] = request.url === "/sdk.js" ? ["text/javascript", sdk] : ["text/html", PAGE];
    answer.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const { server, origin } = await opened();
await returnTo(`${origin}/thanks`);
const page = await browser.newPage();
page.setDefaultTimeout(30_000);
const wrong = [];
page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
page.on("console", (message) => {
  if (/CORS|blocked/.test(message.text())) wrong.push(message.text());
});

// What the browser asks for by itself before it lets the shop ask.
const preflights = new Set();
const watching = await page.context().newCDPSession(page);
await watching.send("Network.enable");
watching.on("Network.requestWillBeSent", ({ request }) => {
  if (request.method === "OPTIONS") preflights.add(request.headers["Access-Control-Request-Method"]);
});

// Calls a method of the shop in the page.
const call = (method, ...given) => page.evaluate(async ([method, given]) => {
  const [module, name] = method.split(".");
  return shop[module][name](...given);
}, [method, given]);

await chapter("browser", "a customer pays in a browser", async (step) => {
  const email = "amel@example.com";
  const form = registration(email);

  await step("sign in from another origin", async () => {
    await page.goto(origin);
    assert.equal((await call("AuthProvider.signUp", "email", form)).identifier, email);
    const wrongly = { authData: [form.authData[0], { marker: "password_reg", value: "wrong horse 1" }] };
    assert.equal((await call("AuthProvider.auth", "email", wrongly)).statusCode, 401);
    const { authData } = registration(email);
    assert.equal((await call("AuthProvider.auth", "email", { authData })).userIdentifier, email);
    assert.equal((await call("Users.updateUser", { ...registration(email), formData: [] })), true);
  });

  const id = await step("order and pay on the gateway's page", async () => {
    const made = await call("Orders.createOrder", "orders", byCard());
    const { paymentUrl, status } = await call("Payments.createSession", made.id, "session");
    assert.equal(status, "waiting");
    await page.evaluate((url) => { location.href = url; }, paymentUrl);
    await page.waitForURL(`${SANDBOX}/pay/**`);
    await page.locator('button[formaction$="/pay"]').click();
    await page.waitForURL(`${GUICHET}/status/**`);
    await page.locator(".state.good").waitFor();
    // Nobody clicks: the page goes on by itself.
    await page.waitForURL(`${origin}/thanks**`);
    return made.id;
  });

  await step("come back without JavaScript", async () => {
    const made = await call("Orders.createOrder", "orders", byCard());
    const { paymentUrl } = await call("Payments.createSession", made.id, "session");
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    plain.setDefaultTimeout(60_000);
    await plain.goto(paymentUrl);
    await plain.locator('button[formaction$="/pay"]').click();
    await plain.waitForURL(`${origin}/thanks**`);
    await context.close();
    const session = await call("Payments.getSessionByOrderId", made.id);
    assert.deepEqual([session.orderId, session.status], [made.id, "completed"]);
  });

  await step("come back to a shop that knows it", async () => {
    const session = await call("Payments.getSessionByOrderId", id);
    assert.deepEqual([session.orderId, session.status], [id, "completed"]);
    assert.equal((await call("Orders.getOrderByMarkerAndId", "orders", id)).isCompleted, true);
  });

  await step("stay signed in while tokens expire", async () => {
    await pass(901);
    assert.equal((await call("Users.getUser")).identifier, email);
    const [device] = await call("AuthProvider.getActiveSessionsByMarker", "email");
    assert.match(device.deviceInfo.browser, /Chrom/);
  });

  await step("sign out", async () => {
    const token = await page.evaluate(() => localStorage.getItem("token"));
    assert.equal(await call("AuthProvider.logout", "email", token), true);
    assert.equal((await call("Users.getUser")).statusCode, 401);
  });
  assert.deepEqual(wrong, []);
  assert.ok(["GET", "POST", "PUT"].every((method) => preflights.has(method)), `preflights: ${[...preflights]}`);
});

await browser.close();
server.close();
