/** The package against a running city: who reads `YIMA_CITY`, the path of its city.json. Run by tests/clients. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { createHolder, createVerifier, Problem, verifyOffline } from "../src/index.js";
import { verify } from "../src/sm2.js";

const city = JSON.parse(readFileSync(process.env.YIMA_CITY, "utf8"));
const base = `${city.base_url}/v1`;
const { client_id: clientId, client_secret: clientSecret } = city.verifiers[0];
const gate = createVerifier({ base, clientId, clientSecret });
const holder = createHolder({ base, login: city.residents[0].login });

test("a holder's code is verified by a gate, and once only", async () => {
  const { code } = await holder.code();
  const told = await gate.verify({ code, purpose: "entry", place: "east gate" });
  assert.deepEqual([told.verdict, told.carrier, told.specimen], ["accepted", "screen", true]);
  const elsewhere = city.verifiers[1];
  const other = createVerifier({ base, clientId: elsewhere.client_id, clientSecret: elsewhere.client_secret });
  assert.equal((await other.verify({ code, purpose: "entry" })).reason, "replayed");
});

test("a gate without network comes to the colour that the city tells", async () => {
  const trust = await gate.trustList();
  const { code } = await holder.code();
  const alone = await verifyOffline(code, trust, { now: Date.now() / 1000, verify });
  const { colour } = await holder.status();
  assert.deepEqual([alone.reason, alone.colour], [null, colour]);
});

test("a wrong secret is refused by name, and nothing of it is repeated", async () => {
  const thief = createVerifier({ base, clientId, clientSecret: "guessed" });
  const failure = await thief.verify({ code: "YM1:", purpose: "entry" }).catch((problem) => problem);
  assert.ok(failure instanceof Problem);
  assert.equal(failure.code, "invalid_client");
  assert.ok(!JSON.stringify(failure.evidence).includes("guessed"));
});

test("a session goes on from what was kept", async () => {
  const kept = [];
  const before = createHolder({ base, login: city.residents[1].login, onKeep: (session) => kept.push(session) });
  await before.status();
  const after = createHolder({ base, session: { ...kept.at(-1), until: 0 }, onKeep: (session) => kept.push(session) });
  assert.ok((await after.status()).colour);
  assert.notEqual(kept[0].refresh, kept[1].refresh);
});
