/** A mini-program has no DOM and little of what browsers and Node have: the package asks for none of it. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { inflateSync } from "node:zlib";

const ABSENT = [
  "AbortController", "AbortSignal", "Blob", "Buffer", "DecompressionStream", "Headers", "Request", "Response", "TextDecoder", "TextEncoder",
  "URL", "URLSearchParams", "atob", "btoa", "crypto", "fetch", "process", "structuredClone",
];
const VECTORS = new URL("../../../tests/codes/vectors/", import.meta.url);
const vectors = readdirSync(VECTORS).map((name) => JSON.parse(readFileSync(new URL(name, VECTORS), "utf8")));

const kept = new Map(ABSENT.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]));
for (const name of ABSENT) delete globalThis[name];
after(() => kept.forEach((descriptor, name) => descriptor && Object.defineProperty(globalThis, name, descriptor)));

const { createApi, createHolder, createVerifier, newKey, tidyCode, verifyOffline } = await import("../src/index.js");
const { verify } = await import("../src/sm2.js");
const { lookUp } = await import("../src/statuslist.js");
const { base64url } = await import("../src/bytes.js");
const { wxFetch } = await import("../src/wx.js");

test("codes are verified online", async () => {
  const answers = [{ access_token: "t", expires_in: 270 }, { verdict: "accepted" }];
  const wx = { request: ({ success }) => success({ statusCode: 200, data: JSON.stringify(answers.shift()), header: {} }) };
  const api = createApi({ base: "https://city/v1", fetch: wxFetch(wx) });
  const verifier = createVerifier({ base: "https://city/v1", clientId: "c", clientSecret: "s", api });
  assert.equal((await verifier.verify({ code: tidyCode("ym1:"), purpose: "entry" })).verdict, "accepted");
  assert.ok(createHolder({ base: "https://city/v1", api }));
  assert.equal(newKey((bytes) => bytes.fill(1)), "01".repeat(16));
});

test("codes are verified offline", async () => {
  for (const vector of vectors) {
    const now = Date.parse(vector.clock) / 1000;
    const [begin, end] = [now - 3600, now + 3600].map((instant) => new Date(instant * 1000).toISOString());
    const key = { kid: vector.key.kid, public_key: vector.key.public, not_before: begin, not_after: end, state: "active" };
    const trust = { issuer: "310000", keys: [key], issued_at: begin, expires_at: end, signature: "" };
    const told = await verifyOffline(vector.text, trust, { now, verify, root: null });
    assert.equal(told.reason ?? "accepted", vector.expected.offline, vector.title);
  }
});

test("status lists are read with an inflate of one's own", async () => {
  const json = (value) => base64url(Uint8Array.from(JSON.stringify(value), (letter) => letter.charCodeAt(0)));
  const protectedHeader = json({ alg: "1.2.156.10197.1.501", kid: "k", typ: "statuslist+jwt" });
  const lst = base64url(Uint8Array.from([120, 156, 99, 98, 0, 0, 0, 6, 0, 3]));
  const claims = JSON.stringify({ exp: 20, iat: 10, status_list: { bits: 1, lst }, sub: "urn" });
  const key = { kid: "k", use: "carrier", public_key: "", not_before: "1970-01-01T00:00:00Z", not_after: "2100-01-01T00:00:00Z" };
  const list = { protected: protectedHeader, claims, signature: "" };
  const told = await lookUp(list, { name: "urn", index: 1, trust: { keys: [key] }, now: 15, verify: () => true, inflate: inflateSync });
  assert.deepEqual(told, { revoked: true, issuedAt: 10 });
});
