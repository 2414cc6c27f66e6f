// What the walks of the people of a shop share: how they come in, and the orders that they find.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { GUICHET, api, order } from "./server.mjs";

export const OFFICE = `${GUICHET}/office`;
const PASSWORD = "une phrase de passe";
const AHEAD_MS = Number(process.env.AHEAD_MS ?? 0);

// The code that an application shows for that secret (RFC 6238), by the server's clock.
function code(secret) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/\s/g, "")].map((c) => digits.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor((Date.now() + AHEAD_MS) / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// Comes in by an invitation, and looks at play money.
export async function come(page, link) {
  await page.goto(link);
  const secret = await page.locator("main .mono").innerText();
  await page.locator("#password").fill(PASSWORD);
  await page.locator("#again").fill(PASSWORD);
  await page.locator("#code").fill(code(secret));
  await page.locator("main button").click();
  assert.equal(await page.locator(".codes li").count(), 8, "recovery codes, once");
  await page.locator("a.button").click();
  await page.locator(".scope summary").click();
  await page.locator(".drop input[value=test]").check();
  await page.locator(".drop button").click();
}

// What asks for the password again is told it.
export async function prove(page) {
  if (await page.locator("#proof").count()) {
    await page.locator("#proof").fill(PASSWORD);
    await page.locator("main form button").click();
  }
}

export const payer = (phone) => ({ given_name: "Karim", family_name: "Ziani", phone, email: "karim@example.com" });
const pay = (made) => fetch(`${made.payment_url}/pay`, { method: "POST", redirect: "manual" });

// An order that the customer paid.
export async function paid(fields) {
  const made = await order({ gateway: "ocpay", ...fields });
  await pay(made);
  return api("POST", `/v1/orders/${made.id}/check`);
}

// Money that came after the order was cancelled.
export async function late(phone) {
  const made = await order({ gateway: "ocpay", amount: 650_000, payer: payer(phone) });
  await api("POST", `/v1/orders/${made.id}/cancel`);
  await pay(made);
  await api("POST", `/v1/orders/${made.id}/check`);
  return made;
}

// Posts a form as a page of the office would, whatever the page offers; its status.
export async function post(page, path, form) {
  const token = await page.locator("input[name=form_token]").first().getAttribute("value");
  const answer = await page.request.post(`${OFFICE}${path}`, { form: { form_token: token, ...form }, maxRedirects: 0 });
  return answer.status();
}
