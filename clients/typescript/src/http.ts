import { ConnectionFailed, GuichetError } from "./errors.js";
import type { CallOptions, Problem } from "./types.js";

export interface Settings {
  baseUrl: string;
  apiKey: string;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
}

/** One call of the API. */
export interface Call {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  /** Whether the server keeps its answer under an idempotency key. */
  takesKey?: boolean;
  /** Whether doing it twice does what doing it once does. */
  isSafe?: boolean;
  options?: CallOptions | undefined;
}

/** Makes a call, again where that is safe and may help, and reads the answer. */
export async function call<Answer>(settings: Settings, wanted: Call): Promise<Answer> {
  const key = wanted.takesKey ? (wanted.options?.idempotencyKey ?? crypto.randomUUID()) : undefined;
  const maySendAgain = wanted.isSafe || wanted.method === "GET" || key !== undefined;
  for (let tries = 0; ; tries += 1) {
    try {
      return await once<Answer>(settings, wanted, key);
    } catch (error) {
      const waitMs = tries < settings.retries && maySendAgain ? pauseMs(error, tries) : undefined;
      if (waitMs === undefined) throw error;
      await pause(waitMs, wanted.options?.signal);
    }
  }
}

async function once<Answer>(settings: Settings, wanted: Call, key: string | undefined): Promise<Answer> {
  const headers: Record<string, string> = { authorization: `Bearer ${settings.apiKey}`, accept: "application/json" };
  if (wanted.body !== undefined) headers["content-type"] = "application/json";
  if (key !== undefined) headers["idempotency-key"] = key;
  const gone = AbortSignal.timeout(settings.timeoutMs);
  const signal = wanted.options?.signal ? AbortSignal.any([wanted.options.signal, gone]) : gone;
  const body = wanted.body === undefined ? null : JSON.stringify(wanted.body);
  let answer: Response, text: string;
  try {
    answer = await settings.fetch(address(settings, wanted), { method: wanted.method, headers, body, signal, redirect: "manual" });
    text = await answer.text();
  } catch (cause) {
    wanted.options?.signal?.throwIfAborted();
    throw new ConnectionFailed(`No answer to ${wanted.method} ${wanted.path} came.`, { cause });
  }
  if (answer.ok) return (text === "" ? undefined : JSON.parse(text)) as Answer;
  throw new GuichetError(answer.status, problem(text), answer.headers);
}

function address(settings: Settings, wanted: Call): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  const asked = query.size > 0 ? `?${query}` : "";
  return `${settings.baseUrl}${wanted.path}${asked}`;
}

/** What an error says; nothing where something before the server answered. */
function problem(text: string): Partial<Problem> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

/** How long to wait before the call is made again; nothing where that would not help. */
function pauseMs(error: unknown, tries: number): number | undefined {
  const usual = 500 * 2 ** tries * (0.75 + Math.random() / 2);
  if (error instanceof ConnectionFailed) return usual;
  if (!(error instanceof GuichetError)) return undefined;
  const mayPass = error.status >= 500 || error.status === 429 || error.code === "idempotency_in_progress";
  return mayPass ? Math.max(usual, (error.retryAfterS ?? 0) * 1000) : undefined;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done, given) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), given(signal.reason)), { once: true });
  });
}
