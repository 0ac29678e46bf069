/**
 * Verifying without network: a trust list and a clock are enough, for paper a status list too.
 *
 * What it cannot know: whether a code was spent elsewhere, and whether the colour changed in the last minute.
 */

import { hexOf } from "./bytes.js";
import { readCode, Unreadable } from "./code.js";
import { listName, lookUp } from "./statuslist.js";
import { entitledKey, expiresAt, isSignedBy, issuedAt } from "./trustlist.js";

const FUTURE_SKEW_S = 20;

/** Why a code is out of its time, null where it is within [issued - 20 s, issued + validity]; whole seconds count. */
function windowReason(body, now) {
  const second = Math.floor(now);
  if (second < body.issuedAt - FUTURE_SKEW_S) return "not_yet_valid";
  return second > body.expiresAt ? "expired" : null;
}

/** Why the issuer may not have made the code, null where it did. */
function signatureReason(code, trust, verify) {
  const { region, kid, issuedAt: at } = code.body;
  if (region !== trust.issuer) return "unknown_issuer";
  const key = entitledKey(trust, { kid, use: code.use, at });
  if (!key) return "unknown_key";
  return verify(code.signed, hexOf(code.signature), key.public_key) ? null : "bad_signature";
}

/** What the status lists say of a paper: `{reason, statusListAge}`. What one of them revokes is revoked. */
async function looked(body, { trust, now, verify, statusLists, inflate }) {
  const name = listName(body.region, body.list);
  const asked = statusLists.map((list) => lookUp(list, { name, index: body.index, trust, now, verify, inflate }));
  const good = (await Promise.all(asked)).filter(Boolean);
  if (good.length === 0) return { reason: "unavailable", statusListAge: null };
  const newest = Math.max(...good.map((one) => one.issuedAt));
  return { reason: good.some((one) => one.revoked) ? "carrier_revoked" : null, statusListAge: Math.floor(now) - newest };
}

async function checked(text, gate) {
  let code;
  try {
    code = readCode(text);
  } catch (failure) {
    if (failure instanceof Unreadable) return { reason: failure.reason, body: null };
    throw failure;
  }
  const { body } = code;
  const reason = signatureReason(code, gate.trust, gate.verify) ?? windowReason(body, gate.now);
  if (reason || body.carrier !== "paper") return { reason, body };
  return { body, ...(await looked(body, gate)) };
}

/**
 * Check a code against a trust list: `{reason, colour, body, listAge, listAuthentic, statusListAge}`.
 *
 * `reason` is null for a good code, else one of docs/api.md; `colour` is that of its issue; ages are in seconds.
 * `verify(message, signatureHex, publicKeyHex)` is SM2's (`yima-client/sm2.js`); `root` is the root key that was pinned
 * beforehand, hex 04‖X‖Y: without one, `listAuthentic` is null and whoever sent the list is believed.
 */
export async function verifyOffline(text, trust, { now, verify, root = null, statusLists = [], inflate }) {
  const listAuthentic = root === null ? null : isSignedBy(trust, root, verify);
  const usable = listAuthentic !== false && now <= expiresAt(trust);
  const found = usable ? await checked(text, { trust, now, verify, statusLists, inflate }) : { reason: "unavailable", body: null };
  return {
    reason: found.reason,
    colour: found.reason ? null : (found.body?.colour ?? null),
    body: found.body,
    listAge: Math.trunc(now - issuedAt(trust)),
    listAuthentic,
    statusListAge: found.statusListAge ?? null,
  };
}
