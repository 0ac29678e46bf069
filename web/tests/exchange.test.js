import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../lib/api.js";
import { Exchange } from "../lib/exchange.js";
import { BY_EXCHANGE, fieldsFor } from "../lib/purposes.js";
import { readAnswer, readOffer, remembered } from "../scan/verdict.js";

const OFFER = { token: "x1.a", until: 0, fields: fieldsFor("government") };
const NEEDED = new Problem("consent_needed", { status: 403, evidence: { fields: ["name"] } });
const VALUES = { name: { value: "林晚晴", mask: "full" } };

/** An exchange with a city that agrees to nothing before `world.state` is `agreed`; what was sent is in `world.sent`. */
function desk() {
  const world = { at: 0, state: "asked", sent: [], phases: [] };
  const disclose = async (wish) => (world.sent.push(wish), world.state === "agreed" ? { fields: VALUES } : Promise.reject(NEEDED));
  const request = async (wish) => (world.sent.push(wish), { consent_id: "c1" });
  const look = async (id) => world.trouble ?? { consent_id: id, state: world.state };
  const exchange = new Exchange({ disclose, request, look: (id) => look(id).then((found) => (found instanceof Problem ? Promise.reject(found) : found)), now: () => world.at, onChange: ({ phase }) => world.phases.push(phase) });
  exchange.begin(OFFER);
  return { world, exchange };
}

test("what a law asks for is told at once", async () => {
  const { world, exchange } = desk();
  world.state = "agreed";
  await exchange.choose(["name"]);
  assert.deepEqual(exchange.state.values, VALUES);
  assert.deepEqual(world.sent, [{ exchange_token: "x1.a", fields: ["name"] }]);
});

test("the holder is asked for exactly what needs their consent, looked at now and then, and told once they agree", async () => {
  const { world, exchange } = desk();
  await exchange.choose(["name", "document_type"]);
  assert.equal(exchange.state.phase, "needed");
  await exchange.ask({ use: "once", why: "…" });
  assert.deepEqual(world.sent[1], { exchange_token: "x1.a", fields: ["name"], use: "once", why: "…" });
  assert.equal(exchange.tick(), undefined);
  world.at = 2_000;
  await exchange.tick();
  assert.equal(exchange.state.phase, "waiting");
  [world.at, world.state] = [4_000, "agreed"];
  await exchange.tick();
  assert.equal(exchange.state.phase, "told");
  assert.deepEqual(world.sent[2].fields, ["name", "document_type"]);
});

for (const [state, phase] of [["refused", "refused"], ["lapsed", "over"], ["withdrawn", "over"]]) {
  test(`a request that is ${state} is ${phase}, and nobody asks on`, async () => {
    const { world, exchange } = desk();
    await exchange.choose(["name"]);
    await exchange.ask({ use: "once", why: "" });
    [world.at, world.state] = [2_000, state];
    await exchange.tick();
    assert.equal(exchange.state.phase, phase);
    world.at = 99_000;
    assert.equal(exchange.tick(), undefined);
  });
}

test("a look that does not reach the city is tried again, one that is refused is not", async () => {
  const { world, exchange } = desk();
  await exchange.choose(["name"]);
  await exchange.ask({ use: "once", why: "" });
  [world.at, world.trouble] = [2_000, new Problem("offline")];
  await exchange.tick();
  assert.equal(exchange.state.phase, "waiting");
  [world.at, world.trouble] = [4_000, new Problem("consent_request_not_found", { status: 404 })];
  await exchange.tick();
  assert.equal(exchange.state.phase, "over");
});

test("a refusal leaves the choice where it was, and says why", async () => {
  const { exchange } = desk();
  exchange.disclose = () => Promise.reject(new Problem("exchange_token_expired", { status: 401 }));
  await exchange.choose(["name"]);
  assert.deepEqual([exchange.state.phase, exchange.state.problem.code], ["choose", "exchange_token_expired"]);
});

test("nothing is left of a verdict that has left the screen, and what comes late is dropped", async () => {
  const { world, exchange } = desk();
  world.state = "agreed";
  const late = exchange.choose(["name"]);
  exchange.forget();
  await late;
  assert.deepEqual([exchange.state.phase, exchange.state.values, exchange.state.offer], ["none", null, null]);
});

test("an offer is made only where there is a token, and fields that the purpose allows", () => {
  const answer = { exchange_token: "x1.a", exchange_until: "2026-11-22T08:00:00Z" };
  assert.deepEqual(readOffer(answer, "lodging").fields.map(({ basis }) => basis), ["law", "law", "law"]);
  assert.equal(readOffer(answer, "transit"), null);
  assert.equal(readOffer(answer, "moonlight"), null);
  assert.equal(readOffer({ exchange_token: null }, "lodging"), null);
  assert.ok(Object.values(BY_EXCHANGE).flat().every(([, mask, basis]) => ["full", "masked"].includes(mask) && ["law", "consent"].includes(basis)));
});

test("a pairwise id is shown short, a missing name is said quietly, and the device remembers neither id nor token", () => {
  const reading = readAnswer({ verdict: "accepted", colour: "green", holder: null, pairwise_id: "7f3a29c1deadbeef", exchange_token: "x1.a" });
  assert.deepEqual([reading.pairwise, reading.nameless], ["7F3A-29C1", true]);
  assert.equal(JSON.stringify([reading, remembered(reading)]).includes("x1.a"), false);
  assert.equal(JSON.stringify(remembered(reading)).includes("7F3A"), false);
  assert.equal(readAnswer({ verdict: "rejected", reason: "expired" }).nameless, false);
});
