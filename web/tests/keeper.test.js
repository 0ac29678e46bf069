import assert from "node:assert/strict";
import { test } from "node:test";

import { CodeKeeper } from "../lib/keeper.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A keeper in a city whose time and answers are set by hand. */
function city({ random = () => 0 } = {}) {
  const world = { at: 1_000_000, awake: true, asked: 0, answer: null };
  const time = (milliseconds) => new Date(milliseconds).toISOString();
  world.honest = async () => ({ code: `YM1:${world.asked}`, colour: "green", issued_at: time(world.at), expires_at: time(world.at + 60_000) });
  world.answer = world.honest;
  const issue = () => {
    world.asked += 1;
    return world.answer();
  };
  world.keeper = new CodeKeeper({ issue, now: () => world.at, awake: () => world.awake, random });
  world.after = async (milliseconds) => {
    world.at += milliseconds;
    world.keeper.tick();
    await settled();
  };
  return world;
}

const failing = (problem) => async () => {
  throw problem;
};

test("the first tick asks for a code and shows it", async () => {
  const world = city();
  await world.after(0);
  assert.equal(world.keeper.code.code, "YM1:1");
});

test("nothing is asked until renewal is due, five seconds before the end", async () => {
  const world = city();
  await world.after(0);
  await world.after(54_900);
  assert.equal(world.asked, 1);
  await world.after(100);
  assert.equal(world.asked, 2);
});

test("a code that has expired leaves the screen in the same tick, whether or not another one comes", async () => {
  const world = city();
  await world.after(0);
  world.answer = failing({ code: "offline" });
  await world.after(60_000);
  assert.equal(world.keeper.code, null);
});

test("a code is put away at once where the city refuses the next one", async () => {
  const world = city();
  await world.after(0);
  world.answer = failing({ code: "delegation_ended", passing: false });
  await world.after(56_000);
  assert.equal(world.keeper.code, null);
  assert.equal(world.keeper.problem.code, "delegation_ended");
});

test("a code still alive stays while renewing fails", async () => {
  const world = city();
  await world.after(0);
  world.answer = failing({ code: "unavailable" });
  await world.after(56_000);
  assert.equal(world.keeper.code.code, "YM1:1");
  assert.equal(world.keeper.problem.code, "unavailable");
});

test("failures are retried further and further apart, and one success forgets them", async () => {
  const world = city({ random: () => 1 });
  world.answer = failing({ code: "unavailable" });
  const gaps = [];
  for (let last = world.at, asked = 0; gaps.length < 5; ) {
    await world.after(100);
    if (world.asked === asked) continue;
    gaps.push(world.at - last);
    [last, asked] = [world.at, world.asked];
  }
  assert.deepEqual(gaps.slice(1), [1_000, 2_000, 4_000, 8_000]);
  world.answer = world.honest;
  await world.after(30_000);
  assert.equal(world.keeper.problem, null);
});

test("a page in the background or without network asks for nothing", async () => {
  const world = city();
  world.awake = false;
  await world.after(0);
  assert.equal(world.asked, 0);
  world.awake = true;
  await world.after(0);
  assert.equal(world.asked, 1);
});

test("when the network returns, what was put off is tried at once", async () => {
  const world = city();
  world.answer = failing({ code: "offline", retryAfter: 30 });
  await world.after(0);
  world.answer = world.honest;
  await world.after(10);
  assert.equal(world.asked, 1);
  world.keeper.hurry();
  await world.after(10);
  assert.equal(world.keeper.code.code, "YM1:2");
});

test("a tap while a question is under way asks no second one", async () => {
  const world = city();
  const first = world.keeper.renew();
  await world.keeper.renew();
  await first;
  assert.equal(world.asked, 1);
});

test("an answer that arrives after its code has expired is not shown", async () => {
  const world = city();
  world.answer = async () => {
    const late = await world.honest();
    world.at += 61_000;
    return late;
  };
  await world.after(0);
  assert.equal(world.keeper.code, null);
  assert.equal(world.keeper.problem.code, "late");
});

test("an answer for somebody who has signed out meanwhile is thrown away", async () => {
  const world = city();
  const asking = world.keeper.renew();
  world.keeper.forget();
  await asking;
  assert.equal(world.keeper.code, null);
  assert.equal(world.keeper.busy, false);
});
