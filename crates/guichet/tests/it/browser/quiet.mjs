// What the waiting page costs while nothing happens: bytes a minute, by the browser's own count. Seconds pass by
// the page's clock and by the server's, none by waiting.
import assert from "node:assert/strict";

import { GUICHET, close, order, walk } from "./server.mjs";

const MOST_BYTES = 3000;
const pass = (seconds) => fetch(`${process.env.CONTROL}/pass?seconds=${seconds}`, { method: "POST" });

// Counts what goes over the wire, heads included, and when.
async function counted(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const seen = { down: 0, up: 0, requests: [], second: 0 };
  let under = 0;
  session.on("Network.requestWillBeSent", ({ request }) => {
    under += 1;
    seen.requests.push({ url: new URL(request.url).pathname, second: seen.second });
  });
  session.on("Network.requestWillBeSentExtraInfo", ({ headers }) => {
    const lines = Object.entries(headers).map(([name, value]) => name.length + value.length + 4);
    seen.up += lines.reduce((sum, bytes) => sum + bytes, 120);
  });
  session.on("Network.loadingFinished", ({ encodedDataLength }) => { under -= 1; seen.down += encodedDataLength; });
  session.on("Network.loadingFailed", () => { under -= 1; });
  // Until what was asked is answered, and the page has read it.
  seen.settled = async () => {
    do await page.evaluate(() => 0); while (under > 0);
    await page.evaluate(() => 0);
  };
  return seen;
}

async function second(page, seen) {
  seen.second += 1;
  await pass(1);
  await page.clock.runFor(1000);
  await seen.settled();
}

await walk("waits for next to nothing", {}, async (page) => {
  const { status_url } = await order({ gateway: "ocpay", expires_in: 3600 });
  await page.clock.install();
  const seen = await counted(page);
  await page.goto(status_url);
  await page.clock.pauseAt(Date.now() + 1000);
  await seen.settled();
  seen.requests.length = 0;
  const minutes = [];
  for (let minute = 0; minute < 5; minute += 1) {
    Object.assign(seen, { down: 0, up: 0 });
    for (let passed = 0; passed < 60; passed += 1) await second(page, seen);
    minutes.push({ down: seen.down, up: seen.up });
  }
  for (const { down } of minutes) assert.ok(down < MOST_BYTES, JSON.stringify(minutes));
  // From the second minute on, both ways together.
  for (const { down, up } of minutes.slice(1)) assert.ok(down + up < MOST_BYTES, JSON.stringify(minutes));
  assert.ok(seen.requests.every(({ url }) => url.endsWith("/live")), "the page was loaded anew");
  const gaps = seen.requests.slice(1).map(({ second }, at) => second - seen.requests[at].second);
  assert.ok(gaps.every((gap, at) => at === 0 || gap >= gaps[at - 1]), `it asks more often again: ${gaps}`);
  assert.ok(gaps[0] <= 5 && gaps.at(-1) >= 20, `${gaps}`);
  console.log(`bytes a minute: ${minutes.map(({ down, up }) => `${down} down, ${up} up`).join("; ")}; gaps ${gaps}`);
});

await walk("sees a change soon, and then asks nothing more", {}, async (page) => {
  const { status_url, payments } = await order({ gateway: "ocpay", expires_in: 3600 });
  await page.clock.install();
  const seen = await counted(page);
  await page.goto(status_url);
  await page.clock.pauseAt(Date.now() + 1000);
  for (let passed = 0; passed < 10; passed += 1) await second(page, seen);
  await fetch(`${payments[0].payment_url}/pay`, { method: "POST", redirect: "manual" });
  for (let passed = 0; passed < 20; passed += 1) await second(page, seen);
  assert.equal(await page.locator(".state.good").count(), 1);
  seen.requests.length = 0;
  for (let passed = 0; passed < 60; passed += 1) await second(page, seen);
  assert.deepEqual(seen.requests, []);
});

await walk("polls nothing about cash", {}, async (page) => {
  const { status_url } = await order({ gateway: "cash" });
  await page.clock.install();
  const seen = await counted(page);
  await page.goto(status_url);
  await page.clock.pauseAt(Date.now() + 1000);
  await page.getByText("You pay on delivery").waitFor();
  seen.requests.length = 0;
  for (let passed = 0; passed < 60; passed += 1) await second(page, seen);
  assert.deepEqual(seen.requests, []);
  assert.equal(await page.locator("main button").count(), 0);
});

await close();
