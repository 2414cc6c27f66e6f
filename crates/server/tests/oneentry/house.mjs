// What a script can do to the house that it runs in, by its test's doors and the sandbox's: let time
// pass, count rows, read mail, pay.
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

// Presses a button of the sandbox's page at that address.
export const press = (paymentUrl, action) => ask("POST", `${paymentUrl}/${action}`);

// The code in the newest mail to that address.
export async function codeFor(address) {
  await pass(0);
  const { data } = await (await ask("GET", `${SANDBOX}/sandbox/outbox`)).json();
  const mail = data.find(({ to }) => to === address);
  assert.ok(mail, `no mail to ${address}`);
  const code = mail.text.match(/\b\d{6}\b/);
  assert.ok(code, `no code in: ${mail.text}`);
  return code[0];
}

// How many mails that address was sent.
export async function mailsFor(address) {
  await pass(0);
  const { data } = await (await ask("GET", `${SANDBOX}/sandbox/outbox`)).json();
  return data.filter(({ to }) => to === address).length;
}
