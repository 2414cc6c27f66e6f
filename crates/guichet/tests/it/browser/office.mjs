// The days of the people of a shop, in the order in which they come: each signs in by an invitation, with the codes of an
// application, and does their work; with JavaScript and without, and the owner in Arabic on a phone. Then every screen is looked at in
// every language, by day and by night. With SHOTS set, pictures are left in that folder.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { GUICHET, accessible, api, close, order, read, walk } from "./server.mjs";

const { LINKS, SHOTS } = process.env;
const links = JSON.parse(LINKS);
const OFFICE = `${GUICHET}/office`;
const PASSWORD = "une phrase de passe";

// The code that an application shows for that secret (RFC 6238).
function code(secret) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/\s/g, "")].map((c) => digits.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// Comes in by an invitation, and looks at play money.
async function come(page, link) {
  await page.goto(link);
  const secret = await page.locator("main .mono").innerText();
  await page.locator("#password").fill(PASSWORD);
  await page.locator("#again").fill(PASSWORD);
  await page.locator("#code").fill(code(secret));
  await page.locator("main button").click();
  assert.equal(await page.locator(".codes li").count(), 8, "recovery codes, once");
  await page.locator("a.button").click();
  await page.locator(".scope summary").click();
  await page.locator(".drop input[value=test]").check();
  await page.locator(".drop button").click();
}

// What asks for the password again is told it.
async function prove(page) {
  if (await page.locator("#proof").count()) {
    await page.locator("#proof").fill(PASSWORD);
    await page.locator("main form button").click();
  }
}

const reference = ({ reference: name }) => name;
const pay = (made) => fetch(`${made.payment_url}/pay`, { method: "POST", redirect: "manual" });
const payer = (phone) => ({ given_name: "Karim", family_name: "Ziani", phone, email: "karim@example.com" });

// Money that came after the order was cancelled.
async function late(phone) {
  const made = await order({ gateway: "ocpay", amount: 650_000, payer: payer(phone) });
  await api("POST", `/v1/orders/${made.id}/cancel`);
  await pay(made);
  await api("POST", `/v1/orders/${made.id}/check`);
  return made;
}

let turn = 0;
const link = (role) => links[role][turn];

for (const { name, options } of [
  { name: "with JavaScript", options: { locale: "en-GB" } },
  { name: "without JavaScript", options: { locale: "en-GB", javaScriptEnabled: false } },
  { name: "in Arabic on a phone", options: { locale: "ar-DZ", viewport: { width: 360, height: 780 } } },
]) {
  await walk(`the owner, ${name}`, options, async (page) => {
    const phone = `+21355123450${turn}`;
    const waiting = await order({ gateway: "ocpay", amount: 250_000 + turn * 10_000, payer: payer(phone) });
    const held = await late(`+21366000000${turn}`);
    await come(page, link("owner"));
    // A customer rings who knows no more than a phone number and an amount.
    await page.goto(`${OFFICE}/orders`);
    await page.locator("#q").fill(`055123450${turn}`);
    await page.locator("form[role=search] .search button").click();
    await page.locator("details.fold summary").first().click().catch(() => {});
    const row = page.locator("tr.link", { hasText: reference(waiting) });
    await row.locator("a.ref").click();
    await page.locator(".story li").first().waitFor();
    assert.ok((await page.locator("main").innerText()).includes(reference(waiting)));
    // Money that does not fit.
    await page.locator(".brand").click();
    await page.locator(".call a.button").click();
    const ticket = page.locator("article", { hasText: reference(held) });
    if (!(await ticket.locator("textarea").isVisible())) await ticket.locator("summary").click();
    await ticket.locator("input[value=honour]").check();
    await ticket.locator("textarea").fill("الزبون يريد طلبه / the customer still wants it");
    await ticket.locator("form button").click();
    await prove(page);
    await page.locator(".done").waitFor();
    assert.equal((await read(held.id)).status, "paid");
    await page.goto(`${OFFICE}/orders/${held.id}`);
    const story = await page.locator("main").innerText();
    assert.ok(story.includes("the customer still wants it") && story.includes("owner-"), "who did what, and why");
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth).catch(() => false);
    assert.equal(wider, false, "it scrolls sideways");
  });
  turn += 1;
}

turn = 0;
for (const { name, options } of [
  { name: "with JavaScript", options: { locale: "fr-FR" } },
  { name: "without JavaScript", options: { locale: "fr-FR", javaScriptEnabled: false } },
]) {
  await walk(`the clerk, ${name}`, { tolerated: "403", ...options }, async (page) => {
    const made = await order({ gateway: "cash", amount: 1_245_000, payer: payer(`+21377000000${turn}`) });
    await come(page, link("clerk"));
    assert.ok(page.url().endsWith("/office/orders"), "a clerk's first screen");
    await page.goto(`${OFFICE}/orders/${made.id}`);
    await page.locator("button", { hasText: "Encaisser" }).click();
    await prove(page);
    await page.locator(".done").waitFor();
    await page.locator("button", { hasText: "Marquer comme remise" }).click();
    await page.locator(".done").waitFor();
    assert.equal((await read(made.id)).status, "fulfilled");
    // What a clerk may not do is not offered, and not done either.
    for (const path of ["today", "needs-you", "people"].map((one) => `${OFFICE}/${one}`)) {
      await page.goto(path);
      const status = await page.locator("h1").innerText();
      assert.ok(["Pas pour votre rôle", "Commandes"].includes(status), `${path}: ${status}`);
    }
  });
  turn += 1;
}

// A customer rings who lost a phone, and is kept out for a while; the owner changes what is sold and said.
turn = 4;
for (const { name, options } of [
  { name: "with JavaScript", options: { locale: "fr-FR" } },
  { name: "without JavaScript", options: { locale: "fr-FR", javaScriptEnabled: false } },
]) {
  await walk(`the clerk and a customer, ${name}`, options, async (page) => {
    await come(page, link("clerk"));
    await page.goto(`${OFFICE}/customers`);
    const who = ["amel@example.com", "zoe@example.com"][turn - 4];
    await page.locator("#q").fill(who);
    await page.locator(".search button").click();
    await page.locator("tr.link a.ref").click();
    assert.ok((await page.locator("main").innerText()).includes(who));
    assert.ok(await page.locator("tr.link a.ref").count(), "their orders");
    const sessions = page.locator("section[aria-labelledby=ses] button");
    assert.equal(await sessions.count(), 1);
    await sessions.click();
    await page.locator(".done").waitFor();
    assert.equal(await sessions.count(), 0, "the session has ended");
    await page.locator("button", { hasText: "Archiver" }).click();
    await page.locator(".done").waitFor();
    await page.locator("button", { hasText: "Reprendre" }).click();
    await page.locator(".done").waitFor();
    assert.ok((await page.locator(".facts").first().innerText()).includes("Actif"));
  });
  await walk(`the owner and what is sold and said, ${name}`, { tolerated: "422", ...options }, async (page) => {
    await come(page, link("owner"));
    await page.goto(`${OFFICE}/catalogue`);
    await page.locator("tr.link a.ref", { hasText: "Livre" }).click();
    await page.locator("#price").fill("cher");
    await page.locator("form.part > button").click();
    await prove(page);
    assert.equal(await page.locator("#price").inputValue(), "cher", "what was typed stays");
    assert.ok((await page.locator("#pricew").innerText()).includes("montant"));
    await accessible(page);
    await page.locator("#price").fill("345,50");
    await page.locator("form.part > button").click();
    await page.locator(".done").waitFor();
    assert.equal(await page.locator("#price").inputValue(), "345.50");
    await page.goto(`${OFFICE}/texts`);
    await page.locator("#phone").fill("0555");
    await page.locator("form[aria-labelledby=shop] > button").click();
    assert.ok(await page.locator("#phonew").isVisible());
    await accessible(page);
    await page.locator("#phone").fill("+213555000009");
    await page.locator("form[aria-labelledby=shop] > button").click();
    await page.locator(".done").waitFor();
    await page.locator("a[href$='/messages/paid/fr']").click();
    await page.locator("#sms").fill("شكرا {name}");
    await page.locator("button[formaction]").click();
    assert.ok((await page.locator("section .hint.field").innerText()).includes("UCS-2"), "what it costs, and why");
    await page.locator("#sms").fill("Merci {name}");
    await page.locator(".both button").first().click();
    await page.locator(".done").waitFor();
    assert.ok((await page.locator("section .said").last().innerText()).includes("Merci Amina"));
  });
  turn += 1;
}

// Every screen that the menu leads to, an order, a customer, a product and a message, in every language, by day and by night.
turn = 3;
await walk("looks at every screen", { locale: "fr-FR" }, async (page) => {
  const held = await late("+213660000099");
  await come(page, link("owner"));
  await page.goto(`${OFFICE}/orders`);
  const menu = await page.locator(".nav a[href^='/office/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const leads = async (path, selector) => {
    await page.goto(`${OFFICE}${path}`);
    return page.locator(selector).first().getAttribute("href");
  };
  const deeper = [
    await leads("/customers", "tr.link a.ref"),
    await leads("/catalogue", "tr.link a.ref"),
    await leads("/catalogue", "a[href$='/new']"),
    await leads("/texts", "a[href$='/messages/review/ar']"),
  ];
  const paths = [...new Set([...menu, ...deeper, `/office/orders/${held.id}`, "/office/orders?q=karim&status=paid"])];
  let first = true;
  for (const path of paths) {
    for (const lang of ["fr", "ar", "en"]) {
      const query = path.includes("?") ? "&" : "?";
      const answer = await page.goto(`${GUICHET}${path}${query}lang=${lang}`);
      assert.equal(answer.status(), 200, path);
      const bytes = (await answer.body()).length;
      assert.ok(bytes <= 25_000 || path.includes("/orders/"), `${path} ${lang}: ${bytes} bytes`);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const width of [320, 360, 1280]) {
          await page.setViewportSize({ width, height: width < 1000 ? 720 : 800 });
          const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert.equal(wider, false, `${path} ${lang} ${colorScheme} ${width}: it scrolls sideways`);
          if (width !== 320 || first) await accessible(page);
          const name = path.replace(/^\/office\//, "").replace(/[^a-z-].*/, "") || "today";
          const one = deeper.includes(path) ? `-${deeper.indexOf(path)}` : "";
          const whole = path.includes("/orders/") ? "order" : name + one;
          if (SHOTS) await page.screenshot({ path: `${SHOTS}/${whole}-${lang}-${colorScheme}-${width}.png`, fullPage: true });
        }
      }
      first = false;
    }
  }
  console.log(`${paths.length} screens: ${paths.join(" ")}`);
});

await close();
