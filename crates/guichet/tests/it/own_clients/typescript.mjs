// What a shop does with the TypeScript client, against a real server.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

const { CLIENT, GUICHET, KEY } = process.env;
const { ConnectionFailed, Guichet, GuichetError, WebhookInvalid, verifyWebhook } = await import(CLIENT);

// Several versions of Node have the same shop.
const named = (reference) => `node${process.versions.node.split(".")[0]}-${reference}`;
const shop = (more = {}) => new Guichet({ baseUrl: `${GUICHET}/`, apiKey: KEY, retries: 2, ...more });
const order = (reference, more = {}) => ({ reference, amount: 250_000, currency: "DZD", ...more });

// A platform's `fetch` that does this first, and counts.
function unreliable(first) {
  const seen = [];
  return {
    seen,
    fetch: async (url, request) => {
      seen.push(request.headers["idempotency-key"]);
      return seen.length === 1 ? first(url, request) : fetch(url, request);
    },
  };
}

test("an order is made, paid for, read, found and cancelled", async () => {
  const made = await shop().orders.create(order(named("1"), { metadata: { cart: 7 } }));
  assert.equal(made.status, "pending");
  assert.deepEqual(made.metadata, { cart: 7 });
  const opened = await shop().orders.openPayment(made.id, { gateway: "ocpay" });
  assert.match(opened.payment_url, /^http/);
  assert.equal((await shop().orders.retrieve(made.id)).id, made.id);
  const found = await shop().orders.list({ reference: named("1") });
  assert.deepEqual(found.data.map(({ id }) => id), [made.id]);
  assert.equal((await shop().orders.cancel(made.id)).status, "cancelled");
  const story = await shop().orders.events(made.id);
  assert.ok(story.data.some(({ type }) => type === "order.cancelled"));
});

test("a list goes on by itself", async () => {
  for (let number = 0; number < 5; number += 1) await shop().orders.create(order(named(`page-${number}`)));
  const seen = [];
  for await (const { reference } of await shop().orders.list({ limit: 2, q: named("page") })) seen.push(reference);
  assert.deepEqual(seen, [4, 3, 2, 1, 0].map((number) => named(`page-${number}`)));
});

test("an error says what was wrong, where, and under which name the server's log has it", async () => {
  await assert.rejects(shop().orders.create(order(named("bad"), { amount: -1 })), (error) => {
    assert.ok(error instanceof GuichetError);
    assert.deepEqual([error.status, error.code, error.field], [422, "amount_out_of_range", "amount"]);
    assert.ok(error.requestId && error.message.length > 20);
    return true;
  });
  const stranger = shop({ apiKey: "sk_test_nobody" });
  await assert.rejects(stranger.orders.list(), { code: "key_unknown", status: 401 });
  assert.throws(() => shop({ apiKey: "secret" }), TypeError);
});

test("what got lost on the way is asked for again, and happens once", async () => {
  // The answer is lost after the server has done it.
  const lost = unreliable(async (url, request) => {
    await fetch(url, request).then((answer) => answer.text());
    throw new TypeError("the connection broke off");
  });
  const made = await shop({ fetch: lost.fetch }).orders.create(order(named("lost")));
  assert.equal(lost.seen.length, 2);
  assert.ok(lost.seen[0] && lost.seen[0] === lost.seen[1], "under the same key");
  assert.equal((await shop().orders.list({ reference: named("lost") })).data[0].id, made.id);
  const busy = unreliable(async () => new Response("{}", { status: 503, headers: { "retry-after": "0" } }));
  await shop({ fetch: busy.fetch }).orders.create(order(named("busy")));
  assert.equal(busy.seen.length, 2);
});

test("what must not happen twice is not asked for again", async () => {
  const away = unreliable(async () => {
    throw new TypeError("nobody is there");
  });
  await assert.rejects(shop({ fetch: away.fetch }).webhookEndpoints.rotateSecret("whe_x"), ConnectionFailed);
  assert.equal(away.seen.length, 1);
  const refused = unreliable(async () => new Response('{"code":"reference_taken","detail":"Taken."}', { status: 409 }));
  await assert.rejects(shop({ fetch: refused.fetch }).orders.create(order(named("refused"))), { code: "reference_taken" });
  assert.equal(refused.seen.length, 1);
});

test("a call is given up when its caller says so", async () => {
  const signal = AbortSignal.abort(new Error("the customer left"));
  await assert.rejects(shop().orders.create(order(named("left")), { signal }), /the customer left/);
});

test("webhooks are verified", async () => {
  const came = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
      came.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.end("ok");
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const url = `http://127.0.0.1:${server.address().port}/hook`;
    const endpoint = await shop().webhookEndpoints.create({ url, events: ["order.*"] });
    const told = await shop().webhookEndpoints.test(endpoint.id);
    assert.deepEqual([told.arrived, told.status_code, told.answer], [true, 200, "ok"]);
    const [{ headers, body }] = came;
    const event = await verifyWebhook(endpoint.secret, headers, body);
    assert.equal(event.type, "endpoint.test");
    const wrong = [
      [endpoint.secret, headers, Buffer.concat([body, Buffer.from(" ")])],
      ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", headers, body],
      [endpoint.secret, { ...headers, "webhook-id": "evt_other" }, body],
      [endpoint.secret, { ...headers, "webhook-signature": "" }, body],
      [endpoint.secret, { ...headers, "webhook-signature": "v1,AAAA v2,x" }, body],
    ];
    for (const forged of wrong) await assert.rejects(verifyWebhook(...forged), WebhookInvalid);
    const later = Number(headers["webhook-timestamp"]) * 1000 + 301_000;
    await assert.rejects(verifyWebhook(endpoint.secret, headers, body, { now: later }), WebhookInvalid);
    await shop().webhookEndpoints.delete(endpoint.id);
  } finally {
    server.close();
  }
});

test("links, events, refunds and the book", async () => {
  const link = await shop().paymentLinks.create({ reference: named("link"), title: "Coffee", amount: 90_000, currency: "DZD" });
  assert.equal(link.status, "active");
  assert.equal((await shop().paymentLinks.retrieve(link.id)).url, link.url);
  assert.equal((await shop().paymentLinks.list()).data[0].id, link.id);
  assert.equal((await shop().paymentLinks.end(link.id)).status, "ended");
  const waiting = await shop().events.list({ limit: 1 });
  await shop().events.acknowledge([waiting.data[0].id]);
  const after = await shop().events.list({ limit: 1 });
  assert.notEqual(after.data[0]?.id, waiting.data[0].id);
  assert.deepEqual((await shop().refunds.list()).data, []);
  assert.ok(Array.isArray((await shop().reports.days()).data));
});
