// What a script can do to the server that it runs against, by its test's addresses and the sandbox's:
// let time pass, count rows, read mail, pay.
import assert from "node:assert/strict";

import { CONTROL, SANDBOX } from "./sdk.mjs";

async function ask(method, url) {
  const answer = await fetch(url, { method, redirect: "manual" });
  assert.ok(answer.status < 400, `${method} ${url}: ${answer.status} ${await answer.clone().text()}`);
  return answer;
}

// Lets time pass, and what is due by then be done.
export const pass = (seconds) => ask("POST", `${CONTROL}/pass?seconds=${seconds}`);

// How many rows each table has.
export const census = async () => (await ask("GET", `${CONTROL}/census`)).json();

// Where customers go who have paid, from now on.
export const returnTo = (url) => ask("POST", `${CONTROL}/return_to?url=${encodeURIComponent(url)}`);

// Presses a button of the gateway's page at that address, and lets Guichet ask what came of it.
export async function press(paymentUrl, action) {
  await ask("POST", `${paymentUrl}/${action}`);
  await pass(30);
}

// So many looks at the outbox, and a mail that has not come by then will not.
const LOOKS = 3000;
const read = new Map();

// The mails to that address, newest first.
export async function mailsFor(address) {
  const { data } = await (await ask("GET", `${SANDBOX}/sandbox/outbox`)).json();
  return data.filter(({ to }) => to === address);
}

// The code in the next mail to that address: mails are written in the background, once what they tell of
// is done.
export async function codeFor(address) {
  const seen = read.get(address) ?? 0;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const mails = await mailsFor(address);
    if (mails.length > seen) {
      read.set(address, mails.length);
      const code = mails[0].text.match(/\b\d{6}\b/);
      assert.ok(code, `no code in: ${mails[0].text}`);
      return code[0];
    }
  }
  return assert.fail(`no mail to ${address}`);
}
