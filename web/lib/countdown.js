/** How long a code still lives, when its successor is due, and how to ask again after a failure. Values in, values out. */

/** A code is renewed this long before it expires, so that a slow network does not leave the hand empty. */
const LEAD_MS = 5_000;
/** … and up to this much earlier, so that the phones of a full platform do not all ask in the same instant. */
const JITTER_MS = 5_000;
const BACK_OFF_MS = 1_000;
const BACK_OFF_LIMIT_MS = 30_000;

/** What is left of the code at `now`, from nothing to its whole life: milliseconds, whole seconds begun, and the share. */
export function remaining({ issuedAt, expiresAt }, now) {
  const life = Math.max(1, expiresAt - issuedAt);
  const left = Math.min(life, Math.max(0, expiresAt - now));
  return { left, seconds: Math.ceil(left / 1000), share: left / life };
}

/** The instant at which to ask for the next code; `random` is between 0 and 1. A very short code keeps half its life. */
export function renewalDue({ issuedAt, expiresAt }, random) {
  const early = Math.min(LEAD_MS + random * JITTER_MS, (expiresAt - issuedAt) / 2);
  return expiresAt - early;
}

/**
 * Milliseconds to wait after the `failures`-th failure in a row: doubling, between half and all of it by chance, never
 * less than the server asked for (`retryAfter`, seconds).
 */
export function backOff(failures, random, retryAfter = 0) {
  const ceiling = Math.min(BACK_OFF_LIMIT_MS, BACK_OFF_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(retryAfter * 1000, ceiling * (0.5 + random / 2));
}
