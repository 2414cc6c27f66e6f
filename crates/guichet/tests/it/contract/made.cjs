// What a shop does with a client that a program made of the description.
const assert = require("node:assert/strict");
const { join } = require("node:path");

const { client } = require(join(process.cwd(), "built/client.gen.js"));
const sdk = require(join(process.cwd(), "built/index.js"));
const { GUICHET, KEY, ORDERS } = process.env;

async function main() {
  client.setConfig({ baseUrl: GUICHET, auth: () => KEY });
  const body = { reference: "made-ts", amount: 250000, currency: "DZD" };
  const made = await sdk.createOrder({ body });
  assert.deepEqual([made.response?.status, made.data?.status], [201, "pending"], String(made.error));
  const listed = await sdk.listOrders({ query: { limit: 1 } });
  assert.equal(listed.data.data[0].id, made.data.id);
  const wrong = await sdk.createOrder({ body: { ...body, amount: -1 } });
  assert.deepEqual([wrong.response.status, wrong.error.code, wrong.error.field], [422, "amount_out_of_range", "amount"]);
  const stranger = await sdk.listOrders({ auth: () => "sk_test_nobody" });
  assert.deepEqual([stranger.response.status, stranger.error.code], [401, "key_unknown"]);
  // The gateway account has one check in a second.
  const checks = await Promise.all(ORDERS.split(" ").map((id) => sdk.checkOrder({ path: { id } })));
  const check = checks.find(({ response }) => response.status !== 200);
  assert.deepEqual([check.response.status, check.error.code], [429, "check_budget_spent"]);
  assert.ok(Number(check.response.headers.get("retry-after")) > 0);
  const gone = await sdk.readOrder({ path: { id: "ord_01kaqwm3v0e9r8t7y6v5w4x3z1" } });
  assert.deepEqual([gone.response.status, gone.error.code], [404, "not_found"]);
  const events = await sdk.listEvents();
  assert.ok(events.data.data.some(({ type }) => type === "order.created"));
}

main();
