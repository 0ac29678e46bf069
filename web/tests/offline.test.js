import assert from "node:assert/strict";
import { test } from "node:test";

import { createOffline } from "../scan/offline.js";

const TRUST = { issuer: "310000", issued_at: "2026-11-22T08:00:00Z", expires_at: "2026-11-23T08:00:00Z", keys: [], signature: "" };

/** A gate whose city publishes two status lists, and what was asked of it. */
function gate({ at = Date.parse("2026-11-22T08:10:00Z") } = {}) {
  const asked = [];
  const lists = [{ number: 0, issued_at: "a" }, { number: 1, issued_at: "a" }];
  const here = { asked, lists, at, local: 0, fails: false };
  const get = async (path) => {
    asked.push(path);
    if (here.fails) throw new Error("no network");
    if (path === "/trust-list") return TRUST;
    return path === "/status-lists" ? { status_lists: lists } : { number: Number(path.split("/").pop()) };
  };
  here.offline = createOffline({ get, clock: { now: () => here.at, local: () => here.local }, awake: () => true, sm2: async () => ({ sm2: {} }) });
  return here;
}

test("before anything was fetched this device cannot tell", async () => {
  assert.equal(await gate().offline.look("YM1:ABC"), null);
});

test("afterwards it tells, and how old its lists are", async () => {
  const { offline } = gate();
  await offline.tick();
  const reading = await offline.look("hello");
  assert.deepEqual([reading.reason, reading.alone.age], ["malformed", 600]);
});

test("a status list is fetched again only when there is a newer one", async () => {
  const here = gate();
  await here.offline.tick();
  here.lists[1] = { number: 1, issued_at: "b" };
  here.asked.length = 0;
  here.local += 20 * 60_000;
  await here.offline.tick();
  assert.deepEqual(here.asked.filter((path) => path.startsWith("/status-lists/")), ["/status-lists/1"]);
});

test("what could not be fetched at first is tried again within two minutes", async () => {
  const here = gate();
  here.fails = true;
  await here.offline.tick();
  here.fails = false;
  here.local += 2 * 60_000;
  await here.offline.tick();
  assert.equal((await here.offline.look("hello")).reason, "malformed");
});

test("what was fetched is good until it expires, however often fetching fails", async () => {
  const here = gate();
  await here.offline.tick();
  here.fails = true;
  here.local += 20 * 60_000;
  await here.offline.tick();
  assert.equal((await here.offline.look("hello")).reason, "malformed");
  here.at = Date.parse("2026-11-23T08:00:01Z");
  assert.equal(await here.offline.look("hello"), null);
});
