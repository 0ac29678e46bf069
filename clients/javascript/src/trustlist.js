/** The trust list: the living keys of an issuer. Presence on the newest list is validity. */

import { ascii } from "./bytes.js";

const seconds = (time) => Date.parse(time) / 1000;

/** RFC 8785 for what the list holds: objects, arrays and ASCII strings. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/** Whether a root key that was pinned beforehand (hex 04‖X‖Y) signed this list. */
export function isSignedBy(trust, root, verify) {
  const { signature, ...document } = trust;
  try {
    return verify(ascii(canonical(document)), signature, root);
  } catch {
    return false;
  }
}

/** The key with this id that was entitled to sign for this use at an instant (Unix seconds), null where there is none. */
export function entitledKey(trust, { kid, use, at }) {
  const key = trust.keys.find((one) => one.kid === kid);
  if (!key || (key.use ?? "code") !== use) return null;
  return seconds(key.not_before) <= at && at <= seconds(key.not_after) ? key : null;
}

export const issuedAt = (trust) => seconds(trust.issued_at);
export const expiresAt = (trust) => seconds(trust.expires_at);
