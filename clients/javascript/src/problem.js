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

/** What a gateway in front of the city answers without a code of ours. */
const NAMELESS = { 401: "invalid_token", 429: "too_many_requests" };

/** RFC 9457, or OAuth's `{error}`, or anything a proxy may have answered instead. */
export function problemOf(response, document) {
  const code = document.code ?? document.error ?? NAMELESS[response.status] ?? (response.status >= 500 ? "unavailable" : "unreadable");
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return new Problem(code, { status: response.status, retryAfter, evidence: document });
}
