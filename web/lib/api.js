/** The city's API as the pages use it: JSON in and out, every failure a `Problem` with a stable code. */

const TIMEOUT_MS = 8_000;

/**
 * Something the city refused or could not answer (RFC 9457), or the network's own failure.
 *
 * `code` is the stable name to decide by: the server's, or `offline`, `timeout`, `unreadable` where there is no answer
 * to read. `status` is 0 where no answer came; `retryAfter` is in seconds; `evidence` is the whole problem document.
 */
export class Problem extends Error {
  constructor(code, { status = 0, retryAfter = 0, evidence = {} } = {}) {
    super(evidence.detail ?? evidence.title ?? code);
    Object.assign(this, { code, status, retryAfter, evidence });
  }

  /** Whether the token we sent is of no use any more. */
  get signedOut() {
    return this.status === 401;
  }

  /** Whether the same request may simply be sent again. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Where the API lives: the page's `<meta name="yima-api">`; on a developer's own machine `?api=` may say otherwise. */
export function apiBase({ meta = "", location }) {
  const own = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const asked = own ? new URLSearchParams(location.search).get("api") : null;
  return (asked || meta || "/v1").replace(/\/+$/, "");
}

/** The body and headers of a request: a form for OAuth, JSON for everything else. `key` is its Idempotency-Key. */
function dressed({ json, form, token, key, proof }) {
  const headers = { Accept: "application/json, application/problem+json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  if (proof) headers.DPoP = proof;
  if (form) return { headers, body: new URLSearchParams(form) };
  if (json === undefined) return { headers };
  return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(json) };
}

/** What a gateway in front of the city answers without a code of ours. */
const NAMELESS = { 401: "invalid_token", 429: "too_many_requests" };

/** A name for one wish, so that the city carries it out once however often it is sent. */
export function newKey(random = (bytes) => crypto.getRandomValues(bytes)) {
  return [...random(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** RFC 9457, or OAuth's `{error}`, or anything a proxy may have answered instead. */
function problemOf(response, document) {
  const code = document.code ?? document.error ?? NAMELESS[response.status] ?? (response.status >= 500 ? "unavailable" : "unreadable");
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return new Problem(code, { status: response.status, retryAfter, evidence: document });
}

const readable = (response) => response.json().catch(() => null);

/**
 * A client for one city: `get(path)`, `post(path, {json | form})` and so on, answering the parsed body (null for none)
 * or throwing `Problem`.
 *
 * What creates a record is posted with a `key` (`newKey`), the same for each attempt; `patience` is in milliseconds.
 * `proof` shows that the request comes from the browser that signed in (lib/prover.js).
 */
export function createApi({ base, clock, fetch = globalThis.fetch.bind(globalThis), timeout = TIMEOUT_MS }) {
  async function exchange(method, path, wish) {
    const request = { method, ...dressed(wish), cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
    const sentAt = clock.local();
    const response = await fetch(base + path, { ...request, signal: AbortSignal.timeout(wish.patience ?? timeout) });
    const body = await readable(response);
    clock.learn(body?.server_time, { sentAt, receivedAt: clock.local() });
    if (!response.ok) throw problemOf(response, body ?? {});
    if (body === null && response.status !== 204) throw new Problem("unreadable", { status: response.status });
    return body;
  }

  async function call(method, path, wish = {}) {
    try {
      return await exchange(method, path, wish);
    } catch (failure) {
      if (failure instanceof Problem) throw failure;
      throw new Problem(failure?.name === "TimeoutError" ? "timeout" : "offline");
    }
  }

  return {
    get: (path, wish) => call("GET", path, wish),
    post: (path, wish) => call("POST", path, wish),
    remove: (path, wish) => call("DELETE", path, wish),
    put: (path, wish) => call("PUT", path, wish),
    patch: (path, wish) => call("PATCH", path, wish),
  };
}
