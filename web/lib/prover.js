/** Proves that a request comes from the browser that signed in (DPoP, RFC 9449): a stolen refresh token is of no use. */

const KEY = "session";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** Base64url without padding (RFC 7515), of bytes or of a text. */
export function base64url(value) {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array(value);
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const written = (value) => base64url(JSON.stringify(value));

/** Some browsers never answer about their keys; nobody is kept from signing in by that. */
const PATIENCE_MS = 3_000;

function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("too late")), milliseconds);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** Without its query: that is how RFC 9449 names what is asked for. */
const plain = (url) => url.split(/[?#]/)[0];

/**
 * `prove(method, url)` answers the proof for one request, or null where this browser has no WebCrypto (it is there on
 * HTTPS and on the own machine only) or keeps no keys: then the session is not bound to it. `now()` is in milliseconds.
 */
export function createProver({ store, now, subtle = globalThis.crypto?.subtle, newId = () => crypto.randomUUID(), patience = PATIENCE_MS }) {
  let pair = null;

  /** The key of this browser, made when it is first needed. It cannot be exported, not even by us. */
  async function made() {
    return (await store.get(KEY)) ?? store.keep(KEY, await subtle.generateKey(CURVE, false, ["sign"]));
  }

  async function signed(method, url) {
    pair ??= made();
    const { privateKey, publicKey } = await pair;
    const { kty, crv, x, y } = await subtle.exportKey("jwk", publicKey);
    const head = written({ typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } });
    const body = written({ jti: newId(), htm: method, htu: plain(url), iat: Math.floor(now() / 1000) });
    const signature = await subtle.sign(SIGNATURE, privateKey, new TextEncoder().encode(`${head}.${body}`));
    return `${head}.${body}.${base64url(signature)}`;
  }

  return {
    async prove(method, url) {
      if (!subtle) return null;
      return within(patience, signed(method, url)).catch(() => (pair = null));
    },
  };
}
