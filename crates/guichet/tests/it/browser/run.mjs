// Every walk, one after the other; exits with 1 when one went wrong.
import assert from "node:assert/strict";

import { FRANCS, GUICHET, SANDBOX, accessible, choose, close, order, press, read, walk } from "./server.mjs";

const good = (page) => page.locator(".state.good").waitFor();

async function paid(id) {
  assert.equal((await read(id)).status, "paid");
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : ", without JavaScript";

  await walk(`pays and comes back${how}`, { javaScriptEnabled }, async (page) => {
    const { id, checkout_url } = await order();
    await choose(page, checkout_url);
    await press(page, "pay");
    await page.waitForURL(`${GUICHET}/status/**`);
    if (javaScriptEnabled) {
      await good(page);
    } else {
      await untilGood(page);
    }
    await paid(id);
  });

  await walk(`is declined, tries again, pays${how}`, { javaScriptEnabled }, async (page) => {
    const { id, checkout_url, status_url } = await order();
    await choose(page, checkout_url);
    await press(page, "decline");
    await page.goto(status_url);
    await page.locator("main form button").click();
    await page.locator(".state.bad").waitFor();
    await page.locator("a.button").first().click();
    await page.waitForURL(`${GUICHET}/checkout/**`);
    await page.getByLabel("OCPay").check();
    await page.locator("main form button").click();
    await press(page, "pay");
    await page.waitForURL(`${GUICHET}/status/**`);
    if (javaScriptEnabled) {
      await good(page);
    } else {
      await untilGood(page);
    }
    await paid(id);
  });
}

// Without JavaScript the page reloads itself; a customer who presses Check is faster.
async function untilGood(page) {
  while (!(await page.locator(".state.good").count())) {
    await page.locator("main form button").click();
    await page.waitForLoadState();
  }
}

await walk("sees the status change without a click", {}, async (page) => {
  const { checkout_url, status_url } = await order();
  await choose(page, checkout_url);
  await page.waitForURL(`${SANDBOX}/pay/**`);
  const link = page.url();
  await page.goto(status_url);
  await page.locator(".state.wait").waitFor();
  await page.evaluate(() => { window.sameDocument = true; });
  await fetch(`${link}/pay`, { method: "POST", redirect: "manual" });
  await good(page);
  assert.equal(await page.evaluate(() => window.sameDocument), true, "the page was loaded anew");
});

for (const [locale, lang, dir] of [["fr-DZ", "fr", "ltr"], ["ar-DZ", "ar", "rtl"], ["en-GB", "en", "ltr"]]) {
  await walk(`reads ${lang}, ${dir}`, { locale }, async (page) => {
    const { checkout_url, status_url } = await order({ title: "Semoule 5 kg — سميد" });
    for (const url of [checkout_url, status_url]) {
      const answer = await page.goto(url);
      const html = page.locator("html");
      assert.deepEqual([await html.getAttribute("lang"), await html.getAttribute("dir")], [lang, dir]);
      const bytes = (await answer.body()).length;
      assert.ok(bytes < 15 * 1024, `${bytes} bytes`);
      const others = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
      assert.deepEqual(others.filter((name) => !name.startsWith("data:") && !name.endsWith("/live")), []);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wider, false, "it scrolls sideways");
      await accessible(page);
    }
  });
}

await walk("reads on a narrow phone", { viewport: { width: 320, height: 568 } }, async (page) => {
  const title = "Encyclopédie-illustrée-en-douze-volumes-reliés-cuir-édition-du-centenaire";
  const { checkout_url, status_url } = await order({ title });
  for (const url of [checkout_url, status_url]) {
    await page.goto(url);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wider, false, "it scrolls sideways");
  }
});

await walk("pays by keyboard alone", {}, async (page) => {
  const { id, checkout_url } = await order();
  await page.goto(checkout_url);
  await tabTo(page, "button");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${SANDBOX}/pay/**`);
  await tabTo(page, "button");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${GUICHET}/status/**`);
  await good(page);
  await paid(id);
});

// Presses Tab until the focus is on such an element, and sees that the focus shows.
async function tabTo(page, selector) {
  for (let pressed = 0; pressed < 20; pressed += 1) {
    await page.keyboard.press("Tab");
    const focus = page.locator("*:focus");
    if (await focus.count() && await focus.evaluate((element, selector) => element.matches(selector), selector)) {
      const shown = await focus.evaluate((element) => getComputedStyle(element).outlineStyle !== "none");
      assert.ok(shown, "the focus does not show");
      return;
    }
  }
  assert.fail(`no ${selector} within 20 tabs`);
}

for (const javaScriptEnabled of [true, false]) {
  const options = { javaScriptEnabled, locale: "fr-CI", tolerated: "422", viewport: { width: 320, height: 568 } };
  await walk(`gives the phone that a gateway asks for, ${javaScriptEnabled ? "with" : "without"} JavaScript`, options, async (page) => {
    const { id, checkout_url } = await order({ currency: "XOF", amount: 2500 }, FRANCS);
    await page.goto(checkout_url);
    const phone = page.getByLabel("Numéro de téléphone");
    assert.equal(await phone.isVisible(), false, "the first way to pay needs no phone");
    await page.locator("label:has(+ .asks) input").check();
    await phone.fill("07 00 00 01");
    await page.locator("main form button").click();
    const wrong = page.locator(".asks .bad");
    await wrong.waitFor();
    assert.match(await wrong.innerText(), /ne peut pas exister.*\+225.*10 chiffres/);
    assert.equal(await phone.inputValue(), "07 00 00 01");
    if (javaScriptEnabled) {
      await accessible(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, "it scrolls sideways");
    }
    await phone.fill("٠٧ ٠١ ٠٢ ٠٣ ٠٤");
    await page.locator("main form button").click();
    await page.waitForURL(`${SANDBOX}/pay/**`);
    const { payer, payments } = await read(id, FRANCS);
    assert.deepEqual([payer.phone, payments[0].gateway], ["+2250701020304", "novasend"]);
  });
}

await walk("pays at the door", {}, async (page) => {
  const { checkout_url } = await order();
  await choose(page, checkout_url, "Cash");
  await page.waitForURL(`${GUICHET}/status/**`);
  await page.locator(".state.wait").waitFor();
});

await walk("every state is accessible", {}, async (page) => {
  for (const tag of ["[paid]", "[declined]"]) {
    const { status_url } = await order({ title: `Livre ${tag}`, gateway: "ocpay" });
    await page.goto(status_url);
    const check = page.locator("main form button");
    if (await check.count()) await check.click();
    await page.locator(".state.good, .state.bad").waitFor();
    await accessible(page);
  }
});

await walk("the vendor's own guide, against the sandbox", {}, async (page) => {
  const headers = { "content-type": "application/json", "x-access-token": "sk_sandbox_guide" };
  const made = await fetch(`${SANDBOX}/v3/ocpay/createLink`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      productInfo: { title: "Order 1", amount: 2500 },
      redirectUrl: `${GUICHET}/docs`,
    }),
  });
  const link = (await made.json()).data;
  await page.goto(link.paymentUrl);
  await page.locator('button[formaction$="/pay"]').click();
  await page.waitForURL(`${GUICHET}/docs*`);
  const checked = await fetch(`${SANDBOX}/v3/ocpay/checkPayment/${link.paymentRef}`, { headers });
  assert.equal((await checked.json()).data.status, "CONFIRMED");
});

for (const [width, colorScheme] of [[360, "light"], [1280, "dark"]]) {
  const viewport = { width, height: 800 };
  await walk(`reads the API reference at ${width}`, { viewport, colorScheme }, async (page) => {
    await page.goto(`${GUICHET}/docs`);
    const path = page.getByText("/v1/orders", { exact: true }).and(page.locator(":visible"));
    await path.first().waitFor();
    if (width < 1024) {
      await page.locator("#post-\\/v1\\/orders .endpoint-head").click();
    }
    // An example of the body and one of the answer, made from the schema.
    await page.getByText("ORD-2026-000123").and(page.locator(":visible")).first().waitFor();
    const others = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(others.filter((name) => new URL(name).origin !== new URL(GUICHET).origin && !name.startsWith("data:")), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, "it scrolls sideways");
  });
}

await close();
