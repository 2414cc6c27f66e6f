// Every screen of the office is looked at in every language, by day and by night, on small and large screens. With SHOTS set, pictures
// are left in that folder.
import assert from "node:assert/strict";
import { createServer } from "node:http";

import { OFFICE, come, late, paid, payer } from "./operators.mjs";
import { GUICHET, accessible, api, close, order, walk } from "./server.mjs";

const { LINKS, SHOTS } = process.env;
const [owner, invitation] = JSON.parse(LINKS).owner;

// What a path is about, whichever of its kind it names.
const kind = (path) =>
  path
    .replace(/[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}/g, "{id}")
    .replace(/\d{4}-\d\d-\d\d/g, "{date}")
    .replace(/\?.*/, "")
    .replace(/\/\d+$/, "/{number}")
    .replace(/\/messages\/[a-z_]+\/[a-z]+$/, "/messages/{occasion}/{language}");

// One screen of each kind that the menu leads to, or a screen behind it. A file is none.
async function screens(page) {
  const found = new Map();
  const ahead = [`${OFFICE}/today`];
  while (ahead.length > 0) {
    await page.goto(ahead.shift());
    const links = await page.locator("a[href]").evaluateAll((all) => all.map(({ href }) => href));
    for (const link of links.map((href) => href.replace(/#.*/, ""))) {
      const path = link.replace(GUICHET, "");
      if (!link.startsWith(OFFICE) || /export|sign-out/.test(path) || found.has(kind(path))) continue;
      found.set(kind(path), path);
      ahead.push(link);
    }
  }
  return [...found.values()];
}

// Something of everything: an order that waits, one that needs somebody, one in cash, a webhook that arrived, money that went back.
async function fill() {
  const taker = createServer((request, response) => request.resume().on("end", () => response.end()));
  await new Promise((listening) => taker.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${taker.address().port}/hook`;
  await api("POST", "/v1/webhook_endpoints", { url, events: ["order.paid"] });
  await order({ gateway: "cash", amount: 1_245_000, payer: payer("+213770000001") });
  const { id } = await paid({ amount: 310_000, payer: payer("+213770000002") });
  await api("POST", `/v1/orders/${id}/refunds`, { amount: 110_000, method: "cash", reason: "Torn" });
  await api("POST", "/v1/payment_links", { title: "Café moulu, 250 g", description: "Torréfié cette semaine", amount: 90_000, currency: "DZD" });
  // Its gateway's reference is a long one.
  const long = await paid({ gateway: "cinetpay", amount: 2_500, currency: "XOF", payer: payer("+2250700000001") });
  const held = await late("+213660000099");
  return { seen: [held, long], taker };
}

// In that language, in both lights and at every width.
async function look(page, path, lang, firstOfAll) {
  const query = path.includes("?") ? "&" : "?";
  const answer = await page.goto(`${GUICHET}${path}${query}lang=${lang}`);
  assert.equal(await page.locator("html").getAttribute("lang"), lang, path);
  const bytes = (await answer.body()).length;
  assert.ok(bytes <= 25_000, `${path} ${lang}: ${bytes} bytes`);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [320, 360, 1280]) {
      await page.setViewportSize({ width, height: width < 1000 ? 720 : 800 });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wider, false, `${path} ${lang} ${colorScheme} ${width}: it scrolls sideways`);
      if (width !== 320 || firstOfAll) await accessible(page);
      const name = kind(path).replace("/office/", "").replace(/[^a-z-]+/g, "-").replace(/-$/, "");
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${lang}-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
  return answer.status();
}

const LANGUAGES = ["fr", "ar", "en"];
const { seen, taker } = await fill();

await walk("looks at every screen", { locale: "fr-FR" }, async (page) => {
  await come(page, owner);
  const found = await screens(page);
  const kinds = new Set(found.map(kind));
  for (const known of [
    "today", "needs-you", "orders", "orders/{id}", "cash", "refund-requests", "day-book", "day-book/{id}/{date}", "webhooks",
    "webhooks/{id}", "webhooks/{id}/deliveries/{id}", "gateways", "customers", "customers/{id}", "payment-links", "payment-links/{id}", "payment-links/{id}/poster",
    "catalogue", "catalogue/{id}/new", "catalogue/{id}/{number}", "texts", "texts/{id}/messages/{occasion}/{language}", "people", "people/{id}", "people/log", "developers", "account",
  ]) {
    assert.ok(kinds.has(`/office/${known}`), `nothing leads to ${known}: ${[...kinds].join(" ")}`);
  }
  const paths = [...found, ...seen.map(({ id }) => `/office/orders/${id}`), "/office/orders?q=karim&status=paid", "/office/orders?q=zzzz"];
  for (const [index, path] of paths.entries()) {
    for (const lang of LANGUAGES) assert.equal(await look(page, path, lang, index === 0), 200, path);
  }
  console.log(`${paths.length} screens: ${paths.join(" ")}`);
});

await walk("looks at the doors", { locale: "fr-FR", tolerated: "404" }, async (page) => {
  for (const lang of LANGUAGES) {
    assert.equal(await look(page, "/office/sign-in", lang, true), 200);
    assert.equal(await look(page, new URL(invitation).pathname, lang, true), 200);
  }
  await come(page, invitation);
  for (const lang of LANGUAGES) assert.equal(await look(page, "/office/orders/ord_01kaqwm3v0e9r8t7y6v5w4x3z2", lang, true), 404);
});

taker.close();
await close();
