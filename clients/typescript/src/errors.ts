import type { Problem, ProblemCode } from "./types.js";

/** The server refused a call, or could not do it: what was wrong, where, and what to do. */
export class GuichetError extends Error {
  override readonly name = "GuichetError";
  /** The HTTP status. */
  readonly status: number;
  /** The kind of problem in one word, which programs may rely on. */
  readonly code: ProblemCode | (string & {});
  /** The field that was wrong, as a path such as `items[0].quantity`. */
  readonly field: string | undefined;
  /** The call's name in the server's log: tell it whoever runs the server. */
  readonly requestId: string | undefined;
  /** After how many seconds it is worth asking again. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, problem: Partial<Problem>, headers: Headers) {
    super(problem.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.field = problem.field ?? undefined;
    this.requestId = headers.get("request-id") ?? undefined;
    this.retryAfterS = seconds(headers.get("retry-after"));
  }
}

/** No answer came. What was asked for may have been done: the same call with the same idempotency key is safe. */
export class ConnectionFailed extends Error {
  override readonly name = "ConnectionFailed";
}

/** A webhook is not the server's, too old, or no event: answer it with 401 and do nothing. */
export class WebhookInvalid extends Error {
  override readonly name = "WebhookInvalid";
}

function seconds(value: string | null): number | undefined {
  const read = Number(value);
  return value && Number.isFinite(read) && read >= 0 ? read : undefined;
}
