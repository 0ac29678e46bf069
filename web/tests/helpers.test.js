import assert from "node:assert/strict";
import { test } from "node:test";

import { apiBase, createApi } from "../lib/api.js";
import { createBearer } from "../sdk/tokens.js";
import { createGunListener, looksLikeCode, tidyCode } from "../lib/codetext.js";
import { purposesIn, purposesOf } from "../lib/purposes.js";
import { createSession } from "../lib/session.js";
import { modulesAcross, pixelsPerModule, svgText, toPixelGrid } from "../lib/symbol.js";


for (const [sentence, typed, code] of [
  ["line breaks and tabs of a mail are taken out", "YM1:AB\r\nC\tD", "YM1:ABCD"],
  ["blanks are digits of base45 and stay, even at the end", "  YM1:A B ", "YM1:A B "],
  ["full-width letters of an input method become plain", "ＹＭ１：ＡＢ　Ｃ", "YM1:AB C"],
  ["a scanner gun with caps lock on is understood", "ym1:ab%c", "YM1:AB%C"],
]) {
  test(sentence, () => assert.equal(tidyCode(typed), code));
}

test("a code in the place field is noticed, a place is not", () => {
  assert.ok(looksLikeCode(" ym1:ABC"));
  assert.ok(!looksLikeCode("南门 YM1"));
});

/** Type a text with a pause between keys, in milliseconds, then Enter. */
function typed(text, pause) {
  const press = createGunListener();
  [...text].forEach((key, index) => press(key, index * pause));
  return press("Enter", text.length * pause).text;
}

test("a gun's burst of keys is one code", () => assert.equal(typed("YM1:ABC DEF", 12), "YM1:ABC DEF"));
test("a person's typing is not", () => assert.equal(typed("YM1:ABC DEF", 220), null));
test("a gun that stutters after our prefix is waited for, so that half a code is never sent", () => {
  const press = createGunListener();
  [..."YM1:"].forEach((key, index) => press(key, index * 10));
  [..."ABCDEF"].forEach((key, index) => press(key, 100 + index * 400));
  assert.equal(press("Enter", 2_500).text, "YM1:ABCDEF");
});
test("Enter alone is not", () => assert.equal(typed("", 10), null));
test("shift and other named keys do not break a burst", () => {
  const press = createGunListener();
  [..."Shift,Y,Shift,M,1,Shift,:,A,B,C,D".split(",")].forEach((key, index) => press(key, index * 10));
  assert.equal(press("Enter", 120).text, "YM1:ABCD");
});

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 53 53"/>';

test("the symbol's modules are read from either kind of data URL", () => {
  assert.equal(modulesAcross(`data:image/svg+xml;base64,${btoa(svg)}`), 53);
  assert.equal(modulesAcross(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`), 53);
  assert.equal(modulesAcross("data:image/png;base64,AAAA"), null);
  assert.equal(svgText(undefined), "");
});

for (const [modules, available, ratio, pixels] of [[53, 318, 1, 6], [53, 317.9, 1, 5], [53, 326, 2.625, 16], [53, 280, 3, 15], [53, 334, 1.5, 9], [53, 20, 1, 1]]) {
  test(`${modules} modules in ${available} px at ${ratio} pixels per px have ${pixels} pixels each`, () => {
    assert.equal(pixelsPerModule(modules, available, ratio), pixels);
  });
}

for (const [at, ratio, shift] of [[10, 1, 0], [40.75, 2, 0.25], [40.25, 2, 0.25], [44.5, 2, 0]]) {
  test(`${at} px at ${ratio} pixels per px lies ${shift} px from the grid`, () => assert.equal(toPixelGrid(at, ratio), shift));
}

test("the API is where the page says; only a developer's own machine may say otherwise", () => {
  const at = (hostname, search = "") => apiBase({ meta: "/v1", location: { hostname, search } });
  assert.equal(at("code.example"), "/v1");
  assert.equal(at("code.example", "?api=https://evil.example"), "/v1");
  assert.equal(at("127.0.0.1", "?api=http://127.0.0.1:9000/v1/"), "http://127.0.0.1:9000/v1");
});

/** An API whose server gives one prepared answer. */
function apiAnswering(body, init = {}) {
  const seen = {};
  const clock = { local: () => 0, learn: (time) => (seen.time = time) };
  const fetch = async (url, request) => {
    Object.assign(seen, { url, request });
    return new Response(typeof body === "string" ? body : JSON.stringify(body), init);
  };
  return { api: createApi({ base: "/v1", clock, fetch }), seen };
}

test("an answer teaches the clock, a token travels in a header and never in the address", async () => {
  const { api, seen } = apiAnswering({ server_time: "2026-11-22T08:00:00Z" });
  await api.post("/codes", { token: "secret", json: {} });
  assert.equal(seen.time, "2026-11-22T08:00:00Z");
  assert.equal(seen.url, "/v1/codes");
  assert.equal(seen.request.headers.Authorization, "Bearer secret");
});

for (const [sentence, body, init, code, passing] of [
  ["a problem document keeps its code", { code: "unknown_purpose" }, { status: 422 }, "unknown_purpose", false],
  ["OAuth's own errors are problems too", { error: "invalid_client" }, { status: 401 }, "invalid_client", false],
  ["a gateway's page is 'unavailable'", "<html>", { status: 502 }, "unavailable", true],
  ["an unreadable success is no success", "<html>", { status: 200 }, "unreadable", false],
]) {
  test(sentence, async () => {
    const { api } = apiAnswering(body, init);
    await assert.rejects(api.get("/x"), (problem) => problem.code === code && problem.passing === passing);
  });
}

test("Retry-After is heard, in seconds", async () => {
  const { api } = apiAnswering({ code: "unavailable" }, { status: 503, headers: { "Retry-After": "4" } });
  await assert.rejects(api.get("/x"), { retryAfter: 4 });
});

test("no network is a problem by name", async () => {
  const fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  const api = createApi({ base: "/v1", clock: { local: () => 0, learn() {} }, fetch });
  await assert.rejects(api.get("/x"), { code: "offline", status: 0 });
});

/** A bearer whose tokens are numbered and whose time is set by hand. */
function bearer() {
  const world = { at: 0, granted: 0 };
  const renew = async () => ({ token: `t${(world.granted += 1)}`, until: world.at + 300_000 });
  return Object.assign(world, createBearer({ renew, now: () => world.at }));
}

test("a token is kept for most of its five minutes and then renewed", async () => {
  const desk = bearer();
  assert.equal(await desk.token(), "t1");
  desk.at = 269_000;
  assert.equal(await desk.token(), "t1");
  desk.at = 271_000;
  assert.equal(await desk.token(), "t2");
});

test("two questions at once ask for one token", async () => {
  const desk = bearer();
  assert.deepEqual(await Promise.all([desk.token(), desk.token()]), ["t1", "t1"]);
});

test("a refused token is replaced once; a second refusal is told", async () => {
  const desk = bearer();
  const refused = { signedOut: true };
  const picky = async (token) => (token === "t2" ? "yes" : Promise.reject(refused));
  assert.equal(await desk.using(picky), "yes");
  await assert.rejects(desk.using(() => Promise.reject(refused)), (problem) => problem === refused);
});

test("two callers whose token is refused at once fetch one fresh token between them", async () => {
  const desk = bearer();
  const picky = async (token) => (token === "t1" ? Promise.reject({ signedOut: true }) : token);
  await desk.token();
  assert.deepEqual(await Promise.all([desk.using(picky), desk.using(picky)]), ["t2", "t2"]);
});

test("the purposes are read from the API's description, through references", () => {
  const document = {
    paths: { "/v1/verifications": { post: { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/V" } } } } } } },
    components: { schemas: { V: { properties: { purpose: { $ref: "#/components/schemas/P" } } }, P: { enum: ["entry", "transit"] } } },
  };
  assert.deepEqual(purposesOf(document), ["entry", "transit"]);
  assert.equal(purposesOf({}), null);
});

test("the purposes are read from a refusal, whatever it calls the list", () => {
  assert.deepEqual(purposesIn({ evidence: { code: "x", registered: ["entry"] } }), ["entry"]);
  assert.equal(purposesIn({ evidence: { code: "x" } }), null);
});

test("a session outlives a reload of its tab, and nothing survives its end", () => {
  const store = new Map();
  const tab = { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value), removeItem: (key) => store.delete(key) };
  createSession("s", tab).keep({ token: "t" });
  const again = createSession("s", tab);
  assert.deepEqual(again.value, { token: "t" });
  again.end();
  assert.equal(createSession("s", tab).value, null);
  assert.equal(store.size, 0);
});
