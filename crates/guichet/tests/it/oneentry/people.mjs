// Registered customers: how they sign up, prove their address, sign in and out, change what is known of
// them, and leave.
import assert from "node:assert/strict";

import { PASSWORD, credentials, newcomer, signedIn } from "./customers.mjs";
import { codeFor, mailsFor, pass } from "./server.mjs";
import { VERSION, bad, either, good, overheard, shop, wire } from "./sdk.mjs";

// What codes are asked for; a shop may call it as it likes.
const RECOVERY = "recovery";

// A code may be asked for once in so many seconds.
const APART = 61;

const BY_MARKER = ["getAuthProviderByMarker", "getMarker"];

export async function providers(mode, step) {
  const visitor = shop(mode);
  await step("list them", async () => {
    const all = await good(visitor.AuthProvider.getAuthProviders());
    assert.deepEqual(all.map(({ identifier }) => identifier), ["email", "email_strict"]);
    assert.equal(all[0].localizeInfos.title, "E-mail");
    assert.equal(all[0].formIdentifier, "reg");
    const page = await good(visitor.AuthProvider.getAuthProviders("fr_FR", 1, 1));
    assert.deepEqual(page.map(({ identifier }) => identifier), ["email_strict"]);
  });
  await step("find one", async () => {
    const one = await good(either(visitor.AuthProvider, BY_MARKER, "email"));
    const [first] = await good(visitor.AuthProvider.getAuthProviders());
    assert.deepEqual(one, first);
    await bad(visitor, either(visitor.AuthProvider, BY_MARKER, "nobody"), 404);
  });
}

export async function activation(mode, step) {
  const { email, form } = newcomer();
  const visitor = shop(mode);
  const { AuthProvider } = visitor;

  await step("sign up where addresses must be proven", async () => {
    const made = await good(AuthProvider.signUp("email_strict", form));
    assert.equal(made.identifier, email);
    assert.equal(made.isActive, false);
    assert.equal(made.notificationData.email, email);
    assert.ok(!JSON.stringify(made).includes(PASSWORD), "the password is never shown");
    await bad(visitor, AuthProvider.auth("email_strict", credentials(email)), 401);
  });

  await step("prove the address by the code in the mail", async () => {
    const code = await codeFor(email);
    const other = code === "000000" ? "000001" : "000000";
    await bad(visitor, AuthProvider.activateUser("email_strict", email, other), 400);
    assert.equal(await good(AuthProvider.activateUser("email_strict", email, code)), true);
    const { accessToken } = await good(AuthProvider.auth("email_strict", credentials(email)));
    assert.ok(accessToken);
  });
}

export async function passwords(mode, step) {
  const amel = await signedIn(mode);
  const { AuthProvider } = amel;
  const visitor = shop(mode);
  const changed = (type, code, fresh) => changePassword(visitor, amel.email, type, code, fresh);

  const code = await step("ask for a code and check it", async () => {
    await pass(APART);
    await good(AuthProvider.generateCode("email", amel.email, RECOVERY));
    const code = await codeFor(amel.email);
    assert.equal(await good(AuthProvider.checkCode("email", amel.email, RECOVERY, code)), true);
    const other = code === "000000" ? "000001" : "000000";
    assert.equal(await good(AuthProvider.checkCode("email", amel.email, RECOVERY, other)), false);
    return code;
  });

  await step("recover a forgotten password", async () => {
    assert.equal(await good(changed(2, code, "correct horse 2")), true);
    await bad(visitor, visitor.AuthProvider.auth("email", credentials(amel.email)), 401);
    await good(visitor.AuthProvider.auth("email", credentials(amel.email, "correct horse 2")));
    await bad(visitor, changed(2, code, "correct horse 3"), 400);
  });

  await step("change a known one", async () => {
    await pass(APART);
    await good(AuthProvider.generateCode("email", amel.email, RECOVERY));
    assert.equal(await good(changed(1, await codeFor(amel.email), "correct horse 4")), true);
    await good(visitor.AuthProvider.auth("email", credentials(amel.email, "correct horse 4")));
  });

  await step("a code for nobody is sent to nobody", async () => {
    await pass(APART);
    const stranger = `nobody-of-${mode}@example.com`;
    await good(AuthProvider.generateCode("email", stranger, RECOVERY));
    // Whoever is somebody gets theirs, which was asked for later.
    await good(AuthProvider.generateCode("email", amel.email, RECOVERY));
    await codeFor(amel.email);
    assert.deepEqual(await mailsFor(stranger), []);
  });
}

// The oldest version does not say what the code is for.
function changePassword({ AuthProvider }, email, type, code, password) {
  const event = VERSION === "1.0.123" ? [] : [RECOVERY];
  return AuthProvider.changePassword("email", email, ...event, type, code, password, password);
}

export async function logins(mode, step) {
  const amel = await signedIn(mode);
  const phone = shop(mode);
  const [before, after] = [wire.at(-1), (await signIn(phone, amel.email)).at(-1)].map(fingerprint);
  // Version 1.0.130 tells two devices of one kind by nothing, and a device has one login.
  const alone = before !== undefined && before === after;
  if (alone) await step("the same device again", () => bad(amel, amel.Users.getUser(), 401));

  await step("refresh", async () => {
    const before = phone.saved.at(-1);
    const { accessToken, refreshToken } = await good(phone.AuthProvider.refresh("email", before));
    assert.ok(accessToken && refreshToken !== before);
    assert.equal(phone.saved.at(-1), refreshToken);
    await good(phone.Users.getUser());
  });
  if (phone.AuthProvider.getActiveSessionsByMarker) {
    await step("see where one is signed in", async () => {
      const devices = await good(phone.AuthProvider.getActiveSessionsByMarker("email"));
      assert.equal(devices.length, alone ? 1 : 2);
      for (const { deviceInfo } of devices) assert.ok(deviceInfo.os && deviceInfo.browser && deviceInfo.location);
    });
  }
  await step("sign out here only", async () => {
    const token = phone.saved.at(-1);
    assert.equal(await good(phone.AuthProvider.logout("email", token)), true);
    assert.equal(phone.saved.at(-1), "");
    await bad(phone, phone.Users.getUser(), 401);
    await bad(phone, phone.AuthProvider.refresh("email", token), 401);
    if (!alone) await good(amel.Users.getUser());
  });
  if (!phone.AuthProvider.logoutAll) return;
  await step("sign out everywhere", async () => {
    const tablet = shop(mode);
    await signIn(tablet, amel.email);
    assert.equal(await good(tablet.AuthProvider.logoutAll("email")), true);
    await bad(amel, amel.Users.getUser(), 401);
    await bad(tablet, tablet.Users.getUser(), 401);
  });
}

const signIn = (it, email) => overheard(() => good(it.AuthProvider.auth("email", credentials(email))));

// What the SDK calls the device, if it says anything about it.
const fingerprint = ({ headers }) => JSON.parse(headers["x-device-metadata"] ?? "{}").fingerprint;

export async function profile(mode, step) {
  const amel = await signedIn(mode);
  await step("read", async () => {
    const found = await good(amel.Users.getUser());
    assert.equal(found.identifier, amel.email);
    assert.equal(found.authProviderIdentifier, "email");
    assert.equal(found.formIdentifier, "reg");
    assert.deepEqual(found.formData, [{ marker: "last_name", type: "string", value: "Benali" }]);
  });
  await step("change", async () => {
    const formData = [{ marker: "last_name", type: "string", value: "Haddad" }];
    const change = { formIdentifier: "reg", formData, state: { basket: [14] } };
    assert.equal(await good(amel.Users.updateUser(change)), true);
    const found = await good(amel.Users.getUser());
    assert.deepEqual([found.formData, found.state], [formData, { basket: [14] }]);
  });
}

export async function leaving(mode, step) {
  const archived = await signedIn(mode);
  const deleted = await signedIn(mode);
  // What archives an account was called `deleteUser` until there were two ways to leave.
  const twoWays = Boolean(archived.Users.archiveUser);
  await step("archive", async () => {
    assert.equal(await good(twoWays ? archived.Users.archiveUser() : archived.Users.deleteUser()), true);
    await gone(mode, archived);
  });
  if (!twoWays) return;
  await step("delete", async () => {
    assert.equal(await good(deleted.Users.deleteUser()), true);
    await gone(mode, deleted);
  });
}

// Whoever has left is signed in nowhere, and cannot sign in.
async function gone(mode, { email, refreshToken, ...them }) {
  await bad(them, them.Users.getUser(), 401);
  const visitor = shop(mode);
  await bad(visitor, visitor.AuthProvider.auth("email", credentials(email)), 401);
  await bad(visitor, visitor.AuthProvider.refresh("email", refreshToken), 401);
}
