// The walks through the demo's front: a page written for OneEntry, at another origin than its server.
import assert from "node:assert/strict";

import { FRONT, accessible, close, press, walk } from "./server.mjs";

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
  await page.locator(`a[href^="${FRONT}"]`).click();
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

await close();
