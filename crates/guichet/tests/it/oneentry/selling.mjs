// What a shop shows before anybody orders: its languages, its forms, its products.
import assert from "node:assert/strict";

import { GUICHET, bad, good, overheard, shop } from "./sdk.mjs";

const ids = (products) => products.map(({ id }) => id).sort((a, b) => a - b);

export async function catalogue(mode, step) {
  const visitor = shop(mode);
  const { Products } = visitor;

  await step("everything that is for sale", async () => {
    const { items, total } = await good(Products.getProducts());
    assert.equal(total, 3);
    assert.deepEqual(ids(items), [1, 2, 14]);
    const lamp = items.find(({ id }) => id === 14);
    assert.equal(lamp.price, 340);
    assert.equal(lamp.localizeInfos.title, "Lamp");
    assert.equal(lamp.sku, "LAMP-14");
    assert.equal(lamp.statusIdentifier, "in_stock");
    assert.equal(lamp.attributeValues.watts.value, 7);
    assert.equal(lamp.attributeValues.colour.value, "red");
  });

  await step("page by page, in another language", async () => {
    const { items, total } = await good(Products.getProducts([], "fr_FR", { limit: 2, offset: 1 }));
    assert.equal(total, 3);
    assert.equal(items.length, 2);
    const titles = items.map(({ localizeInfos }) => localizeInfos.title);
    assert.ok(titles.every((title) => ["Lampe", "Table basse", "Chaise"].includes(title)), `${titles}`);
  });

  await step("what a filter lets through", async () => {
    const cheap = [{ attributeMarker: "price", conditionMarker: "lth", conditionValue: 1000 }];
    const { items, total } = await good(Products.getProducts(cheap));
    assert.deepEqual([ids(items), total], [[2, 14], 2]);
    const { items: waiting } = await good(Products.getProducts([{ statusMarker: "on_order" }]));
    assert.deepEqual(ids(waiting), [2]);
  });

  await step("one", async () => {
    const lamp = await good(Products.getProductById(14));
    assert.equal(lamp.price, 340);
    assert.equal((await good(Products.getProductById(14, "fr_FR"))).localizeInfos.title, "Lampe");
    await bad(visitor, Products.getProductById(99), 404);
    await bad(visitor, Products.getProductById(3), 404);
  });

  await step("some", async () => {
    const some = await good(Products.getProductsByIds("14,2,3"));
    assert.deepEqual(ids(some), [2, 14]);
  });

  if (Products.getProductsCount) {
    await step("how many", async () => {
      assert.equal((await good(Products.getProductsCount())).totalAll, 3);
      const cheap = [{ attributeMarker: "price", conditionMarker: "lth", conditionValue: 1000 }];
      assert.equal((await good(Products.getProductsCount(cheap))).totalAll, 2);
    });
  }

  await step("by name", async () => {
    const found = await good(Products.searchProduct("lam"));
    assert.deepEqual(ids(found), [14]);
    assert.deepEqual(await good(Products.searchProduct("nothing")), []);
  });
}

export async function forms(mode, step) {
  const visitor = shop(mode);
  await step("list them", async () => {
    const { items, total } = await good(visitor.Forms.getAllForms());
    assert.equal(total, 2);
    assert.deepEqual(items.map(({ identifier }) => identifier), ["reg", "order"]);
  });
  await step("find one", async () => {
    const form = await good(visitor.Forms.getFormByMarker("order", "fr_FR"));
    assert.equal(form.localizeInfos.title, "Commande");
    const fields = Object.values(form.attributes);
    assert.deepEqual(fields.map(({ marker }) => marker), ["name", "phone", "address"]);
    assert.equal(fields[0].localizeInfos.title, "Nom");
    assert.equal(typeof form.attributeSetId, "number");
    await bad(visitor, visitor.Forms.getFormByMarker("nobody"), 404);
  });
}

export async function locales(mode, step) {
  await step("list them", async () => {
    const all = await good(shop(mode).Locales.getLocales());
    assert.deepEqual(all.map(({ code, nativeName }) => [code, nativeName]), [
      ["en_US", "English"],
      ["fr_FR", "Français"],
    ]);
  });
}

// Addresses as shops write them.
export async function addresses(mode, step) {
  await step("a slash at the end of the project's address", async () => {
    const { Locales } = shop(mode, { url: `${GUICHET}/` });
    const [{ path }] = await overheard(() => good(Locales.getLocales()));
    assert.equal(path, "/api/content/locales/active/all");
  });
  await step("a key of nobody", async () => {
    const stranger = shop(mode, { token: "nobody" });
    await bad(stranger, stranger.Locales.getLocales(), 403);
    // What the SDK sends for a key that is undefined.
    const forgetful = shop(mode, { token: "undefined" });
    await bad(forgetful, forgetful.Products.getProductById(14), 403);
  });
}
