// Every page in every language, by day and by night, on narrow phones and on desktops: nothing that keeps people
// out, nothing to scroll sideways for, and small. With SHOTS set, their pictures are left in that folder.
import assert from "node:assert/strict";

import { GUICHET, SANDBOX, accessible, api, close, order, walk } from "./server.mjs";

const { SHOTS } = process.env;
const press = (payment, action) => fetch(`${payment}/${action}`, { method: "POST", redirect: "manual" });
const check = ({ id }) => api("POST", `/v1/orders/${id}/check`);
const items = [
  { name: "Encyclopédie illustrée en douze volumes reliés cuir", quantity: 12, unit_amount: 20000 },
  { name: "Livraison", quantity: 1, unit_amount: 10000 },
];
const back = { return_url: "https://shop.example/thanks" };

async function held(fields, action) {
  const made = await order({ gateway: "ocpay", ...fields });
  if (action) {
    await press(made.payment_url, action);
    await check(made);
  }
  return made;
}

const PAGES = {
  checkout: async () => (await order({ items })).checkout_url,
  home: () => `${GUICHET}/`,
  missing: () => `${GUICHET}/status/nothing`,
  unpaid: async () => (await order(back)).status_url,
  waiting: async () => (await held(back)).status_url,
  by_hand: async () => (await order({ gateway: "cash", ...back })).status_url,
  declined: async () => (await held(back, "decline")).status_url,
  paid: async () => (await held({}, "pay")).status_url,
  going: async () => (await held(back, "pay")).status_url,
  cancelled: async () => {
    const { id, status_url } = await order();
    await api("POST", `/v1/orders/${id}/cancel`);
    return status_url;
  },
};

for (const [name, address] of Object.entries(PAGES)) {
  await walk(`looks at ${name}`, { tolerated: "404" }, async (page) => {
    const url = await address();
    for (const lang of ["fr", "ar", "en"]) {
      const answer = await page.goto(`${url}?lang=${lang}`);
      // What goes on by itself stays for the picture.
      await page.evaluate(() => { for (let id = 0; id < 10_000; id += 1) clearInterval(id); });
      const bytes = (await answer.body()).length;
      assert.ok(bytes <= 15_000, `${name} ${lang}: ${bytes} bytes`);
      assert.equal(await page.locator("html").getAttribute("lang"), lang);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const width of [320, 360, 1280]) {
          await page.setViewportSize({ width, height: width < 1000 ? 720 : 800 });
          const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
          assert.equal(wider, false, `${name} ${lang} ${colorScheme} ${width}: it scrolls sideways`);
          await accessible(page);
          if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${lang}-${colorScheme}-${width}.png`, fullPage: true });
        }
      }
    }
  });
}

await walk("prints a receipt", {}, async (page) => {
  const { status_url } = await held({}, "pay");
  await page.goto(status_url);
  await page.emulateMedia({ media: "print" });
  for (const hidden of ["#more", "footer"]) assert.equal(await page.locator(hidden).isVisible(), false, hidden);
  for (const shown of ["svg.qr", "dl", "h1"]) assert.equal(await page.locator(shown).first().isVisible(), true, shown);
  if (SHOTS) await page.pdf({ path: `${SHOTS}/receipt.pdf`, format: "A5" });
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/receipt-print.png`, fullPage: true });
});

await close();
