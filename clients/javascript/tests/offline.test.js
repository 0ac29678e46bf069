/** Verifying without network gives what the city's own verifier gives: on its published examples, and on broken ones. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { readCode, tidyCode, Unreadable, verifyOffline } from "../src/index.js";
import { verify } from "../src/sm2.js";

const VECTORS = new URL("../../../tests/codes/vectors/", import.meta.url);
const vectors = readdirSync(VECTORS).map((name) => JSON.parse(readFileSync(new URL(name, VECTORS), "utf8")));
const green = vectors.find((one) => one.expected.offline === "accepted");

const seconds = (time) => Date.parse(time) / 1000;
const rfc3339 = (instant) => new Date(instant * 1000).toISOString();

/** A trust list with the one key of an example, as old as the example's clock. */
function trustOf(vector, more = {}) {
  const now = seconds(vector.clock);
  const key = {
    kid: vector.key.kid,
    public_key: vector.key.public,
    not_before: rfc3339(now - 3600),
    not_after: rfc3339(now + 3600),
    state: "active",
  };
  return { issuer: "310000", keys: [{ ...key, ...more }], issued_at: rfc3339(now), expires_at: rfc3339(now + 600), signature: "" };
}

const answer = (vector, trust = trustOf(vector), more = {}) =>
  verifyOffline(vector.text, trust, { now: seconds(vector.clock), verify, ...more });

for (const vector of vectors) {
  test(`the example of ${vector.title} comes out as it says`, async () => {
    const told = await answer(vector);
    assert.equal(told.reason ?? "accepted", vector.expected.offline);
    assert.equal(told.colour, told.reason ? null : vector.fields.colour);
  });
}

test("every byte says what the formats say", () => {
  const { body, signed, signature } = readCode(green.text);
  assert.equal(Buffer.from(signed).toString("hex"), green.signed);
  assert.equal(Buffer.from(signature).toString("hex"), green.signature);
  assert.deepEqual(
    [body.carrier, body.region, body.kid, body.issuedAt, body.expiresAt - body.issuedAt, body.colour],
    ["screen", "310000", green.key.kid, seconds(green.fields.issued_at), green.fields.validity, green.fields.colour],
  );
});

test("a key of another use, of another time or of another city signs no screen code", async () => {
  const now = seconds(green.clock);
  assert.equal((await answer(green, trustOf(green, { use: "carrier" }))).reason, "unknown_key");
  assert.equal((await answer(green, trustOf(green, { not_after: rfc3339(now - 3000) }))).reason, "unknown_key");
  assert.equal((await answer(green, { ...trustOf(green), issuer: "110000" })).reason, "unknown_issuer");
});

test("a trust list past its end, or not signed by the pinned root, is not used", async () => {
  assert.equal((await answer(green, { ...trustOf(green), expires_at: rfc3339(seconds(green.clock) - 1) })).reason, "unavailable");
  const told = await answer(green, trustOf(green), { root: green.key.public });
  assert.deepEqual([told.reason, told.listAuthentic, told.body], ["unavailable", false, null]);
});

test("twenty seconds before its issue a code is good, a second earlier it is not", async () => {
  const issued = seconds(green.fields.issued_at);
  const at = (now) => verifyOffline(green.text, trustOf(green), { now, verify });
  assert.equal((await at(issued - 20)).reason, null);
  assert.equal((await at(issued - 21)).reason, "not_yet_valid");
  assert.equal((await at(issued + 60.9)).reason, null);
});

test("no changed character of a code is taken for a good one", async () => {
  for (let at = 4; at < green.text.length; at += 7) {
    const other = green.text[at] === "0" ? "1" : "0";
    const told = await answer({ ...green, text: green.text.slice(0, at) + other + green.text.slice(at + 1) });
    const inTag = at > 4 + (100 / 2) * 3 - 3; // the tag is for the issuer alone
    if (!inTag) assert.notEqual(told.reason, null, `position ${at}`);
  }
});

for (const [sentence, text, reason] of [
  ["nothing at all", "", "malformed"],
  ["a web address", "https://example.org/", "malformed"],
  ["another prefix", "HC1:6BF", "malformed"],
  ["a prefix alone", "YM1:", "malformed"],
  ["a character that base45 does not have", "YM1:abc", "malformed"],
  ["a value that no three characters mean", "YM1::::", "malformed"],
  ["a code that is cut off", green.text.slice(0, -3), "malformed"],
  ["a kind of the future", "YM1:QE0000", "unknown_kind"],
  ["more than any code has", `YM1:${"0".repeat(400)}`, "malformed"],
]) {
  test(`${sentence} is answered with ${reason}`, async () => {
    assert.throws(() => readCode(text), (failure) => failure instanceof Unreadable && failure.reason === reason);
    assert.equal((await answer({ ...green, text })).reason, reason);
  });
}

test("what a keyboard did to a code is undone", () => {
  assert.equal(tidyCode(green.text.toLowerCase()), green.text);
});
