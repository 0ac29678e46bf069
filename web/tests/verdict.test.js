import assert from "node:assert/strict";
import { test } from "node:test";

import { duration } from "../lib/duration.js";
import { missedBy, readAnswer, readOffline, readProblem, stay } from "../scan/verdict.js";

for (const [sentence, answer, tone] of [
  ["a green code is green", { verdict: "accepted", colour: "green" }, "green"],
  ["a genuine red code is red, not a refusal", { verdict: "accepted", colour: "red" }, "red"],
  ["a genuine code without a colour is simply accepted", { verdict: "accepted", colour: null }, "accepted"],
  ["a refusal never wears a code's colour", { verdict: "rejected", reason: "replayed", colour: "green" }, "rejected"],
  ["'cannot tell' does not look like a refusal", { verdict: "rejected", reason: "unavailable" }, "unknown"],
  ["a reason from the future is still a refusal", { verdict: "rejected", reason: "moonlight" }, "rejected"],
  ["a verdict from the future is never taken for a yes", { verdict: "perhaps", colour: "green" }, "rejected"],
]) {
  test(sentence, () => assert.equal(readAnswer(answer).tone, tone));
}

test("no answer is 'cannot tell', with the problem kept", () => {
  const reading = readProblem({ code: "timeout" });
  assert.equal(reading.tone, "unknown");
  assert.equal(reading.problem.code, "timeout");
});

const window = { issued_at: "2026-11-22T08:00:00Z", expires_at: "2026-11-22T08:01:00Z" };

for (const [reason, server_time, key, n] of [
  ["expired", "2026-11-22T08:01:44Z", "duration.seconds", 44],
  ["expired", "2026-11-22T08:04:10Z", "duration.minutes", 3],
  ["expired", "2026-11-25T08:04:10Z", "duration.days", 3],
  ["not_yet_valid", "2026-11-22T07:59:00Z", "duration.seconds", 60],
  ["not_yet_valid", "2026-11-22T05:00:00Z", "duration.hours", 3],
]) {
  test(`${reason} at ${server_time} missed the window by ${n} ${key}`, () => {
    const reading = readAnswer({ verdict: "rejected", reason, server_time, ...window });
    assert.deepEqual(duration(missedBy(reading.window, reason)), { key, n });
  });
}

test("the times are shown only where time was the matter, and only when all are known", () => {
  const server_time = "2026-11-22T08:01:44Z";
  assert.equal(readAnswer({ verdict: "rejected", reason: "replayed", server_time, ...window }).window, null);
  assert.equal(readAnswer({ verdict: "rejected", reason: "expired", server_time }).window, null);
});

test("what has to be read and acted on stays longer than a plain yes", () => {
  const yes = stay(readAnswer({ verdict: "accepted", colour: "green" }));
  for (const answer of [{ verdict: "accepted", colour: "red" }, { verdict: "rejected", reason: "expired" }, { verdict: "rejected", reason: "unavailable" }]) {
    assert.ok(stay(readAnswer(answer)) > yes);
  }
});

const NOW = Date.parse("2026-11-22T08:01:44Z") / 1000;
const SCREEN = { carrier: "screen", shownBy: "holder", specimen: false, issuedAt: NOW - 104, expiresAt: NOW - 44 };
const found = (more) => ({ reason: null, colour: null, body: SCREEN, listAge: 600, statusListAge: null, ...more });

for (const [sentence, answer, tone] of [
  ["without network a green code is green", { colour: "green" }, "green"],
  ["without network a red code is red", { colour: "red" }, "red"],
  ["without network a paper is accepted and has no colour", { body: { ...SCREEN, carrier: "paper" }, statusListAge: 60 }, "accepted"],
  ["without network a forgery is a refusal", { reason: "bad_signature", colour: "green" }, "rejected"],
  ["without network an unreadable text is a refusal", { reason: "malformed", body: null }, "rejected"],
]) {
  test(sentence, () => {
    const reading = readOffline(found(answer), NOW);
    assert.equal(reading.tone, tone);
    assert.equal(reading.alone.age, answer.statusListAge ?? 600);
    assert.deepEqual([reading.name, reading.nameless, reading.pairwise], [null, false, null]);
  });
}

test("without network it is never said that a code was spent", () => {
  assert.equal(readOffline(found({ colour: "green" }), NOW).what, "offline.what");
  assert.equal(readOffline(found({ body: { ...SCREEN, carrier: "paper" }, statusListAge: 60 }), NOW).next, "offline.next");
});

test("without network a code out of its time says by how much, too", () => {
  const reading = readOffline(found({ reason: "expired" }), NOW);
  assert.equal(missedBy(reading.window, "expired"), 44);
});

test("what this device cannot tell is no verdict of its own", () => {
  assert.equal(readOffline(found({ reason: "unavailable", body: null }), NOW), null);
});

test("a paper is still to be held against who stands there", () => {
  assert.deepEqual(readOffline(found({ body: { ...SCREEN, carrier: "paper" }, statusListAge: 60 }), NOW).checks, ["carrier.paper.check"]);
});
