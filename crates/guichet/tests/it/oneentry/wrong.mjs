// What goes wrong, one thing at a time: each is said in OneEntry's shape, and changes nothing.
import assert from "node:assert/strict";

import { byCard, credentials, order, signedIn } from "./customers.mjs";
import { census } from "./server.mjs";
import { bad, good, shop, wire } from "./sdk.mjs";

// Everything that a customer can see of theirs.
async function everything({ Orders, Payments, Users }, id) {
  return JSON.stringify([
    await good(Users.getUser()),
    await good(Orders.getAllOrdersByMarker("orders")),
    await good(Orders.getOrderByMarkerAndId("orders", id)),
    await good(Payments.getSessions()),
    await good(Payments.getSessionByOrderId(id)),
  ]);
}

// Another token of the same length.
const tampered = (token) => token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");

export async function mistakes(mode, step) {
  const amel = await signedIn(mode);
  const bilal = await signedIn(mode);
  const { id } = await good(amel.Orders.createOrder("orders", byCard()));
  const session = await good(amel.Payments.createSession(id, "session"));
  const { id: unpaid } = await good(amel.Orders.createOrder("orders", order()));
  const [seen, rows] = [await everything(amel, id), await census()];

  const wrong = async (note, run) => {
    await step(note, run);
    assert.deepEqual(await census(), rows, `${note}: rows`);
    assert.equal(await everything(amel, id), seen, note);
  };
  const refused = (fields, status, says) => async () => {
    await bad(amel, amel.Orders.createOrder("orders", order(fields)), status, says);
    await bad(amel, amel.Orders.updateOrderByMarkerAndId("orders", unpaid, order(fields)), status, says);
  };

  await wrong("a password", async () => {
    const stranger = shop(mode);
    const from = wire.length;
    await bad(stranger, stranger.AuthProvider.auth("email", credentials(amel.email, "wrong horse 1")), 401);
    // The SDK takes it for an expired token, and tries to refresh with none at all.
    const refresh = wire.slice(from).find(({ path }) => path.endsWith("/users/refresh"));
    assert.equal(refresh.sent, "{}");
    assert.ok(refresh.status >= 400 && Number.isInteger(JSON.parse(refresh.text).statusCode));
    await bad(stranger, stranger.Users.getUser(), 401);
  });
  await wrong("an address that nobody has", async () => {
    const stranger = shop(mode);
    const known = await bad(stranger, stranger.AuthProvider.auth("email", credentials(amel.email, "x")), 401);
    const unknown = await bad(stranger, stranger.AuthProvider.auth("email", credentials("n@example.com", "x")), 401);
    assert.equal(unknown.message, known.message, "nobody learns who is registered");
  });
  await wrong("a provider's marker", async () => {
    const stranger = shop(mode);
    await bad(stranger, stranger.AuthProvider.auth("nobody", credentials(amel.email)), 404);
  });
  await wrong("a storage's marker", async () => {
    await bad(amel, amel.Orders.createOrder("nothing", order()), 404);
    await bad(amel, amel.Orders.getAllOrdersByMarker("nothing"), 404);
  });
  await wrong("another customer's order", async () => {
    const { Orders, Payments } = bilal;
    await bad(bilal, Orders.getOrderByMarkerAndId("orders", id), 404);
    await bad(bilal, Orders.updateOrderByMarkerAndId("orders", id, order()), 404);
    await bad(bilal, Payments.createSession(id, "session"), 404);
    await bad(bilal, Payments.getSessionByOrderId(id), 404);
    await bad(bilal, Payments.getSessionById(session.id), 404);
    assert.deepEqual(await good(Orders.getAllOrdersByMarker("orders")), { items: [], total: 0 });
    assert.deepEqual(await good(Payments.getSessions()), { items: [], total: 0 });
  });
  await wrong("a token", async () => {
    const thief = shop(mode, { auth: { customAuth: true } });
    thief.Users.setAccessToken(tampered(amel.accessToken));
    await bad(thief, thief.Users.getUser(), 401, /Unauthorized/);
    await bad(thief, thief.Orders.createOrder("orders", order()), 401, /Unauthorized/);
    await bad(thief, thief.Payments.createSession(id, "session"), 401, /Unauthorized/);
  });
  await wrong("a product that nobody sells", refused({ products: [{ productId: 99, quantity: 1 }] }, 400, /99/));
  await wrong("a product that is hidden", refused({ products: [{ productId: 3, quantity: 1 }] }, 400, /3/));
  await wrong("a negative quantity", refused({ products: [{ productId: 14, quantity: -1 }] }, 400, /quantity/));
  await wrong("no product at all", refused({ products: [] }, 400, /product/i));
  await wrong("a foreign currency", refused({ currency: "EUR" }, 400, /in DZD/));
  const nameless = [{ marker: "phone", type: "string", value: "+213665983439" }];
  await wrong("a field left out", refused({ formData: nameless }, 400, /'name' is required/));
  await wrong("a way to pay that there is not", refused(
    { paymentAccountIdentifier: "gold" }, 400,
    /Payment account identifier is wrong or payment accounts are not defined/,
  ));
  await wrong("a form that there is not", refused({ formIdentifier: "reg" }, 400));
}
