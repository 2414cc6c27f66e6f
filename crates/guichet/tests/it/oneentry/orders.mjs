// Orders of a customer: made, read, listed page by page, changed as long as nothing was paid, and
// asked back.
import assert from "node:assert/strict";

import { byCard, order, signedIn } from "./customers.mjs";
import { press } from "./server.mjs";
import { bad, either, good } from "./sdk.mjs";

const STORAGE = ["getOrdersStorageByMarker", "getOrderByMarker"];
const has = (module, method) => typeof module[method] === "function";

export async function storages(mode, step) {
  const amel = await signedIn(mode);
  await step("list them", async () => {
    const [orders, ...others] = await good(amel.Orders.getAllOrdersStorage());
    assert.deepEqual(others, []);
    assert.equal(orders.identifier, "orders");
    assert.equal(orders.formIdentifier, "order");
    assert.equal(orders.localizeInfos.title, "Orders");
    assert.deepEqual(orders.paymentAccountIdentifiers, [{ identifier: "cash" }, { identifier: "ocpay" }]);
  });
  await step("find one", async () => {
    const [first] = await good(amel.Orders.getAllOrdersStorage("fr_FR"));
    assert.deepEqual(await good(either(amel.Orders, STORAGE, "orders", "fr_FR")), first);
    assert.equal(first.localizeInfos.title, "Commandes");
  });
  if (!has(amel.Orders, "getAllStatusesByStorageMarker")) return;
  await step("its statuses", async () => {
    const statuses = await good(amel.Orders.getAllStatusesByStorageMarker("orders"));
    const [first, second] = statuses;
    assert.deepEqual([first.identifier, first.localizeInfos.title, first.isDefault], ["new", "New", true]);
    assert.deepEqual([second.identifier, second.isDefault], ["inProgress", false]);
  });
}

export async function orders(mode, step) {
  const amel = await signedIn(mode);
  const { Orders, Payments } = amel;
  let first;

  await step("make some", async () => {
    const made = [];
    for (const quantity of [1, 2, 3]) {
      const products = [{ productId: 14, quantity }, { productId: 2, quantity: 1 }];
      made.push(await good(Orders.createOrder("orders", order({ products }))));
    }
    assert.deepEqual(made.map(({ totalSum }) => totalSum), [1240.5, 1580.5, 1920.5]);
    assert.deepEqual(made.map(({ currency }) => currency), ["DZD", "DZD", "DZD"]);
    [first] = made;
    assert.equal(first.statusIdentifier, "new");
    assert.equal(new Set(made.map(({ id }) => id)).size, 3);
  });

  await step("read one", async () => {
    const read = await good(Orders.getOrderByMarkerAndId("orders", first.id));
    assert.equal(read.totalSum, "1240.50");
    assert.equal(read.isCompleted, false);
    assert.equal(read.createdDate, first.createdDate);
    assert.equal(read.paymentAccountIdentifier, "cash");
    assert.equal(read.statusLocalizeInfos.title, "New");
    const [lamp, chair] = read.products;
    assert.deepEqual([lamp.id, lamp.quantity, lamp.title, lamp.sku], [14, 1, "Lamp", "LAMP-14"]);
    assert.deepEqual([chair.id, chair.quantity, chair.title, chair.sku], [2, 1, "Chair", null]);
    assert.deepEqual([Number(lamp.price), Number(chair.price)], [340, 900.5]);
    assert.deepEqual(read.formData, [{ marker: "name", type: "string", value: "Christina Thomas" }]);
  });

  await step("list them page by page", async () => {
    const { items, total } = await good(Orders.getAllOrdersByMarker("orders"));
    assert.equal(total, 3);
    const one = await good(Orders.getOrderByMarkerAndId("orders", first.id));
    assert.deepEqual(items.find(({ id }) => id === first.id), one);
    const page = await good(Orders.getAllOrdersByMarker("orders", "en_US", 1, 1));
    assert.deepEqual(page, { items: [items[1]], total: 3 });
    const after = await good(Orders.getAllOrdersByMarker("orders", "en_US", 3, 10));
    assert.deepEqual(after, { items: [], total: 3 });
  });

  await step("change one that is not paid", async () => {
    const change = order({ products: [{ productId: 1, quantity: 2 }], currency: "DZD" });
    const changed = await good(Orders.updateOrderByMarkerAndId("orders", first.id, change));
    assert.deepEqual([changed.id, changed.totalSum], [first.id, 3000]);
    const read = await good(Orders.getOrderByMarkerAndId("orders", first.id));
    assert.equal(read.totalSum, "3000.00");
    assert.deepEqual(read.products.map(({ id, quantity }) => [id, quantity]), [[1, 2]]);
  });

  await step("cancel one as the vendor's demo shop does", async () => {
    const made = await good(Orders.createOrder("orders", byCard()));
    const { paymentUrl } = await good(Payments.createSession(made.id, "session"));
    const read = await good(Orders.getOrderByMarkerAndId("orders", made.id));
    const products = read.products.map(({ id, quantity }) => ({ productId: id, quantity }));
    const to = (statusIdentifier) =>
      Orders.updateOrderByMarkerAndId("orders", made.id, { ...read, products, statusIdentifier });
    await good(to("new"));
    await bad(amel, to("inProgress"), 400, /given by Guichet/);
    await bad(amel, to("shipped"), 400, /must be one of/);
    const cancelled = await good(to("canceled"));
    assert.equal(cancelled.statusIdentifier, "cancelled");
    const after = await good(Orders.getOrderByMarkerAndId("orders", made.id));
    assert.deepEqual([after.statusIdentifier, after.paymentUrl], ["cancelled", null]);
    assert.equal((await good(Payments.getSessionByOrderId(made.id))).status, "canceled");
    assert.ok(paymentUrl);
  });

  await step("not one whose payment is under way", async () => {
    const made = await good(Orders.createOrder("orders", byCard()));
    const { paymentUrl } = await good(Payments.createSession(made.id, "session"));
    await press(paymentUrl, "pay");
    await bad(amel, Orders.updateOrderByMarkerAndId("orders", made.id, { statusIdentifier: "canceled" }), 400, /paid|way/);
    assert.equal((await good(Payments.getSessionByOrderId(made.id))).status, "completed");
  });

  if (!has(Orders, "previewOrder")) return;
  await step("see what one would come to", async () => {
    const preview = await good(Orders.previewOrder({ products: [{ productId: 2, quantity: 2 }] }));
    assert.deepEqual(
      [preview.totalSum, preview.totalSumWithDiscount, preview.totalDue, preview.currency].map(String),
      ["1801", "1801", "1801", "DZD"],
    );
    const [{ id, price, quantity }] = preview.orderPreview;
    assert.deepEqual([id, Number(price), quantity], [2, 900.5, 2]);
    const { total } = await good(Orders.getAllOrdersByMarker("orders"));
    assert.equal(total, 5, "a preview is no order");
  });
}

export async function language(mode, step) {
  const amel = await signedIn(mode, { langCode: "fr_FR" });
  await step("a shop in another language than the project's first", async () => {
    const made = await good(amel.Orders.createOrder("orders", order()));
    assert.deepEqual(made.formData, order().formData);
    const read = await good(amel.Orders.getOrderByMarkerAndId("orders", made.id));
    assert.equal(read.products[0].title, "Lampe");
    assert.equal(read.statusLocalizeInfos.title, "Nouvelle");
    const [{ localizeInfos }] = await good(amel.Orders.getAllOrdersStorage());
    assert.equal(localizeInfos.title, "Commandes");
  });
}

export async function refunds(mode, step) {
  const amel = await signedIn(mode);
  const { Orders, Payments } = amel;
  if (!has(Orders, "createRefundRequest")) return;
  const { id } = await good(Orders.createOrder("orders", byCard()));
  const wanted = { products: { 14: { quantity: 1 } }, note: "It does not fit." };

  await step("only of what is paid", async () => {
    await bad(amel, Orders.createRefundRequest(id, wanted), 400);
    const { paymentUrl } = await good(Payments.createSession(id, "session"));
    await press(paymentUrl, "pay");
    assert.equal((await good(Payments.getSessionByOrderId(id))).status, "completed");
  });

  await step("ask for one", async () => {
    assert.deepEqual(await good(Orders.getRefunds(id)), []);
    assert.equal(await good(Orders.createRefundRequest(id, wanted)), true);
    const [refund, ...others] = await good(Orders.getRefunds(id));
    assert.deepEqual(others, []);
    assert.equal(refund.orderId, id);
    assert.equal(refund.note, wanted.note);
  });

  await step("take it back", async () => {
    assert.equal(await good(Orders.cancelRefundRequest(id)), true);
    const left = await good(Orders.getRefunds(id));
    assert.ok(left.every(({ status }) => status === "cancelled" || status === "canceled"), JSON.stringify(left));
  });
}
