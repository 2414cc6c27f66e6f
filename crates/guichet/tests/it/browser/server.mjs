// What every walk needs: the browser, the shop's API, and pages that watch themselves: no error on
// the console, no violated policy, no request to anywhere else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const { FRANCS, GUICHET, SANDBOX, FRONT, KEY, TEST_TOOLS } = process.env;
const load = createRequire(join(TEST_TOOLS, "package.json"));
const { chromium } = load("playwright-core");
const axe = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
export const close = () => browser.close();

let count = 0;

// Makes an order and returns it, by the shop of that key.
export async function order(fields = {}, key = KEY) {
  count += 1;
  const body = { reference: `walk-${process.pid}-${count}`, amount: 250000, currency: "DZD", title: "Livre", ...fields };
  return api("POST", "/v1/orders", body, key);
}

// Reads the order as the shop sees it.
export const read = (id, key = KEY) => api("GET", `/v1/orders/${id}`, undefined, key);

export async function api(method, path, body, key = KEY) {
  const answer = await fetch(GUICHET + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return text && JSON.parse(text);
}

// Lets a customer walk: a page in that language, watched until the walk ends. What is `tolerated` may
// stand on the console, where browsers write every answer of 401; `elsewhere` is an origin that it may lead to.
export async function walk(name, { tolerated, elsewhere, ...options }, steps) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  page.scriptless = options.javaScriptEnabled === false;
  page.setDefaultTimeout(60_000);
  const wrong = [];
  page.on("console", (message) => {
    if (tolerated && message.text().includes(tolerated)) return;
    if (["error", "warning"].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    const front = FRONT && new URL("/", FRONT).href;
    const own = [GUICHET, SANDBOX, front, elsewhere, "data:", "shopapp:"].some((start) => start && url.startsWith(start));
    if (!own) wrong.push(`request to ${url}`);
  });
  try {
    await steps(page);
    assert.deepEqual(wrong, []);
    console.log(`good  ${name}`);
  } catch (error) {
    console.error(`WRONG ${name}\n${error.stack}\n${wrong.join("\n")}\nat ${page.url()}\n${await seen(page)}`);
    process.exitCode = 1;
  } finally {
    await context.close();
  }
}

const seen = (page) => page.locator("body").innerText({ timeout: 2000 }).catch(() => "(no page)");

// Asks axe-core; every violation is an error.
export async function accessible(page) {
  if (page.scriptless) return accessibleCopy(page);
  // The pages' policy forbids foreign scripts, so axe comes in through the debugger's door.
  const session = await page.context().newCDPSession(page);
  const evaluate = async (expression) => {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", asked);
    assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
    return result.value;
  };
  if (!(await evaluate("typeof axe === 'object'"))) await evaluate(`${axe};0`);
  const found = await evaluate(`axe.run(document,{resultTypes:["violations"]}).then((found)=>JSON.stringify(found.violations))`);
  await session.detach();
  const violations = JSON.parse(found).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  assert.deepEqual(violations, []);
}

// Without scripts there are no timers, which axe needs: it looks at the same page in a browser that has them.
async function accessibleCopy(page) {
  const context = await browser.newContext({ viewport: page.viewportSize() });
  try {
    const copy = await context.newPage();
    await copy.setContent(await page.content());
    await accessible(copy);
  } finally {
    await context.close();
  }
}

// From the checkout page to the sandbox's page, by the account with that label.
export async function choose(page, url, label = "OCPay") {
  await page.goto(url);
  await page.getByLabel(label, { exact: false }).first().check();
  await page.locator("main form button").click();
}

// On the sandbox's page, presses a button.
export async function press(page, action) {
  await page.waitForURL(`${SANDBOX}/pay/**`);
  await page.locator(`button[formaction$="/${action}"]`).click();
}
