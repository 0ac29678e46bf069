import assert from "node:assert/strict";
import { test } from "node:test";

import { scannersOf } from "../lib/city.js";
import { childrenOf, grouped, says, sorted } from "../lib/consents.js";
import { WORDS } from "../lib/i18n.js";
import { readPage, terminalName, together } from "../lib/looks.js";
import { BY_EXCHANGE } from "../lib/purposes.js";
import { ROLES } from "../lib/roles.js";
import { clientActs, KINDS, scopeKey, scopesOf } from "../lib/scopes.js";

const at = (minute) => `2026-11-22T08:${String(minute).padStart(2, "0")}:00Z`;
const scans = (cursor, ...minutes) => readPage("scans", { scans: minutes.map((n) => ({ scanned_at: at(n), verifier_name: "v", purpose: "entry", place: "", carrier: "screen", shown_by: "holder", fields: [] })), next_cursor: cursor });
const told = (cursor, ...minutes) => readPage("disclosures", { disclosures: minutes.map((n) => ({ disclosed_at: at(n), verifier_name: "v", purpose: "entry", place: "", fields: ["name"], basis: "law", consent_id: null })), next_cursor: cursor });

/** Which minutes are shown, d for a disclosure; and which list is read on in. */
function shown(lists) {
  const { items, next } = together(lists);
  return [items.map((one) => (one.kind === "scan" ? "" : "d") + Number(one.at.slice(14, 16))).join(" "), next];
}

test("two lists are one by time; at the same instant the disclosure is newer than its scan", () => {
  assert.deepEqual(shown({ scans: scans(null, 9, 5), disclosures: told(null, 9, 7) }), ["d9 9 d7 5", null]);
});

test("nothing is shown as if complete where one of the lists may have more in between", () => {
  assert.deepEqual(shown({ scans: scans("c", 9, 5), disclosures: told(null, 8, 2) }), ["9 d8 5", "scans"]);
  assert.deepEqual(shown({ scans: scans("c", 9, 5), disclosures: told("c", 8, 6) }), ["9 d8 d6", "disclosures"]);
  assert.deepEqual(shown({ scans: scans(null), disclosures: told(null) }), ["", null]);
});

test("a further page follows those before it", () => {
  const first = scans("c", 9);
  assert.equal(readPage("scans", { scans: [], next_cursor: null }, first.items).items.length, 1);
});

test("two gates can be told apart by the end of their ids", () => {
  assert.equal(terminalName("terminal-209b64e884009f92021a7b22"), "1a7b22");
  assert.equal(terminalName("南门"), "南门");
});

const consent = (state) => ({ consent_id: state, state });

test("who waits for an answer comes first, then what runs, then what is over, whoever's they are", () => {
  const circles = [{ child: null, consents: ["used", "agreed", "asked"].map(consent) }, { child: { name: "沈*果" }, consents: [consent("asked")] }];
  const { asked, running, over } = sorted(circles);
  assert.deepEqual([asked.length, running.length, over.length], [2, 1, 1]);
  assert.equal(asked[1].circle.child.name, "沈*果");
});

test("only children in one's care are asked for", () => {
  const one = { role: "guardian", kind: "child", state: "active" };
  const others = [{ ...one, role: "dependant" }, { ...one, kind: "adult" }, { ...one, state: "proposed" }];
  assert.deepEqual(childrenOf({ delegations: [one, ...others] }), [one]);
});

test("an answer that differs in nothing but its time says nothing new", () => {
  assert.equal(says([{ server_time: "a", consents: [1] }]), says([{ server_time: "b", consents: [1] }]));
  assert.notEqual(says([{ consents: [1] }]), says([{ consents: [2] }]));
});

test("a digest is read in eight groups of eight", () => assert.equal(grouped("0123456789abcdef"), "01234567 89abcdef"));

test("each field, each state, each scope, each kind and each view has its words", () => {
  const fields = Object.values(BY_EXCHANGE).flat().map(([name]) => `field.${name}`);
  const states = ["asked", "agreed", "refused", "lapsed", "used", "withdrawn", "ended"].map((state) => `consents.state.${state}`);
  const scopes = Object.keys(KINDS).flatMap((kind) => scopesOf(kind).map(({ scope }) => scopeKey(scope)));
  const views = Object.values(ROLES).flatMap(({ views: names }) => names.map((name) => `console.${name}`));
  const kinds = Object.keys(KINDS).flatMap((kind) => [`client.kind.${kind}`, `client.kind.${kind}.about`]);
  for (const key of [...fields, ...states, ...scopes, ...kinds, ...views, ...Object.keys(ROLES).map((role) => `role.${role}`)]) assert.ok(key in WORDS.zh, key);
});

test("what waits is answered before anything else is asked, and what is refused stays so", () => {
  assert.deepEqual(clientActs({ standing: "proposed", waiting: {} }), ["approval", "refusal"]);
  assert.deepEqual(clientActs({ standing: "active", waiting: null }), ["scopes", "secrets", "keys", "suspension"]);
  assert.deepEqual(clientActs({ standing: "active", waiting: {} }), ["approval", "refusal", "secrets", "keys", "suspension"]);
  assert.deepEqual(clientActs({ standing: "suspended", waiting: null }), ["resumption", "secrets"]);
  assert.deepEqual(clientActs({ standing: "refused", waiting: null }), []);
});

test("a scope that a client has beside those of its kind is not lost from its form", () => {
  assert.ok(scopesOf("system", ["card:verify"]).some(({ scope }) => scope === "card:verify"));
});

test("a verifier's gates stand behind it, with the places they were registered at", () => {
  const gate = { name: "一号", terminal_id: "terminal-1", client_secret: "s", place: "南门" };
  const [client, terminal] = scannersOf({ verifiers: [{ name: "公园", terminals: [gate] }], partners: [] });
  assert.equal(client.name, "公园");
  assert.deepEqual(terminal, { name: "公园 · 一号", client_id: "terminal-1", client_secret: "s", place: "南门" });
});
