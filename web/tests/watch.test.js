import assert from "node:assert/strict";
import { test } from "node:test";

import { Watch } from "../lib/watch.js";

/** A watch over answers that a test hands out, with a clock that a test moves. */
function scene({ every = 20_000, random = 0.5 } = {}) {
  const here = { now: 0, asked: 0, awake: true, answers: [], problems: [], reply: () => Promise.resolve({ n: here.asked, turns: here.turns ?? null }) };
  here.watch = new Watch({
    load: () => ((here.asked += 1), here.reply()),
    now: () => here.now,
    every: () => every,
    awake: () => here.awake,
    random: () => random,
    due: ({ turns }) => turns,
    onAnswer: (answer) => here.answers.push(answer.n),
    onProblem: (problem) => here.problems.push(problem),
  });
  here.at = (now) => ((here.now = now), here.watch.tick());
  return here;
}

test("it asks at once, and again when the pause is over", async () => {
  const here = scene();
  await here.at(0);
  await here.at(19_999);
  assert.deepEqual(here.answers, [1]);
  await here.at(20_000);
  assert.deepEqual(here.answers, [1, 2]);
});

test("phones do not ask in step", async () => {
  const early = scene({ random: 0 });
  await early.at(0);
  await early.at(16_000);
  assert.equal(early.asked, 2);
});

test("a change that is foreseen is looked for within seconds of it, spread by chance", async () => {
  const here = scene();
  here.turns = 3_000;
  await here.at(0);
  await here.at(5_499);
  assert.equal(here.asked, 1);
  await here.at(5_500);
  assert.equal(here.asked, 2);
});

test("a change in the past changes nothing about the pause", async () => {
  const here = scene();
  here.turns = -1;
  await here.at(0);
  await here.at(10_000);
  assert.equal(here.asked, 1);
});

test("nobody in front of the page: nothing is asked", async () => {
  const here = scene();
  here.awake = false;
  await here.at(0);
  assert.equal(here.asked, 0);
});

test("one question at a time", async () => {
  const here = scene();
  const first = here.at(0);
  here.watch.hurry();
  here.at(1);
  await first;
  assert.equal(here.asked, 1);
});

test("a failure is told, what was known stays, and the pause is no shorter than the city asks for", async () => {
  const here = scene({ every: 1_000 });
  await here.at(0);
  here.reply = () => Promise.reject({ retryAfter: 9 });
  await here.at(1_000);
  assert.equal(here.problems.length, 1);
  assert.equal(here.watch.answer.n, 1);
  await here.at(9_999);
  assert.equal(here.asked, 2);
});

test("an answer for whoever was here before is dropped", async () => {
  const here = scene();
  let hand;
  here.reply = () => new Promise((resolve) => (hand = resolve));
  const asked = here.at(0);
  here.watch.forget();
  hand({ n: 1, turns: null });
  await asked;
  assert.deepEqual(here.answers, []);
  assert.equal(here.watch.answer, null);
});

test("in a hurry it asks at the next tick", async () => {
  const here = scene();
  await here.at(0);
  here.watch.hurry();
  await here.at(1);
  assert.equal(here.asked, 2);
});
