// The walks through the demo's front: a page written for OneEntry, at another origin than its server.
import assert from "node:assert/strict";

import { FRONT, GUICHET, SANDBOX, accessible, close, press, walk } from "./server.mjs";

const PHONE = { viewport: { width: 375, height: 720 }, locale: "fr-DZ" };

// What is not there yet is awaited by the heading that comes with it.
const heading = (page, name) => page.getByRole("heading", { name, level: 1 }).waitFor();

async function fits(page) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wider, false, "it scrolls sideways");
  await accessible(page);
}

async function signUp(page, email) {
  await heading(page, "Créer un compte");
  await page.getByLabel("Adresse e-mail").fill(email);
  await page.getByLabel("Mot de passe").fill("sous le grand figuier");
  await page.getByLabel("Prénom").fill("Amel");
  await page.getByLabel("Nom", { exact: true }).fill("Benali");
  await fits(page);
  await page.getByRole("button", { name: "Créer mon compte" }).click();
}

async function order(page, account) {
  await page.getByLabel("Téléphone").fill("+213550000001");
  await page.getByLabel("Adresse").fill("12 rue des Frères Bouadou");
  await page.getByLabel("Ville").fill("Alger");
  await page.getByLabel(account).check();
  await fits(page);
  await page.getByRole("button", { name: "Commander et payer" }).click();
}

await walk("signs up at the front, orders, pays, and sees it completed", PHONE, async (page) => {
  await page.goto(FRONT);
  await page.getByRole("button", { name: "Ajouter au panier : Dattes" }).click();
  await page.getByRole("button", { name: "Ajouter au panier : Semoule" }).click();
  await fits(page);
  await page.getByRole("link", { name: "Panier 2" }).click();
  await heading(page, "Votre panier");
  await fits(page);
  await page.getByRole("link", { name: "Créer un compte" }).click();
  await signUp(page, "phone@example.com");
  await heading(page, "Votre panier");
  await page.locator(".total", { hasText: "2 200 DA" }).waitFor();
  await order(page, "Carte CIB");
  await press(page, "pay");
  await page.locator(".state.good").waitFor();
  // The page goes on to the shop by itself.
  await heading(page, "Vos commandes");
  await page.locator('.order[data-status="sent"]', { hasText: "Payée et expédiée" }).waitFor();
  await fits(page);
});

await walk("pays at the door, signs out, and comes back", PHONE, async (page) => {
  await page.goto(`${FRONT}#compte`);
  await signUp(page, "door@example.com");
  await heading(page, "La boutique");
  await page.getByRole("button", { name: "Ajouter au panier : Miel" }).click();
  await page.getByRole("link", { name: "Panier 1" }).click();
  await order(page, "Espèces");
  await heading(page, "Vos commandes");
  await page.locator('.order[data-status="waiting"]', { hasText: "rien d’autre à faire" }).waitFor();
  await page.getByRole("link", { name: "Compte" }).click();
  await page.getByText("door@example.com").waitFor();
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await heading(page, "La boutique");
  await page.goto(`${FRONT}#connexion`);
  await page.getByLabel("Adresse e-mail").fill("door@example.com");
  await page.getByLabel("Mot de passe").fill("sous le grand figuier");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await heading(page, "La boutique");
  await page.getByRole("link", { name: "Commandes" }).click();
  await page.locator('.order[data-status="waiting"]').waitFor();
});

const EXPIRED = { ...PHONE, tolerated: "401 (Unauthorized)" };
await walk("notices nothing when the access token expires", EXPIRED, async (page) => {
  await page.goto(`${FRONT}#compte`);
  await signUp(page, "later@example.com");
  await heading(page, "La boutique");
  await page.request.post(new URL("/avancer", FRONT).href, { maxRedirects: 0 });
  await page.getByRole("link", { name: "Compte" }).click();
  await page.getByText("later@example.com").waitFor();
  await page.getByText("En coulisses").click();
  await page.locator("#calls li", { hasText: "401 GET /users/me" }).waitFor();
  await page.locator("#calls li", { hasText: "200 GET /users/me" }).waitFor();
});

await walk("says no to a wrong password, and nothing more", EXPIRED, async (page) => {
  await page.goto(`${FRONT}#connexion`);
  await page.getByLabel("Adresse e-mail").fill("nobody@example.com");
  await page.getByLabel("Mot de passe").fill("not this one");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("alert").filter({ hasText: "ne vont pas ensemble" }).waitFor();
  await fits(page);
});

await walk("reads the front in the dark, on a narrow phone", { viewport: { width: 320, height: 568 }, colorScheme: "dark" }, async (page) => {
  for (const place of ["#produits", "#panier", "#commandes", "#compte", "#connexion"]) {
    await page.goto(FRONT + place);
    await page.locator("main:not([aria-busy]) h1").waitFor();
    await fits(page);
  }
});

const WORDS = {
  fr: { locale: "fr-DZ", dir: "ltr", shop: "La boutique", basket: "Votre panier", dates: "Dattes", buy: "Acheter", home: "Paiements en ligne" },
  ar: { locale: "ar-DZ", dir: "rtl", shop: "المتجر", basket: "سلتك", dates: "تمور", buy: "اشترِ", home: "الدفع عبر الإنترنت" },
  en: { locale: "en-GB", dir: "ltr", shop: "The shop", basket: "Your basket", dates: "Deglet Nour dates", buy: "Buy", home: "Online payments" },
};
const SHOP = new URL("/", FRONT).href;

async function speaks(page, lang) {
  const html = page.locator("html");
  assert.deepEqual([await html.getAttribute("lang"), await html.getAttribute("dir")], [lang, WORDS[lang].dir]);
}

for (const [lang, { locale, shop, basket, dates, buy, home }] of Object.entries(WORDS)) {
  await walk(`both shops and the home page speak ${lang}`, { locale, viewport: { width: 360, height: 720 } }, async (page) => {
    await page.goto(FRONT);
    await heading(page, shop);
    await speaks(page, lang);
    await page.getByRole("button", { name: dates }).click();
    await fits(page);
    await page.goto(`${FRONT}#panier`);
    await heading(page, basket);
    await fits(page);
    await page.goto(SHOP);
    await speaks(page, lang);
    await fits(page);
    await page.getByRole("button", { name: `${buy} : ${dates}` }).click();
    await page.waitForURL(`${GUICHET}/checkout/**`);
    await speaks(page, lang);
    await page.goto(GUICHET);
    await heading(page, home);
    await speaks(page, lang);
    await fits(page);
  });
}

await walk("a language that was chosen stays", { locale: "en-GB" }, async (page) => {
  await page.goto(FRONT);
  await page.getByRole("button", { name: "العربية" }).click();
  await heading(page, WORDS.ar.shop);
  await page.reload();
  await heading(page, WORDS.ar.shop);
  await page.goto(SHOP);
  await page.getByRole("link", { name: "العربية" }).click();
  await page.goto(SHOP);
  await speaks(page, "ar");
  await page.getByRole("button", { name: WORDS.ar.dates }).click();
  await page.waitForURL(`${GUICHET}/checkout/**`);
  await speaks(page, "ar");
});

for (const width of [320, 1280]) {
  await walk(`no picture covers a name at ${width} pixels`, { locale: "fr-DZ", viewport: { width, height: 900 } }, async (page) => {
    await page.goto(FRONT);
    await heading(page, WORDS.fr.shop);
    const covered = await page.locator(".product").evaluateAll((cards) => cards.filter((card) => {
      const [picture, name] = ["img", "h2"].map((selector) => card.querySelector(selector).getBoundingClientRect());
      return picture.left < name.right && name.left < picture.right && picture.top < name.bottom && name.top < picture.bottom;
    }).length);
    assert.equal(covered, 0);
  });
}

await walk("the sandbox's page is read on a narrow phone", { viewport: { width: 320, height: 568 } }, async (page) => {
  await page.goto(SANDBOX);
  await fits(page);
  const squeezed = await page.locator("td").evaluateAll((cells) =>
    cells.filter((cell) => cell.innerText.length > 12 && cell.getBoundingClientRect().width < 90).map((cell) => cell.innerText));
  assert.deepEqual(squeezed, []);
});

await close();
