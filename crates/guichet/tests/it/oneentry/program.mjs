// What the program is shown to do by itself: the guide, the shop's shelves, and a payment by card, whose
// money it finds in its own time.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";

import { byCard, signedIn } from "./customers.mjs";
import { guide } from "./guide.mjs";
import { storages } from "./orders.mjs";
import { accounts } from "./payments.mjs";
import { providers } from "./people.mjs";
import { chapter } from "./report.mjs";
import { good } from "./sdk.mjs";
import { catalogue, forms, locales } from "./selling.mjs";

// A gateway is asked again after some seconds at the earliest.
const LOOKS = 600;
const BETWEEN_MS = 100;

async function card(mode, step) {
  const amel = await signedIn(mode);
  await step("pay by card, and wait for it as a page does", async () => {
    const { id } = await good(amel.Orders.createOrder("orders", byCard()));
    const session = await good(amel.Payments.createSession(id, "session"));
    const pressed = await fetch(`${session.paymentUrl}/pay`, { method: "POST", redirect: "manual" });
    assert.ok(pressed.status < 400, `${pressed.status}`);
    let status = session.status;
    for (let looks = 0; status === "waiting" && looks < LOOKS; looks += 1) {
      await wait(BETWEEN_MS);
      ({ status } = await good(amel.Payments.getSessionByOrderId(id)));
    }
    assert.equal(status, "completed");
    assert.equal((await good(amel.Orders.getOrderByMarkerAndId("orders", id))).isCompleted, true);
  });
}

const CHAPTERS = { guide, providers, catalogue, forms, locales, storages, accounts, card };
for (const mode of process.env.MODES.split(" ")) {
  for (const [name, steps] of Object.entries(CHAPTERS)) {
    await chapter(mode, name, (step) => steps(mode, step));
  }
}
