/** The city's API: JSON in and out, every failure a `Problem` with a stable code. */

import { Problem, problemOf } from "./problem.js";

const TIMEOUT_MS = 8_000;

/** The body and headers of a request: a form for OAuth, JSON for everything else. `key` is its Idempotency-Key. */
function dressed({ json, form, token, key, proof }) {
  const headers = { Accept: "application/json, application/problem+json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  if (proof) headers.DPoP = proof;
  if (form) return { headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" }, body: written(form) };
  if (json === undefined) return { headers };
  return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(json) };
}

/** A form by hand: mini-programs have no URLSearchParams. */
const written = (form) =>
  Object.entries(form)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");

/** A name for one wish, so that the city carries it out once however often it is sent. */
export function newKey(random = (bytes) => crypto.getRandomValues(bytes)) {
  return [...random(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const readable = (response) => response.json().catch(() => null);

/** Learns nothing and knows the machine's time: for whoever has no better clock. */
const PLAIN_CLOCK = { local: () => Date.now(), learn: () => {} };

/**
 * A client for one city: `get(path)`, `post(path, {json | form})` and so on, answering the parsed body (null for none)
 * or throwing `Problem`. `base` ends in `/v1`.
 *
 * What creates a record is posted with a `key` (`newKey`), the same for each attempt; `patience` is in milliseconds.
 * `proof` shows that the request comes from the device that signed in (DPoP). `clock` may learn from the times that the
 * city tells: `{local(): ms, learn(serverTime, {sentAt, receivedAt})}`.
 */
export function createApi({ base, clock = PLAIN_CLOCK, fetch = globalThis.fetch.bind(globalThis), timeout = TIMEOUT_MS }) {
  async function exchange(method, path, wish) {
    const request = { method, ...dressed(wish), cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
    const sentAt = clock.local();
    const response = await fetch(base + path, { ...request, signal: within(wish.patience ?? timeout) });
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

/** Ends a request in time, where the platform has such a thing (mini-programs end theirs themselves). */
const within = (milliseconds) => globalThis.AbortSignal?.timeout?.(milliseconds);
