// What the vendor's guide and its SDK lead shops into, and what must be understood all the same.
import assert from "node:assert/strict";

import { credentials, order, signedIn } from "./customers.mjs";
import { bad, good, overheard } from "./sdk.mjs";

export async function traps(mode, step) {
  const amel = await signedIn(mode);
  const { AuthProvider, Orders } = amel;
  const sent = async (run) => JSON.parse((await overheard(run))[0].sent);

  await step("the same body twice, which the SDK has wrapped by then", async () => {
    const body = order();
    const first = await good(Orders.createOrder("orders", body));
    const wire = await sent(async () => {
      const second = await good(Orders.createOrder("orders", body));
      assert.deepEqual(second.formData, first.formData);
    });
    assert.ok(wire.formData.en_US[0].en_US, "it is wrapped twice");
  });

  await step("the same body ten times, wrapped once more each time", async () => {
    const body = order();
    const { formData } = await good(Orders.createOrder("orders", body));
    for (let times = 1; times < 10; times += 1) {
      assert.deepEqual((await good(Orders.createOrder("orders", body))).formData, formData);
    }
  });

  await step("a body in the guide's words, which is wrapped already", async () => {
    const formData = { en_US: order().formData };
    const made = await good(Orders.createOrder("orders", order({ formData })));
    assert.deepEqual(made.formData, order().formData);
  });

  await step("a single field instead of a list", async () => {
    const [formData] = order().formData;
    const made = await good(Orders.createOrder("orders", order({ formData })));
    assert.deepEqual(made.formData, [formData]);
  });

  await step("no form at all", async () => {
    const { formData, ...rest } = order();
    const wire = await sent(() => bad(amel, Orders.createOrder("orders", rest), 400, /'name' is required/));
    assert.deepEqual(wire.formData, { en_US: [null] });
  });

  await step("a bare list to sign in with", async () => {
    const { authData } = credentials(amel.email);
    const { userIdentifier } = await good(AuthProvider.auth("email", authData));
    assert.equal(userIdentifier, amel.email);
  });

  await step("a language that the shop has not", async () => {
    const made = await good(Orders.createOrder("orders", order(), "de_DE"));
    const read = await good(Orders.getOrderByMarkerAndId("orders", made.id, "de_DE"));
    assert.deepEqual(read.formData, order().formData);
  });
}
