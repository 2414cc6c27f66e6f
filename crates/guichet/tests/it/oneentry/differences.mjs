// What a version of the SDK does otherwise than others, seen from outside: what its types expect of a list of forms, and
// which fingerprint two phones of one kind give.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { sayOf } from "./report.mjs";
import { GUICHET, TEST_TOOLS, VERSION } from "./sdk.mjs";

const load = createRequire(join(TEST_TOOLS, "package.json"));
const name = `oneentry-${VERSION.replaceAll(".", "-")}`;

// What `getAllForms` is declared to answer.
function listOfForms() {
  const types = readFileSync(join(dirname(load.resolve(name)), "forms/formsInterfaces.d.ts"), "utf8");
  const [, answer] = types.match(/getAllForms\([^)]*\): Promise<(.+?) \| IError>/);
  return /\[\]$|^Array</.test(answer) ? "a plain array" : "`{items, total}`";
}

// A phone: nothing but its storage is its own.
function phone() {
  const kept = new Map();
  const localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, String(value)),
    removeItem: (key) => kept.delete(key),
  };
  const navigator = { platform: "Linux armv8l", userAgent: "Mozilla/5.0 (Linux; Android 14)", language: "fr-FR" };
  return { localStorage, navigator, screen: { width: 360, height: 800, colorDepth: 24 } };
}

// The fingerprint that a phone of its own sends with a login. The SDK keeps nothing between two that are loaded anew.
async function fingerprint() {
  for (const path of Object.keys(load.cache)) if (path.includes(`/${name}/`)) delete load.cache[path];
  globalThis.window = phone();
  globalThis.localStorage = globalThis.window.localStorage;
  const plain = globalThis.fetch;
  let sent;
  globalThis.fetch = async (url, { headers } = {}) => {
    sent = headers["x-device-metadata"];
    return new Response("{}", { status: 200 });
  };
  try {
    const { AuthProvider } = load(name).defineOneEntry(GUICHET, { token: "pk_test_none" });
    await AuthProvider.auth("email", { authData: [] });
  } finally {
    globalThis.fetch = plain;
    delete globalThis.window;
    delete globalThis.localStorage;
  }
  return sent === undefined ? null : JSON.parse(sent).fingerprint;
}

const [one, other] = [await fingerprint(), await fingerprint()];
const same = one === null ? "sends none" : one === other ? "the same" : "another each";
sayOf("", "forms", "differs", listOfForms());
sayOf("", "phones", "differs", same);
