// The demo's story of one payment, clicked through to its fourth step in each language, and the page of the merchant at the
// sandbox, where a fault is armed by a click.
import assert from "node:assert/strict";

import { SANDBOX, accessible, close, press, walk } from "./server.mjs";

const { STORY } = process.env;
const PHONE = { viewport: { width: 360, height: 720 } };

async function fits(page) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 720 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wider, false, `${page.url()} scrolls sideways at ${width}`);
    await accessible(page);
  }
}

const steps = (page, done) => page.locator(`ol[data-done="${done}"]`).waitFor();

for (const lang of ["fr", "ar", "en"]) {
  await walk(`follows the story in ${lang}`, PHONE, async (page) => {
    await page.goto(`${STORY}?lang=${lang}`);
    await steps(page, 0);
    await fits(page);
    await page.locator("li.now button").click();
    await steps(page, 1);
    await fits(page);
    await page.locator("li.now a.button").click();
    await page.locator("form[method=post] button").first().click();
    await press(page, "pay");
    await page.locator(`a[href^="${STORY}/"]`).first().click();
    await steps(page, 4);
    await fits(page);
    assert.equal(await page.locator("li.done").count(), 4);
    assert.ok(await page.locator("li.done", { hasText: "order.paid" }).count(), "what happened inside is told");
  });
}

await walk("arms a fault for one merchant by a click, and drops it", PHONE, async (page) => {
  await page.goto(`${SANDBOX}/`);
  await fits(page);
  await page.locator('a[href^="/merchants/ocpay/"]').first().click();
  await page.locator("details summary").first().click();
  await fits(page);
  await page.getByLabel("Fault").selectOption("wrong_amount");
  await page.getByLabel("Times").fill("3");
  await page.getByRole("button", { name: "Arm the fault" }).click();
  await page.getByText("3 ×").waitFor();
  await fits(page);
  await page.getByRole("button", { name: "Drop them all" }).click();
  await page.getByText("None: every call is answered as it should be.").waitFor();
});

await close();
