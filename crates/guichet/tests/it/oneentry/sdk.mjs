// The SDK as a shop uses it, with two listeners beside it that change nothing: one hears which of its
// methods answered, the other what went over the wire.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

export const { VERSION, GUICHET, SANDBOX, CONTROL, DINARS, DOLLARS, TEST_TOOLS } = process.env;
const load = createRequire(join(TEST_TOOLS, "package.json"));
const { defineOneEntry } = load(`oneentry-${VERSION.replaceAll(".", "-")}`);

const SETTINGS = {
  default: {},
  shell: { errors: { isShell: true } },
  reject: { errors: { isShell: false } },
  strict: { validation: { enabled: true, strictMode: true, logErrors: false } },
};
const ERRORS = { shell: "resolve", reject: "reject" };

// Whether errors come as answers in that mode; the default of this version is the test's to know.
export const resolvesErrors = (mode) => (ERRORS[mode] ?? process.env.ERRORS) === "resolve";

// Everything that went over the wire, oldest first.
export const wire = [];

const plainFetch = globalThis.fetch;
globalThis.fetch = async (url, options = {}) => {
  // The SDK changes its headers for the next try.
  const headers = { ...options.headers };
  const answer = await plainFetch(url, options);
  if (String(url).startsWith(GUICHET)) {
    const { method = "GET", body } = options;
    const path = String(url).slice(GUICHET.length);
    wire.push({ method, path, headers, sent: body, status: answer.status, text: await answer.clone().text() });
  }
  return answer;
};

// What went over the wire while something ran.
export async function overheard(run) {
  const from = wire.length;
  await run();
  return wire.slice(from);
}

// Which methods answered, until somebody asks.
const answered = new Set();
export function whatAnswered() {
  const methods = [...answered];
  answered.clear();
  return methods;
}

// A shop: the SDK, set up as that mode says and with what is given here, and the refresh tokens that it
// was told to save.
export function shop(mode, { url = GUICHET, token = DINARS, auth, ...config } = {}) {
  const saved = [];
  const saving = { saveFunction: (token) => saved.push(token), ...auth };
  const api = defineOneEntry(url, { token, ...SETTINGS[mode], ...config, auth: saving });
  const modules = Object.entries(api).map(([module, methods]) => [module, heard(module, methods)]);
  return { ...Object.fromEntries(modules), mode, saved };
}

function heard(module, methods) {
  const get = (target, name) => {
    const method = target[name];
    if (!ownMethods(target).includes(name)) return method;
    return (...args) => {
      const answer = method.apply(target, args);
      const hear = (said) => { if (!isTrouble(said)) answered.add(`${module}.${name}`); };
      if (answer instanceof Promise) answer.then(hear, () => {});
      return answer;
    };
  };
  return new Proxy(methods, { get });
}

const ownMethods = (module) =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(module)).filter((name) => name !== "constructor");

// Every method that this version has, such as `Orders.createOrder`.
export function everyMethod() {
  const api = defineOneEntry(GUICHET, { token: DINARS });
  return Object.entries(api).flatMap(([module, methods]) =>
    ownMethods(methods).map((name) => `${module}.${name}`));
}

const isTrouble = (said) =>
  said instanceof Error || (said !== null && typeof said === "object" && "statusCode" in said);

// The first of these methods that this version has, called: some were renamed on the way.
export function either(module, names, ...args) {
  const name = names.find((name) => typeof module[name] === "function");
  assert.ok(name, `none of ${names}`);
  return module[name](...args);
}

// The answer of a call that must go well.
export async function good(call) {
  const { said, arrived } = await settled(call);
  assert.equal(arrived, "resolve", describe(said));
  assert.ok(!isTrouble(said), describe(said));
  return said;
}

// The error of a call that must go wrong: in OneEntry's shape, and on the way that this mode has for
// errors. `resolves` is for what the SDK resolves in every mode, such as the second answer after a refresh.
export async function bad(shop, call, statusCode, says = /./, { resolves = false } = {}) {
  const { said, arrived } = await settled(call);
  assert.equal(said?.statusCode, statusCode, describe(said));
  assert.match(said.message, says);
  assert.equal(said.pageData, null);
  assert.equal(new Date(said.timestamp).toISOString(), said.timestamp);
  const wanted = resolves || resolvesErrors(shop.mode) ? "resolve" : "reject";
  assert.equal(arrived, wanted, `errors of the mode ${shop.mode}`);
  return said;
}

// What became of a call, whichever way it came.
export async function settled(call) {
  try {
    return { said: await call, arrived: "resolve" };
  } catch (said) {
    return { said, arrived: "reject" };
  }
}

export const describe = (said) => (said instanceof Error ? said.stack : JSON.stringify(said));
