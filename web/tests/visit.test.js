import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../lib/api.js";
import { deviceName } from "../lib/device.js";
import { withLiveness } from "../lib/login.js";
import { base64url, createProver } from "../lib/prover.js";
import { createSession } from "../lib/session.js";
import { alone } from "../lib/sole.js";
import { createVisit } from "../lib/visit.js";
import { createWishes } from "../lib/wishes.js";

const HERE = (path) => `https://code.example/v1${path}`;

/** A city that opens and renews sessions of five minutes, by its own clock, and remembers what it was asked. */
function city({ ahead = 0 } = {}) {
  const world = { at: 1_000_000, asked: [], number: 0, refuse: new Set() };
  const time = (later) => new Date(world.at + ahead + later).toISOString();
  const grant = () => ({ token: `t${(world.number += 1)}`, refresh_token: `r${world.number}`, session_id: "s", assurance: "real_person", holder: { name: "林*晴" }, server_time: time(0), expires_at: time(300_000) });
  const answer = async (method, path, wish) => {
    if (world.fail) throw world.fail;
    world.asked.push([method, path, wish.json?.refresh_token ?? wish.token ?? null]);
    if (world.refuse.has(wish.token) || world.refuse.has(wish.json?.refresh_token)) throw Object.assign(new Error(), { signedOut: true, code: "refused" });
    return path.startsWith("/sessions") && method === "post" ? grant() : { path };
  };
  const api = Object.fromEntries(["get", "post", "remove"].map((method) => [method, (path, wish = {}) => answer(method, path, wish)]));
  const prover = { prove: async (method, url) => `${method} ${url}` };
  const session = createSession("s", undefined);
  return Object.assign(world, { session, visit: createVisit({ api, session, prover, here: HERE, now: () => world.at }) });
}

const LOGIN = { document_type: "passport", document_number: "GBR-1", name: "A" };

test("a token is used for its five minutes and then renewed with the refresh token that came with it", async () => {
  const world = city();
  await world.visit.open(LOGIN);
  await world.visit.ask("get", "/status");
  world.at += 290_000;
  await world.visit.ask("get", "/status");
  world.at += 290_000;
  await world.visit.ask("get", "/status");
  assert.deepEqual(world.asked.map(([, path, with_]) => `${path} ${with_}`).slice(1), ["/status t1", "/sessions/refresh r1", "/status t2", "/sessions/refresh r2", "/status t3"]);
  assert.equal(world.session.value.name, "林*晴");
});

test("a phone whose clock is an hour off renews no sooner and no later", async () => {
  const world = city({ ahead: 3_600_000 });
  await world.visit.open(LOGIN);
  world.at += 200_000;
  await world.visit.ask("get", "/status");
  assert.equal(world.number, 1);
});

test("what comes for somebody who has left reaches nobody, and signs nobody out who has come since", async () => {
  const world = city();
  await world.visit.open(LOGIN);
  const [read, refused] = [world.visit.ask("get", "/secrets"), world.visit.ask("get", "/status")];
  world.refuse.add("t1");
  world.visit.end();
  await world.visit.open(LOGIN);
  for (const late of [read, refused]) await assert.rejects(late, { code: "left", signedOut: false });
  assert.equal((await world.visit.ask("get", "/status")).path, "/status");
});

test("tokens that come after somebody has signed out are kept nowhere", async () => {
  const world = city();
  await world.visit.open(LOGIN);
  world.at += 290_000;
  const late = world.visit.ask("get", "/status");
  world.visit.end();
  await assert.rejects(late, { code: "left" });
  assert.equal(world.session.value, null);
});

test("a session that the city has ended is told to the page", async () => {
  const world = city();
  await world.visit.open(LOGIN);
  world.refuse.add("r1");
  world.at += 290_000;
  await assert.rejects(world.visit.ask("get", "/status"), { code: "refused" });
});

test("an officer who is in office no more is signed out when the session is renewed", async () => {
  const world = city();
  await world.visit.open(LOGIN, { role: "auditor" });
  world.fail = new Problem("not_in_office", { status: 403 });
  world.at += 290_000;
  await assert.rejects(world.visit.ask("get", "/status"), { code: "not_in_office", signedOut: true });
});

test("a city that cannot be reached signs nobody out", async () => {
  const world = city();
  await world.visit.open(LOGIN);
  world.fail = new Problem("offline");
  world.at += 290_000;
  await assert.rejects(world.visit.ask("get", "/status"), { code: "offline", signedOut: false });
  world.fail = null;
  assert.deepEqual(await world.visit.ask("get", "/status"), { path: "/status" });
});

test("signing out leaves nothing here and tells the city", async () => {
  const world = city();
  await world.visit.open(LOGIN);
  world.visit.end();
  assert.equal(world.session.value, null);
  assert.deepEqual(world.asked.at(-1), ["remove", "/sessions/s", "t1"]);
  await assert.rejects(world.visit.ask("get", "/status"), { code: "missing_token", signedOut: true });
});

test("a proof made by a clock that is off is made once more, by then with the city's time", async () => {
  let asked = 0;
  const stale = () => Promise.reject(Object.assign(new Error(), { code: "device_proof_stale", signedOut: true }));
  const grant = { token: "t", refresh_token: "r", session_id: "s", server_time: "2026-11-22T08:00:00Z", expires_at: "2026-11-22T08:05:00Z" };
  const api = { post: async () => ((asked += 1) === 1 ? stale() : grant) };
  const visit = createVisit({ api, session: createSession("s", undefined), prover: { prove: async () => "p" }, here: HERE });
  await visit.open(LOGIN);
  assert.equal(asked, 2);
});

test("what was kept beside a session stays through renewals", async () => {
  const world = city();
  await world.visit.open(LOGIN, { role: "auditor" });
  world.at += 290_000;
  await world.visit.ask("get", "/status");
  assert.equal(world.session.value.role, "auditor");
});

/** A store of keys in memory. */
const shelf = () => {
  const kept = new Map();
  return { get: async (name) => kept.get(name), keep: async (name, value) => kept.get(name) ?? (kept.set(name, value), value) };
};

const parts = (proof) => proof.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));

test("a proof names method, address and time, and its own key has signed it", async () => {
  const store = shelf();
  const proof = await createProver({ store, now: () => 1_790_000_000_500, newId: () => "one" }).prove("POST", HERE("/sessions/refresh?x=1"));
  const [head, body] = parts(proof);
  assert.deepEqual(body, { jti: "one", htm: "POST", htu: HERE("/sessions/refresh"), iat: 1_790_000_000 });
  assert.equal(head.typ, "dpop+jwt");
  assert.deepEqual(Object.keys(head.jwk), ["kty", "crv", "x", "y"]);
  const key = await crypto.subtle.importKey("jwk", head.jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const [signed, signature] = [proof.slice(0, proof.lastIndexOf(".")), Buffer.from(proof.split(".")[2], "base64url")];
  assert.ok(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, Buffer.from(signed)));
});

test("the key stays the same after a reload and can never be taken out of the browser", async () => {
  const store = shelf();
  const jwk = async () => parts(await createProver({ store, now: () => 0 }).prove("POST", HERE("/x")))[0].jwk;
  assert.deepEqual(await jwk(), await jwk());
  const { privateKey } = await store.get("session");
  await assert.rejects(crypto.subtle.exportKey("jwk", privateKey));
});

for (const [sentence, options] of [
  ["a page without WebCrypto proves nothing", { subtle: null, store: shelf() }],
  ["a browser that never answers about its keys proves nothing", { store: { get: () => new Promise(() => {}) }, patience: 5 }],
  ["a browser that keeps no keys proves nothing", { store: { get: () => Promise.reject(new Error("closed")) } }],
]) {
  test(`${sentence} and can sign in all the same`, async () => assert.equal(await createProver({ now: () => 0, ...options }).prove("POST", HERE("/x")), null));
}

test("base64url has no characters that an address would change", () => {
  assert.equal(base64url(new Uint8Array([251, 255, 254])), "-__-");
  assert.equal(base64url("林"), "5p6X");
});

/** Locks as browsers keep them: who comes second waits until the first is gone or patience has run out. */
function lockKeeper() {
  const held = new Set();
  return {
    request: (name, { signal }, action) =>
      held.has(name) ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))) : (held.add(name), action()),
  };
}

test("of two tabs with one session, only the first may speak for it", async () => {
  const waiting = setTimeout(() => {}, 5_000);
  const locks = lockKeeper();
  assert.equal(await alone("s", { locks }), true);
  assert.equal(await alone("s", { locks, patience: 5 }), false);
  assert.equal(await alone("other", { locks, patience: 5 }), true);
  clearTimeout(waiting);
});

test("where a browser cannot tell, a tab is taken for the only one", async () => assert.equal(await alone("s", { locks: undefined }), true));

test("a wish goes under one key until it has come true, another wish under another", async () => {
  let failures = 1;
  const keys = [];
  let number = 0;
  const send = async (method, path, { key }) => {
    keys.push(key);
    if (failures-- > 0) throw new Error("offline");
  };
  const wishes = createWishes({ send, key: () => `k${(number += 1)}` });
  await assert.rejects(wishes.make("/papers", {}));
  await wishes.make("/papers", {});
  await wishes.make("/papers", {});
  assert.deepEqual(keys, ["k1", "k1", "k2"]);
});

test("a typed login finds the face that a demo city knows, however the number is written", () => {
  const residents = [{ login: { document_type: "resident_id", document_number: "31019919900101123X", name: "A", liveness_token: "face" } }];
  const typed = (document_number, document_type = "resident_id") => withLiveness({ document_type, document_number, name: "A" }, residents).liveness_token;
  assert.equal(typed("３１０１９９ 19900101 123x"), "face");
  assert.equal(typed("31019919900101123X", "passport"), undefined);
  assert.equal(typed("310199199001011230"), undefined);
});

for (const [name, userAgent] of [
  ["Chrome · Android", "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"],
  ["Safari · iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"],
  ["MicroMessenger · Android", "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0"],
  ["", "something new"],
]) {
  test(`a device is called "${name}"`, () => assert.equal(deviceName(userAgent), name));
}
