// The days of the people of a shop, in the order in which they come: each signs in by an invitation, with the codes of an
// application, and does their work; with JavaScript and without, and the owner in Arabic on a phone.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { OFFICE, come, late, paid, payer, post, prove } from "./operators.mjs";
import { accessible, api, close, order, read, walk } from "./server.mjs";

const links = JSON.parse(process.env.LINKS);
const reference = ({ reference: name }) => name;
const BOTH = [
  { name: "with JavaScript", options: {} },
  { name: "without JavaScript", options: { javaScriptEnabled: false } },
];

let turn = 0;
const link = (role) => links[role][turn];

for (const { name, options } of [
  { name: "with JavaScript", options: { locale: "en-GB" } },
  { name: "without JavaScript", options: { locale: "en-GB", javaScriptEnabled: false } },
  { name: "in Arabic on a phone", options: { locale: "ar-DZ", viewport: { width: 360, height: 780 } } },
]) {
  await walk(`the owner, ${name}`, options, async (page) => {
    const fits = async () => {
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wider, false, `${page.url()} scrolls sideways`);
    };
    const phone = `+21355123450${turn}`;
    const waiting = await order({ gateway: "ocpay", amount: 250_000 + turn * 10_000, payer: payer(phone) });
    const other = await order({ gateway: "ocpay", amount: 990_000, payer: payer(phone) });
    const held = await late(`+21366000000${turn}`);
    await come(page, link("owner"));
    // A customer rings who knows no more than a phone number and an amount.
    await page.goto(`${OFFICE}/orders`);
    await page.locator("#q").fill(`055123450${turn}`);
    await page.locator("form[role=search] summary").click();
    await page.locator("#f8").fill(`${2_500 + turn * 100}`);
    await page.locator(".filters button").click();
    const row = page.locator("tr.link", { hasText: reference(waiting) });
    await row.waitFor();
    assert.equal(await page.locator("tr.link", { hasText: reference(other) }).count(), 0, "another amount");
    await fits();
    await row.locator("a.ref").click();
    await page.locator(".story li").first().waitFor();
    assert.ok((await page.locator("main").innerText()).includes(reference(waiting)));
    await fits();
    // Money that does not fit.
    await page.locator(".brand").click();
    await page.locator(".call a.button").click();
    const ticket = page.locator("article", { hasText: reference(held) });
    if (!(await ticket.locator("textarea").isVisible())) await ticket.locator("summary").click();
    await ticket.locator("input[value=honour]").check();
    await ticket.locator("textarea").fill("الزبون يريد طلبه / the customer still wants it");
    await fits();
    await ticket.locator("form button").click();
    await prove(page);
    await page.locator(".done").waitFor();
    assert.equal((await read(held.id)).status, "paid");
    await page.goto(`${OFFICE}/orders/${held.id}`);
    const story = await page.locator("main").innerText();
    assert.ok(story.includes("the customer still wants it") && story.includes(`owner-${turn}`), "who did what, and why");
    await fits();
    // The log tells it too, and that nobody has changed it.
    await page.goto(`${OFFICE}/people/log`);
    const done = page.locator("tbody tr", { hasText: held.id });
    assert.ok((await done.innerText()).includes(`owner-${turn}`), "who decided");
    assert.equal(await page.locator("[role=alert]").count(), 0, "the log is whole");
    await fits();
  });
  turn += 1;
}

turn = 0;
for (const { name, options } of BOTH) {
  await walk(`the clerk, ${name}`, { locale: "fr-FR", tolerated: "403", ...options }, async (page) => {
    const [made, second] = [
      await order({ gateway: "cash", amount: 1_245_000, payer: payer(`+21377000000${turn}`) }),
      await order({ gateway: "cash", amount: 80_050, payer: payer(`+21377000001${turn}`) }),
    ];
    const held = await late(`+21377000002${turn}`);
    await come(page, link("clerk"));
    assert.ok(page.url().endsWith("/office/orders"), "a clerk's first screen");
    await page.goto(`${OFFICE}/orders/${made.id}`);
    await page.locator("button", { hasText: "Encaisser" }).click();
    await prove(page);
    await page.locator(".done").waitFor();
    await page.locator("button", { hasText: "Marquer comme remise" }).click();
    await page.locator(".done").waitFor();
    assert.equal((await read(made.id)).status, "fulfilled");
    // The till at the end of the day: the money of both orders, counted, and one dinar short.
    await page.goto(`${OFFICE}/cash`);
    await page.locator("tr", { hasText: reference(second) }).locator("button").click();
    await prove(page);
    await page.locator(".done").waitFor();
    assert.equal((await read(second.id)).status, "paid");
    await page.locator("details.decide summary").click();
    await page.locator("input[name=counted_DZD]").fill("13249,50");
    await page.locator("textarea[name=note]").fill("Un dinar est tombé derrière la caisse.");
    await page.locator("details.decide form button").click();
    await prove(page);
    const closed = page.locator(".done", { hasText: "Caisse clôturée" });
    const told = (await closed.innerText()).replace(/\s/gu, " ");
    for (const sum of ["13 250,50", "13 249,50", "il manque 1"]) assert.ok(told.includes(sum), `${sum}: ${told}`);
    await refused(page, made, held);
  });
  turn += 1;
}

// What a clerk may not do is not offered, and not done either.
async function refused(page, made, held) {
  for (const path of ["today", "needs-you", "people", "people/log", "webhooks", "developers"]) {
    await page.goto(`${OFFICE}/${path}`);
    const heading = await page.locator("h1").innerText();
    assert.ok(["Pas pour votre rôle", "Commandes"].includes(heading), `${path}: ${heading}`);
    assert.equal(await page.locator(`.nav a[href$="/office/${path}"]`).count(), 0, `${path} is offered`);
  }
  await page.goto(`${OFFICE}/orders`);
  const payment = held.payments[0].id;
  for (const [path, form] of [
    ["/people/invite", { login: "friend", name: "", shop: "", role: "owner" }],
    [`/needs-you/orders/${held.id}`, { payment, decision: "honour", refund_reference: "", note: "mine" }],
    [`/orders/${made.id}/refund`, { payment: made.payments[0].id, amount: "1", method: "cash", reference: "", reason: "mine" }],
    ["/developers/keys", { shop: "", environment: "test", kind: "secret", label: "mine" }],
  ]) {
    assert.equal(await post(page, path, form), 403, path);
  }
  for (const path of ["orders/export.csv", "day-book/export.csv"]) {
    assert.equal((await page.request.get(`${OFFICE}/${path}`)).status(), 403, path);
  }
  const now = await read(held.id);
  assert.deepEqual([now.status, now.needs_you], ["cancelled", true], "nothing was decided");
  assert.deepEqual((await read(made.id)).refunds, [], "nothing went back");
}

// Money as a French page or file has it, in minor units.
const minor = (text) => {
  const [whole, fraction = ""] = text.replace(/[^\d,-]/g, "").split(",");
  return Number(whole + fraction.padEnd(2, "0"));
};

turn = 0;
for (const { name, options } of BOTH) {
  await walk(`the accountant, ${name}`, { locale: "fr-FR", ...options }, async (page) => {
    const { data } = await api("GET", "/v1/reports/days");
    const open = data.filter((line) => !line.closed && line.paid.count > 0);
    const { day } = open[0];
    const lines = open.filter((line) => line.day === day);
    const kept = (of) => lines.reduce((sum, line) => sum + of(line), 0);
    await come(page, link("accountant"));
    await page.goto(`${OFFICE}/day-book?month=${day.slice(0, 7)}`);
    await page.locator(`a.ref[href$="/${day}"]`).click();
    // What the page shows, what the book holds and what the file says is the same, to the unit.
    const shown = await page.locator("td[data-l=Net]").allInnerTexts();
    assert.equal(shown.slice(0, lines.length).reduce((sum, text) => sum + minor(text), 0), kept((line) => line.net.amount));
    await page.locator("#note").fill("D’accord avec le relevé 311.");
    await page.locator("form[action$='/close'] button").click();
    await prove(page);
    await page.locator(".done").waitFor();
    assert.equal(await page.locator("form[action$='/close']").count(), 0, "a day is closed once");
    assert.ok((await page.locator("main").innerText()).includes("D’accord avec le relevé 311."));
    const coming = page.waitForEvent("download");
    await page.locator("a[href$='/export.csv']").click();
    const file = await readFile(await (await coming).path(), "utf8");
    const [head, ...rows] = file.replace(/^\ufeff/, "").trim().split("\r\n").map((row) => row.split(";"));
    const sum = (column) => rows.reduce((all, row) => all + minor(row[head.indexOf(column)]), 0);
    assert.deepEqual(
      [rows.length, sum("Payé"), sum("Frais déclarés"), sum("Remboursé"), sum("Net")],
      [lines.length, ...["paid", "declared_fees", "refunds", "net"].map((part) => kept(({ [part]: told }) => (told.amount.amount ?? told.amount)))],
    );
    const units = rows.reduce((all, row) => all + Number(row[head.indexOf("Net en unités mineures")]), 0);
    assert.equal(units, kept((line) => line.net.amount));
    assert.ok(rows.every((row) => row[head.indexOf("Ligne")] === "clôturée"), file);
    const after = (await api("GET", `/v1/reports/days?from=${day}&to=${day}`)).data;
    assert.ok(after.every((line) => line.closed), "the shop's own programs learn of it");
  });
  turn += 1;
}

// A shop's server that answers as it is told, and keeps what it was sent.
async function shop() {
  const kept = { status: 503, letters: [], arrivals: new EventEmitter() };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      kept.letters.push({ id: request.headers["webhook-id"], answered: kept.status });
      response.writeHead(kept.status).end("the stock's database is down");
      kept.arrivals.emit("letter");
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return Object.assign(kept, { url: `http://127.0.0.1:${server.address().port}/hook`, close: () => server.close() });
}

// Waits for a letter that was answered so.
async function letter(site, status) {
  while (!site.letters.some(({ answered }) => answered === status)) await once(site.arrivals, "letter");
}

turn = 0;
for (const { name, options } of BOTH) {
  await walk(`the developer, ${name}`, { locale: "en-GB", ...options }, async (page) => {
    const site = await shop();
    const endpoint = await api("POST", "/v1/webhook_endpoints", { url: site.url, events: ["order.paid"] });
    try {
      const made = await paid({ amount: 310_000 });
      assert.equal(made.status, "paid");
      await letter(site, 503);
      await come(page, link("developer"));
      await page.goto(`${OFFICE}/webhooks`);
      await page.locator("a.ref", { hasText: site.url }).click();
      await page.locator("tr", { hasText: reference(made) }).locator("a").first().click();
      // Why it failed: what the shop's server answered, for which event.
      const told = await page.locator("main").innerText();
      assert.ok(told.includes("503") && told.includes(site.letters[0].id), told);
      assert.ok(told.includes(made.id), "what was sent");
      site.status = 200;
      await page.locator("form[action$='/again'] button").click();
      await prove(page);
      await page.locator(".done").waitFor();
      await letter(site, 200);
      assert.equal(new Set(site.letters.map(({ id }) => id)).size, 1, "the same event, under the same number");
      // What its server answered is written down a moment later.
      while ((await page.locator("#state").innerText()) !== "Arrived") await page.reload();
    } finally {
      await api("DELETE", `/v1/webhook_endpoints/${endpoint.id}`);
      site.close();
    }
  });
  turn += 1;
}

// A customer rings who lost a phone, and is kept out for a while; the owner changes what is sold and said.
turn = 3;
for (const { name, options: script } of BOTH) {
  const options = { locale: "fr-FR", ...script };
  await walk(`the clerk and a customer, ${name}`, options, async (page) => {
    await come(page, link("clerk"));
    await page.goto(`${OFFICE}/customers`);
    const who = ["amel@example.com", "zoe@example.com"][turn - 3];
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

await close();
