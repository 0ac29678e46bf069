import assert from "node:assert/strict";
import { test } from "node:test";

import { backOff, remaining, renewalDue } from "../lib/countdown.js";

const code = { issuedAt: 0, expiresAt: 60_000 };

for (const [now, left, seconds, share] of [
  [0, 60_000, 60, 1],
  [500, 59_500, 60, 59_500 / 60_000],
  [59_001, 999, 1, 999 / 60_000],
  [60_000, 0, 0, 0],
  [75_000, 0, 0, 0],
  [-300, 60_000, 60, 1],
]) {
  test(`at ${now} ms a one-minute code shows ${seconds} s`, () => {
    assert.deepEqual(remaining(code, now), { left, seconds, share });
  });
}

test("a code is renewed between five and ten seconds before it expires", () => {
  assert.equal(renewalDue(code, 0), 55_000);
  assert.equal(renewalDue(code, 1), 50_000);
});

test("a very short code keeps at least half its life", () => {
  assert.equal(renewalDue({ issuedAt: 0, expiresAt: 6_000 }, 1), 3_000);
});

for (const [failures, random, retryAfter, expected] of [
  [1, 0, 0, 500],
  [1, 1, 0, 1_000],
  [2, 1, 0, 2_000],
  [4, 0, 0, 4_000],
  [20, 1, 0, 30_000],
  [1, 1, 7, 7_000],
]) {
  test(`after failure ${failures} with chance ${random} and Retry-After ${retryAfter} we wait ${expected} ms`, () => {
    assert.equal(backOff(failures, random, retryAfter), expected);
  });
}
