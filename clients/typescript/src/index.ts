// A client of a Guichet server. It is thin: what a method sends and answers is the server's own contract, as TypeScript knows it.
export { Guichet, type GuichetOptions } from "./client.js";
export { ConnectionFailed, GuichetError, WebhookInvalid } from "./errors.js";
export { Page } from "./page.js";
export { verifyWebhook, type WebhookHeaders } from "./webhook.js";
export type * from "./types.js";
