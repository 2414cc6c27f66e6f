// The four steps of the vendor's own integration guide, in a shop that sells in dollars: what comes back
// has every field that the guide shows, of its type.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { signedIn } from "./customers.mjs";
import { DOLLARS, good, overheard } from "./sdk.mjs";

const golden = (name) => JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url)));

// What a field holds, as far as another order may differ: its type, or what its type is made of.
function shape(value) {
  if (Array.isArray(value)) return value.map(shape);
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shape(field)]));
}

// Every field of the guide is there and is what it is in the guide.
function resembles(found, name) {
  const wanted = golden(name);
  const same = Object.keys(wanted).map((field) => [field, found[field]]);
  assert.deepEqual(shape(Object.fromEntries(same)), shape(wanted), JSON.stringify(found));
}

const sentBy = async (run) => JSON.parse((await overheard(run))[0].sent);

export async function guide(mode, step) {
  const amel = await signedIn(mode, { token: DOLLARS });
  const request = golden("auth.request");
  request.authData[0].value = amel.email;
  request.authData[1].value = "correct horse 1";

  await step("sign in", async () => {
    const signedIn = await good(amel.AuthProvider.auth("email", request));
    resembles(signedIn, "auth.response");
    assert.equal(signedIn.userIdentifier, amel.email);
    assert.equal(signedIn.authProviderIdentifier, "email");
    assert.equal(amel.saved.at(-1), signedIn.refreshToken);
  });

  const order = await step("order", async () => {
    const { formData, ...rest } = golden("order.request");
    let made;
    const sent = await sentBy(async () => {
      made = await good(amel.Orders.createOrder("orders", { ...rest, formData: formData.en_US }));
    });
    assert.deepEqual(sent, golden("order.request"), "the SDK sends what the guide shows");
    resembles(made, "order.response");
    const { id, createdDate, ...same } = golden("order.response");
    for (const [field, value] of Object.entries(same)) assert.deepEqual(made[field], value, field);
    return made;
  });

  const session = await step("payment session", async () => {
    const made = await good(amel.Payments.createSession(order.id, "session", false));
    resembles(made, "session.response");
    assert.equal(made.status, "waiting");
    assert.equal(made.orderId, order.id);
    assert.equal(made.paymentUrl, null);
    return made;
  });

  await step("session by order", async () => {
    const found = await good(amel.Payments.getSessionByOrderId(order.id));
    assert.deepEqual(found, session);
  });
}
