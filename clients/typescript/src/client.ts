import { type Call, type Settings, call } from "./http.js";
import { Page } from "./page.js";
import type * as T from "./types.js";

export interface GuichetOptions {
  /** Where the server is, such as `https://pay.example`. */
  baseUrl: string;
  /** A secret key (`sk_…`) or a restricted one (`rk_…`). It belongs on a server, never in a page. */
  apiKey: string;
  /** How long one try may take, in ms; 30 seconds when left out. */
  timeoutMs?: number;
  /** How often a call that did not get through is made again, where that is safe; 3 when left out. */
  retries?: number;
  /** What makes requests, where it is not the `fetch` of the platform. */
  fetch?: typeof fetch;
}

interface Listed<Item> {
  data: Item[];
  has_more: boolean;
}

/** A Guichet server, with the key of one shop. */
export class Guichet {
  readonly #settings: Settings;

  constructor(options: GuichetOptions) {
    const { baseUrl, apiKey, timeoutMs = 30_000, retries = 3 } = options;
    if (!/^[prs]k_(test|live)_/.test(apiKey)) throw new TypeError("apiKey must be a key of Guichet, such as sk_test_….");
    const send = options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request));
    this.#settings = { baseUrl: baseUrl.replace(/\/+$/, ""), apiKey, timeoutMs, retries, fetch: send };
  }

  /** What is to be paid. */
  readonly orders = {
    /** Makes an order; the same reference with the same content is the order there is. */
    create: (order: T.OrderRequest, options?: T.CallOptions) => this.#change<T.Order>("/v1/orders", order, options),
    retrieve: (id: string, options?: T.CallOptions) => this.#read<T.Order>(`/v1/orders/${part(id)}`, options),
    list: (query: T.OrderList = {}, options?: T.CallOptions) => this.#list<T.Order>("/v1/orders", query, ({ id }) => id, options),
    /** Opens a payment at a gateway: `payment_url` is where to send the customer. */
    openPayment: (id: string, payment: T.PaymentRequest, options?: T.CallOptions) =>
      this.#change<T.Order>(`/v1/orders/${part(id)}/payments`, payment, options),
    /** Asks the gateways now. */
    check: (id: string, options?: T.CallOptions) => this.#call<T.Order>("POST", `/v1/orders/${part(id)}/check`, { isSafe: true, options }),
    cancel: (id: string, options?: T.CallOptions) => this.#change<T.Order>(`/v1/orders/${part(id)}/cancel`, undefined, options),
    fulfil: (id: string, options?: T.CallOptions) => this.#change<T.Order>(`/v1/orders/${part(id)}/fulfil`, undefined, options),
    /** Lets an order that closed without money wait again. */
    reopen: (id: string, body: { expires_in?: number } = {}, options?: T.CallOptions) =>
      this.#change<T.Order>(`/v1/orders/${part(id)}/reopen`, body, options),
    /** Decides about money that does not fit. */
    resolve: (id: string, decision: T.ResolveRequest, options?: T.CallOptions) =>
      this.#change<T.Order>(`/v1/orders/${part(id)}/resolve`, decision, options),
    /** Records money that went back to the payer. Guichet moves none. */
    recordRefund: (id: string, refund: T.RecordRefundRequest, options?: T.CallOptions) =>
      this.#change<T.Order>(`/v1/orders/${part(id)}/refunds`, refund, options),
    events: (id: string, options?: T.CallOptions) => this.#read<{ data: T.Event[] }>(`/v1/orders/${part(id)}/events`, options),
    deliveries: (id: string, options?: T.CallOptions) =>
      this.#read<{ data: T.Delivery[] }>(`/v1/orders/${part(id)}/deliveries`, options),
  };

  /** Addresses to hand out, at which customers make orders themselves. */
  readonly paymentLinks = {
    create: (link: T.PaymentLinkRequest, options?: T.CallOptions) =>
      // The same reference is the same link; without one, a link that is made twice is two.
      this.#call<T.PaymentLink>("POST", "/v1/payment_links", { body: link, isSafe: link.reference != null, options }),
    retrieve: (id: string, options?: T.CallOptions) => this.#read<T.PaymentLink>(`/v1/payment_links/${part(id)}`, options),
    list: (query: T.PaymentLinkList = {}, options?: T.CallOptions) =>
      this.#list<T.PaymentLink>("/v1/payment_links", query, ({ id }) => id, options),
    end: (id: string, options?: T.CallOptions) =>
      this.#call<T.PaymentLink>("POST", `/v1/payment_links/${part(id)}/end`, { isSafe: true, options }),
  };

  /** What went back to payers. */
  readonly refunds = {
    list: (query: T.RefundList = {}, options?: T.CallOptions) => this.#list<T.Refund>("/v1/refunds", query, ({ id }) => id, options),
  };

  /** What came and went, summed up. */
  readonly reports = {
    /** The book of days: what came and went at each account, in each currency. */
    days: (query: T.DayList = {}, options?: T.CallOptions) =>
      this.#call<T.Book>("GET", "/v1/reports/days", { query: query as NonNullable<Call["query"]>, options }),
  };

  /** What happened, to be pulled by a shop without a public address. */
  readonly events = {
    list: (query: T.EventList = {}, options?: T.CallOptions) => this.#list<T.Event>("/v1/events", query, ({ id }) => id, options),
    /** Takes events off the list. */
    acknowledge: (ids: string[], options?: T.CallOptions) =>
      this.#call<void>("POST", "/v1/events/ack", { body: { ids }, isSafe: true, options }),
  };

  /** Where events are sent. */
  readonly webhookEndpoints = {
    create: (endpoint: T.WebhookEndpointRequest, options?: T.CallOptions) =>
      this.#call<T.WebhookEndpoint>("POST", "/v1/webhook_endpoints", { body: endpoint, isSafe: true, options }),
    list: (options?: T.CallOptions) => this.#read<{ data: T.WebhookEndpoint[] }>("/v1/webhook_endpoints", options),
    delete: (id: string, options?: T.CallOptions) =>
      this.#call<void>("DELETE", `/v1/webhook_endpoints/${part(id)}`, { isSafe: true, options }),
    rotateSecret: (id: string, options?: T.CallOptions) =>
      this.#call<T.WebhookEndpoint>("POST", `/v1/webhook_endpoints/${part(id)}/rotate_secret`, { options }),
    /** Sends an event that says that it is a test, and tells what came of it. */
    test: (id: string, options?: T.CallOptions) =>
      this.#call<T.WebhookTest>("POST", `/v1/webhook_endpoints/${part(id)}/test`, { isSafe: true, options }),
    /** Sends a delivery again. */
    resend: (delivery: string, options?: T.CallOptions) =>
      this.#call<T.Delivery>("POST", `/v1/deliveries/${part(delivery)}/resend`, { isSafe: true, options }),
  };

  #read<Answer>(path: string, options?: T.CallOptions): Promise<Answer> {
    return this.#call<Answer>("GET", path, { options });
  }

  /** What makes or changes an order: under an idempotency key. */
  #change<Answer>(path: string, body: unknown, options?: T.CallOptions): Promise<Answer> {
    return this.#call<Answer>("POST", path, { body, takesKey: true, options });
  }

  async #list<Item>(
    path: string,
    query: NonNullable<Call["query"]>,
    cursor: (last: Item) => string,
    options?: T.CallOptions,
  ): Promise<Page<Item>> {
    const listed = await this.#call<Listed<Item>>("GET", path, { query, options });
    return new Page(listed, (last) => this.#list(path, { ...query, cursor: cursor(last) }, cursor, options));
  }

  #call<Answer>(method: Call["method"], path: string, more: Partial<Call>): Promise<Answer> {
    return call<Answer>(this.#settings, { method, path, ...more });
  }
}

/** An identifier as a part of a path. */
function part(id: string): string {
  return encodeURIComponent(id);
}
