// Tokens over time: the SDK refreshes them by itself, once or eight times at once, and a shop that was
// closed goes on where it was.
import assert from "node:assert/strict";

import { credentials, newcomer, order, signedIn } from "./customers.mjs";
import { codeFor, pass } from "./server.mjs";
import { bad, good, overheard, shop } from "./sdk.mjs";

// A little more than an access token serves.
const EXPIRED = 901;
const isRefresh = ({ path }) => path.endsWith("/users/refresh");
const statuses = (calls) => calls.map(({ status }) => status);

// The refresh tokens that went over the wire, oldest first.
const given = (calls) =>
  calls.filter(({ status, path }) => status < 400 && /\/users\/(auth|refresh)$/.test(path))
    .map(({ text }) => JSON.parse(text).refreshToken);

export async function tokens(mode, step) {
  const amel = await signedIn(mode);

  await step("an expired one is renewed and the call goes through", async () => {
    await pass(EXPIRED);
    const calls = await overheard(async () => {
      assert.equal((await good(amel.Users.getUser())).identifier, amel.email);
    });
    const [first, refresh, again] = calls;
    assert.deepEqual([first.status, isRefresh(refresh), again.path], [401, true, first.path]);
    assert.ok(refresh.status < 300 && again.status === 200, `${statuses(calls)}`);
    assert.equal(amel.saved.at(-1), given(calls)[0]);
    assert.equal(amel.saved.length, 2);
  });

  await step("an order is made once, though it was asked for twice", async () => {
    await pass(EXPIRED);
    const calls = await overheard(() => good(amel.Orders.createOrder("orders", order())));
    assert.deepEqual(statuses(calls).slice(0, 1), [401]);
    assert.equal((await good(amel.Orders.getAllOrdersByMarker("orders"))).total, 1);
  });

  await step("eight calls at once, all of them expired", async () => {
    await pass(EXPIRED);
    const { Orders, Payments, Users, AuthProvider } = amel;
    const calls = await overheard(async () => {
      const found = await Promise.all([
        Users.getUser(),
        Orders.getAllOrdersByMarker("orders"),
        Payments.getSessions(),
        Users.getUser("fr_FR"),
        Orders.getAllOrdersByMarker("orders", "fr_FR"),
        Payments.getSessions(0, 1),
        Users.updateUser({ formIdentifier: "reg", formData: [], state: { seen: true } }),
        Orders.createOrder("orders", order()),
      ].map(good));
      assert.equal(found[0].identifier, amel.email);
      assert.equal(found[6], true);
      assert.ok(found[7].id > 0);
    });
    assert.equal(calls.filter(({ status }) => status === 401).length, 8);
    assert.equal(calls.filter(isRefresh).length, 8);
    assert.deepEqual([...amel.saved.slice(-8)].sort(), given(calls).sort(), "each new token is saved");
    // The customer is not signed out by having asked so much at once.
    await pass(EXPIRED);
    assert.equal((await good(amel.Users.getUser())).identifier, amel.email);
    await pass(EXPIRED);
    assert.equal((await good(AuthProvider.refresh("email", amel.saved.at(-1)))).userIdentifier, amel.email);
  });

  await step("a shop that was closed goes on by its refresh token", async () => {
    const later = shop(mode, { auth: { refreshToken: amel.saved.at(-1) } });
    const calls = await overheard(async () => {
      assert.equal((await good(later.Users.getUser())).identifier, amel.email);
    });
    assert.equal(calls[0].headers.Authorization, undefined);
    assert.equal(calls[0].status, 401);
    assert.deepEqual(later.saved, given(calls));
  });

  await step("a shop that renews by itself is told when it must", async () => {
    const own = shop(mode, { auth: { customAuth: true } });
    const { accessToken, refreshToken } = await good(own.AuthProvider.auth("email", credentials(amel.email)));
    own.Users.setAccessToken(accessToken);
    await good(own.Users.getUser());
    await pass(EXPIRED);
    await bad(own, own.Users.getUser(), 401, /Unauthorized/);
    await good(own.AuthProvider.refresh("email", refreshToken));
    await good(own.Users.getUser());
  });

  await step("one that was used up long ago opens nothing", async () => {
    await pass(3600);
    const thief = shop(mode);
    await bad(thief, thief.AuthProvider.refresh("email", amel.refreshToken), 401);
  });
}

// Where a shop has several ways to sign in, and says so to the SDK or, as most do, forgets it.
export async function otherProvider(mode, step) {
  for (const providerMarker of [undefined, "email_strict"]) {
    await step(`signed in by another provider, the SDK told of ${providerMarker}`, async () => {
      const { email, form } = newcomer();
      const it = shop(mode, { auth: { providerMarker } });
      await good(it.AuthProvider.signUp("email_strict", form));
      await good(it.AuthProvider.activateUser("email_strict", email, await codeFor(email)));
      await good(it.AuthProvider.auth("email_strict", credentials(email)));
      await pass(EXPIRED);
      const user = await good(it.Users.getUser());
      assert.deepEqual([user.identifier, user.authProviderIdentifier], [email, "email_strict"]);
    });
  }
}
