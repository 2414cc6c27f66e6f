// The contract's own types by short names.
import type { components, operations } from "./contract.js";

type Schemas = components["schemas"];
type Query<Operation extends keyof operations> = NonNullable<operations[Operation]["parameters"]["query"]>;

export type Order = Schemas["Order"];
export type OrderRequest = Schemas["OrderRequest"];
export type Payment = Schemas["Payment"];
export type PaymentRequest = Schemas["PaymentRequest"];
export type ResolveRequest = Schemas["ResolveRequest"];
export type Event = Schemas["Event"];
export type WebhookEvent = Schemas["WebhookEvent"];
export type Delivery = Schemas["Delivery"];
export type WebhookEndpoint = Schemas["WebhookEndpoint"];
export type WebhookEndpointRequest = Schemas["WebhookEndpointRequest"];
export type WebhookTest = Schemas["WebhookTest"];
export type PaymentLink = Schemas["PaymentLink"];
export type PaymentLinkRequest = Schemas["PaymentLinkRequest"];
export type Refund = Schemas["ListedRefund"];
export type RecordRefundRequest = Schemas["RecordRefundRequest"];
export type Book = Schemas["BookPage"];
export type Problem = Schemas["Problem"];
/** Every code of an error. A server that is newer may have others, too. */
export type ProblemCode = Problem["code"];

export type OrderList = Query<"list_orders">;
export type EventList = Query<"list_events">;
export type PaymentLinkList = Query<"list_payment_links">;
export type RefundList = Query<"list_refunds">;
export type DayList = Query<"read_days">;

/** What a call may say of itself. */
export interface CallOptions {
  /** Makes a repetition safe, also by another process. Made up where it is left out. */
  idempotencyKey?: string;
  /** Gives the call up. */
  signal?: AbortSignal;
}
