/** Status lists: which papers are lost, one bit each, least significant first (IETF Token Status List). */

import { ascii, base64url, hexOf, unbase64url } from "./bytes.js";
import { entitledKey } from "./trustlist.js";

const ALGORITHM = "1.2.156.10197.1.501";
const TYPE = "statuslist+jwt";
const LARGEST_BYTES = 2 ** 17;
const CLOCKS_APART_S = 20;

const text = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** zlib by the platform (Node 20, browsers). A mini-program passes an `inflate` of its own, such as fflate's `unzlibSync`. */
async function inflateHere(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The name of a list, as its token's `sub` says it. */
export const listName = (region, list) => `urn:yima:${region}:status-list:${list}`;

/**
 * What a list that was downloaded (`GET /v1/status-lists/{list}`) says of an entry: `{revoked, issuedAt}`, or null where
 * it is not good here and now: another's, forged, past its end, or too short.
 */
export async function lookUp(downloaded, { name, index, trust, now, verify, inflate = inflateHere }) {
  try {
    const header = JSON.parse(text(unbase64url(downloaded.protected)));
    const claims = JSON.parse(downloaded.claims);
    const key = entitledKey(trust, { kid: header.kid, use: "carrier", at: claims.iat });
    if (header.alg !== ALGORITHM || header.typ !== TYPE || !key || claims.sub !== name) return null;
    const second = Math.floor(now);
    if (claims.status_list.bits !== 1 || second > claims.exp || claims.iat > second + CLOCKS_APART_S) return null;
    const signed = ascii(`${downloaded.protected}.${base64url(ascii(downloaded.claims))}`);
    if (!verify(signed, hexOf(unbase64url(downloaded.signature)), key.public_key)) return null;
    const bits = await inflate(unbase64url(claims.status_list.lst));
    if (bits.length > LARGEST_BYTES || index >= bits.length * 8) return null;
    return { revoked: Boolean((bits[index >> 3] >> (index & 7)) & 1), issuedAt: claims.iat };
  } catch {
    return null;
  }
}
