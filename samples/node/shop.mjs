// A shop of one product, paid through Guichet: node shop.mjs
import { randomBytes } from "node:crypto";
import { appendFile, mkdir, open, readFile } from "node:fs/promises";
import { Guichet, WebhookInvalid, verifyWebhook } from "@guichet/client";
import express from "express";

const { GUICHET_URL, GUICHET_API_KEY, GUICHET_WEBHOOK_SECRET, PORT = "3000" } = process.env;
const guichet = new Guichet({ baseUrl: GUICHET_URL, apiKey: GUICHET_API_KEY });
const shop = express();
await mkdir("packed", { recursive: true });

shop.get("/", (request, response) => {
  response.send(page("Dates, 1 kg: 2,500 DA", '<form method="post" action="/buy"><button>Buy</button></form>'));
});

// The customer buys: an order is made, and the customer sent to where it can be paid.
shop.post("/buy", async (request, response) => {
  const reference = `ORD-${randomBytes(6).toString("hex")}`;
  const order = await guichet.orders.create({
    reference,
    amount: 250_000, // 2,500.00 dinars
    currency: "DZD",
    title: "Dates, 1 kg",
    return_url: `http://${request.headers.host}/orders/${reference}`,
  });
  response.redirect(303, order.checkout_url);
});

// The customer comes back. What the address says is believed of nobody: Guichet knows.
shop.get("/orders/:reference", async (request, response) => {
  const [order] = (await guichet.orders.list({ reference: request.params.reference })).data;
  if (!order) return response.sendStatus(404);
  if (order.status === "paid" || order.status === "fulfilled") return response.send(page("Paid. Thank you!", "We are packing your dates."));
  if (order.status === "pending" || order.status === "failed") {
    return response.send(page("Not paid yet", `<a href="${order.checkout_url}">Pay</a>`));
  }
  response.send(page("Closed unpaid", '<a href="/">Start again</a>'));
});

// Guichet tells what happened, more than once if need be, and nobody else does. The bytes are kept as they came: they are signed.
shop.post("/webhooks", express.raw({ type: "*/*", limit: "1mb" }), async (request, response) => {
  try {
    const event = await verifyWebhook(GUICHET_WEBHOOK_SECRET, request.headers, request.body);
    if (event.type === "order.paid" && event.data) await packOnce(event.data.reference);
    response.sendStatus(204);
  } catch (error) {
    if (!(error instanceof WebhookInvalid)) throw error;
    response.sendStatus(401);
  }
});

async function packOnce(reference) {
  try {
    // A file can be made once: however often the event comes, the goods are packed once.
    await (await open(`packed/${encodeURIComponent(reference)}`, "wx")).close();
  } catch (error) {
    if (error.code === "EEXIST") return;
    throw error;
  }
  await appendFile("packed/.list", `${reference}\n`);
}

// For `guichet webhook certify --count`.
shop.get("/packed/:reference", async (request, response) => {
  const list = await readFile("packed/.list", "utf8").catch(() => "");
  response.send(String(list.split("\n").filter((reference) => reference === request.params.reference).length));
});

function page(title, html) {
  const head = `<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>${title}</title>`;
  return `${head}<h1>${title}</h1><p>${html}</p>`;
}

shop.listen(Number(PORT), "127.0.0.1", () => console.log(`The shop is at http://127.0.0.1:${PORT}`));
