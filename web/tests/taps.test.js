import assert from "node:assert/strict";
import { test } from "node:test";

import { Taps } from "../lib/taps.js";

/** A button that acts once a second, and when it did. */
function button() {
  const here = { at: 0, acted: [] };
  here.taps = new Taps({ act: () => here.acted.push(here.at), now: () => here.at, every: 1000 });
  here.after = (milliseconds, what = "tick") => {
    here.at += milliseconds;
    here.taps[what]();
  };
  return here;
}

test("a tap acts at once", () => {
  const here = button();
  here.after(5, "tap");
  assert.deepEqual(here.acted, [5]);
});

test("of many taps within a second one acts when it is over, and is not lost", () => {
  const here = button();
  here.after(0, "tap");
  for (const pause of [200, 200, 200]) here.after(pause, "tap");
  assert.deepEqual(here.acted, [0]);
  here.after(400);
  here.after(2000);
  assert.deepEqual(here.acted, [0, 1000]);
});

test("nothing is done without a tap, nor for somebody who has gone", () => {
  const here = button();
  here.after(5000);
  here.after(0, "tap");
  here.after(100, "tap");
  here.taps.forget();
  here.after(5000);
  assert.deepEqual(here.acted, [5000]);
});
