import { WebhookInvalid } from "./errors.js";
import type { WebhookEvent } from "./types.js";

/** The headers of a request: those of `fetch`, or an object with small letters as Node has it. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

const NAMES = { id: "webhook-id", timestamp: "webhook-timestamp", signature: "webhook-signature" } as const;

/**
 * The event in a webhook, once it is known to be the server's. `body` is what came, before anything read it.
 *
 * @throws {WebhookInvalid} It is not, or it is more than `toleranceS` seconds old or early.
 */
export async function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string | Uint8Array,
  { toleranceS = 300, now = Date.now() }: { toleranceS?: number; now?: number } = {},
): Promise<WebhookEvent> {
  const [id, timestamp, signatures] = [NAMES.id, NAMES.timestamp, NAMES.signature].map((name) => header(headers, name));
  if (!id || !timestamp || !signatures) throw new WebhookInvalid("A header of the webhook is missing.");
  if (!/^\d+$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceS) {
    throw new WebhookInvalid("The webhook is too old, or from a clock that is ahead.");
  }
  const encoder = new TextEncoder();
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const head = encoder.encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + bytes.length);
  signed.set(head);
  signed.set(bytes, head.length);
  const key = await crypto.subtle.importKey("raw", decoded(secret.replace(/^whsec_/, "")), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  for (const signature of signatures.split(" ")) {
    const [version, value] = signature.split(",", 2);
    // The comparison takes as long whatever is wrong.
    if (version === "v1" && value && (await crypto.subtle.verify("HMAC", key, decoded(value), signed))) {
      return event(new TextDecoder().decode(bytes));
    }
  }
  throw new WebhookInvalid("No signature of the webhook is right: is it the secret of this endpoint?");
}

function event(text: string): WebhookEvent {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said === "object" && said !== null && "type" in said) return said as WebhookEvent;
  } catch {
    // It is no JSON, which is no event either.
  }
  throw new WebhookInvalid("The webhook is rightly signed, but no event.");
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
