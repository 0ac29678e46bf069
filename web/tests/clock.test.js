import assert from "node:assert/strict";
import { test } from "node:test";

import { bounds, createClock, createStopwatch, narrow } from "../lib/clock.js";

const server = (seconds) => new Date(seconds * 1000).toISOString().replace(".000", "");

/** A clock whose phone time is set by hand. */
function phone({ wallAhead = 0 } = {}) {
  let at = 0;
  const clock = createClock({ local: () => at, wall: () => 1_000_000 + at + wallAhead });
  return { clock, pass: (milliseconds) => (at += milliseconds), get at() { return at; } };
}

test("one answer bounds the offset by the round trip and the server's whole second", () => {
  assert.deepEqual(bounds({ serverTime: 5_000, sentAt: 100, receivedAt: 300 }), { low: 4_700, high: 5_900 });
});

test("the middle of the bounds is the offset with half a round trip", () => {
  const { low, high } = bounds({ serverTime: 5_000, sentAt: 100, receivedAt: 300, precision: 0 });
  assert.equal((low + high) / 2, 5_000 - (100 + 300) / 2);
});

test("a second answer narrows the first", () => {
  assert.deepEqual(narrow({ low: 0, high: 1_000 }, { low: 400, high: 1_400 }), { low: 400, high: 1_000 });
});

test("an answer that contradicts what was known replaces it: some clock was set", () => {
  assert.deepEqual(narrow({ low: 0, high: 1_000 }, { low: 9_000, high: 9_900 }), { low: 9_000, high: 9_900 });
});

test("many answers find the city's time to a tenth of a second, however wrong the phone is", () => {
  const { clock, pass } = phone({ wallAhead: 3_600_000 });
  const truth = () => 1_000_000 + clock.local();
  for (let index = 0; index < 40; index += 1) {
    const sentAt = clock.local();
    const stamped = server(Math.floor((truth() + 20) / 1000));
    pass(40);
    clock.learn(stamped, { sentAt, receivedAt: clock.local() });
    pass(1_370);
  }
  assert.ok(Math.abs(clock.now() - truth()) < 100, `off by ${clock.now() - truth()} ms`);
  assert.equal(clock.phoneAhead(), 3_600);
});

test("before the first answer the phone's own clock is all there is", () => {
  const { clock } = phone();
  assert.equal(clock.now(), 1_000_000);
  assert.equal(clock.phoneAhead(), 0);
});

test("an answer without a readable time teaches nothing", () => {
  const { clock } = phone();
  clock.learn(undefined, { sentAt: 0, receivedAt: 10 });
  clock.learn("soon", { sentAt: 0, receivedAt: 10 });
  assert.equal(clock.now(), 1_000_000);
});

for (const [sentence, steady, wall, expected] of [
  ["both clocks run", [0, 100, 200], [0, 100, 200], 200],
  ["the steady clock stopped while the phone slept", [0, 100, 100], [0, 100, 60_100], 60_100],
  ["somebody put the wall clock back", [0, 100, 200], [0, 100, -9_000], 200],
  ["both went back, which never happens", [0, 100, 50], [0, 100, 40], 100],
]) {
  test(`elapsed time is never too short: ${sentence}`, () => {
    const steadyTimes = [...steady];
    const wallTimes = [...wall];
    const elapsed = createStopwatch({ steady: () => steadyTimes.shift(), wall: () => wallTimes.shift() });
    elapsed();
    assert.equal(elapsed(), expected);
  });
}
