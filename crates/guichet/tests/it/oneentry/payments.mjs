// Payment sessions: at the door, by card, and in every state that they can come to. Session and order
// agree at every moment.
import assert from "node:assert/strict";

import { byCard, order, signedIn } from "./customers.mjs";
import { pass, press } from "./server.mjs";
import { SANDBOX, bad, good } from "./sdk.mjs";

// What session and order say of an order, which must be the same thing.
async function agreed(it, id) {
  const session = await good(it.Payments.getSessionByOrderId(id));
  const order = await good(it.Orders.getOrderByMarkerAndId("orders", id));
  assert.equal(order.isCompleted, session.status === "completed", session.status);
  assert.equal(order.paymentUrl, session.paymentUrl);
  assert.deepEqual(await good(it.Payments.getSessionById(session.id)), session);
  return session;
}

const ordered = async (it, wanted) => (await good(it.Orders.createOrder("orders", wanted))).id;

export async function accounts(mode, step) {
  const amel = await signedIn(mode);
  await step("list them", async () => {
    const all = await good(amel.Payments.getAccounts());
    assert.deepEqual(all.map(({ identifier, type }) => [identifier, type]), [
      ["cash", "custom"],
      ["ocpay", "custom"],
    ]);
    assert.equal(all[1].localizeInfos.title, "Card");
    assert.ok(!JSON.stringify(all).includes("sk_"), "no secret is told");
  });
  await step("find one", async () => {
    const [cash] = await good(amel.Payments.getAccounts());
    assert.deepEqual(await good(amel.Payments.getAccountById(cash.id)), cash);
  });
}

export async function sessions(mode, step) {
  const amel = await signedIn(mode);
  const { Payments } = amel;

  await step("cash has no page", async () => {
    const id = await ordered(amel, order());
    const made = await good(Payments.createSession(id, "session"));
    assert.deepEqual([made.orderId, made.status, made.paymentUrl], [id, "waiting", null]);
    assert.deepEqual(await agreed(amel, id), made);
  });

  await step("a card has one, and asking twice gives the same", async () => {
    const id = await ordered(amel, byCard());
    const made = await good(Payments.createSession(id, "session"));
    assert.deepEqual([made.type, made.status, made.amount], ["session", "waiting", 680]);
    assert.equal(new URL(made.paymentUrl).origin, SANDBOX);
    assert.deepEqual(await good(Payments.createSession(id, "session")), made);
    assert.deepEqual(await agreed(amel, id), made);

    await press(made.paymentUrl, "pay");
    const paid = await agreed(amel, id);
    assert.deepEqual([paid.id, paid.status], [made.id, "completed"]);
    const { statusIdentifier } = await good(amel.Orders.getOrderByMarkerAndId("orders", id));
    assert.equal(statusIdentifier, "inProgress");
  });

  await step("declined, and paid by another one", async () => {
    const id = await ordered(amel, byCard());
    const first = await good(Payments.createSession(id, "session"));
    await press(first.paymentUrl, "decline");
    assert.equal((await agreed(amel, id)).status, "canceled");
    const second = await good(Payments.createSession(id, "session"));
    assert.notEqual(second.id, first.id);
    await press(second.paymentUrl, "pay");
    assert.equal((await agreed(amel, id)).status, "completed");
  });

  await step("left until it expired", async () => {
    const id = await ordered(amel, byCard());
    await good(Payments.createSession(id, "session"));
    await pass(25 * 3600);
    assert.equal((await agreed(amel, id)).status, "expired");
  });

  await step("a payment intent is not offered", async () => {
    const id = await ordered(amel, order());
    await bad(amel, Payments.createSession(id, "intent"), 501, /^Not offered here: payment intents/);
    await bad(amel, Payments.getSessionByOrderId(id), 404);
  });

  await step("list them page by page", async () => {
    const { items, total } = await good(Payments.getSessions());
    assert.equal(total, 5);
    assert.deepEqual(items.map(({ status }) => status).sort(), [
      // Who pays at the door has a week.
      "canceled", "completed", "completed", "expired", "waiting",
    ]);
    const page = await good(Payments.getSessions(1, 2));
    assert.deepEqual(page, { items: items.slice(1, 3), total: 5 });
  });
}
