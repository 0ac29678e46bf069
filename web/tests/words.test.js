import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { CARDS, DOCUMENTS } from "../lib/documents.js";
import { chosenLanguage, fill, WORDS } from "../lib/i18n.js";
import { problemWords } from "../lib/problemwords.js";
import { USUAL } from "../lib/purposes.js";
import { readAnswer, readProblem, REASONS } from "../scan/verdict.js";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const own = (name) => !name.startsWith("node_modules") && !name.startsWith("tests");
const files = (ending) => readdirSync(WEB, { recursive: true }).filter((name) => name.endsWith(ending) && own(name));
const text = (name) => readFileSync(`${WEB}/${name}`, "utf8");
const places = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("every key is written in both languages", () => {
  assert.deepEqual(Object.keys(WORDS.zh).sort(), Object.keys(WORDS.en).sort());
});

test("no text is empty, and both languages fill in the same places", () => {
  for (const [key, sentence] of Object.entries(WORDS.zh)) {
    assert.ok(sentence.trim() && WORDS.en[key].trim(), key);
    assert.deepEqual(places(sentence), places(WORDS.en[key]), key);
  }
});

test("every key that a page mentions exists", () => {
  for (const name of files(".html")) {
    for (const [, key] of text(name).matchAll(/data-i18n(?:-[\w-]+)?="([^"]+)"/g)) assert.ok(key in WORDS.zh, `${name}: ${key}`);
  }
});

test("every key that a script mentions exists", () => {
  const family = new RegExp(`"((?:${[...new Set(Object.keys(WORDS.zh).map((key) => key.split(".")[0]))].join("|")})\\.[\\w.]+)"`, "g");
  for (const name of files(".js").filter((file) => !file.startsWith("lib/words"))) {
    for (const [, key] of text(name).matchAll(family)) assert.ok(key in WORDS.zh, `${name}: ${key}`);
  }
});

test("every reason of the API has a name, a meaning and something to do, in both languages", () => {
  for (const reason of [...REASONS, "something_new"]) {
    const { title, subtitle, what, next } = readAnswer({ verdict: "rejected", reason });
    for (const key of [title, subtitle, what, next]) assert.ok(key in WORDS.zh && key in WORDS.en, `${reason}: ${key}`);
  }
});

test("the reasons are those of the city's own list, and the city has no other", () => {
  const model = readFileSync(`${WEB}/../chalicelib/codes/model.py`, "utf8");
  const listed = model.slice(model.indexOf("class Reason"), model.indexOf("class Purpose"));
  for (const [, reason] of listed.matchAll(/= "(\w+)"/g)) assert.ok(REASONS.includes(reason), reason);
});

test("every carrier that somebody may be verified by has its words, and what lasts asks for a second look", () => {
  for (const carrier of ["paper", "card", "document"]) {
    const { what, carrier: name, checks } = readAnswer({ verdict: "accepted", colour: "green", carrier, shown_by: "guardian" });
    assert.equal(checks.length, 2);
    for (const key of [what, name, ...checks]) assert.ok(key in WORDS.zh, key);
    assert.ok(readAnswer({ verdict: "rejected", reason: "expired", carrier }).subtitle in WORDS.zh);
  }
  assert.deepEqual(readAnswer({ verdict: "accepted", colour: "green", carrier: "screen", shown_by: "holder" }).checks, []);
});

for (const [family, kinds] of [["document", DOCUMENTS], ["card", CARDS]]) {
  test(`every ${family} has a name and says how its number looks`, () => {
    for (const kind of kinds) for (const key of [`${family}.${kind}`, `${family}.${kind}.hint`]) assert.ok(key in WORDS.zh, key);
  });
}

test("every mistake in a number that the city recognises is explained", () => {
  const model = readFileSync(`${WEB}/../chalicelib/people/documents/model.py`, "utf8");
  const listed = model.slice(model.indexOf("class Mistake"), model.indexOf("HINTS ="));
  for (const [, mistake] of listed.matchAll(/= "(\w+)"/g)) assert.ok(`mistake.${mistake}` in WORDS.zh, mistake);
});

test("whatever the law keeps of somebody who leaves is named", () => {
  const model = readFileSync(`${WEB}/../chalicelib/accounts/model.py`, "utf8");
  for (const [, what] of model.slice(model.indexOf("KEPT = (")).matchAll(/Kept\(\s*"([^"]+)"/g)) assert.ok(`account.kept.${what}` in WORDS.zh, what);
});

/** What a room refuses, as it is written there. */
const refusals = (room) => [...readFileSync(`${WEB}/../chalicelib/${room}/refusals.py`, "utf8").matchAll(/^    code = "(\w+)"$/gm)].map(([, code]) => code);
/** What only programs meet: the pages send none of it, or have a step for it. */
const OF_PROGRAMS = ["consent_needed", "one_ground_needed", "scan_needed", "unattended_for_partners", "unattended_needs_period"];

test("whatever the rooms of consents, disclosures, alerts and the log refuse is said in both languages, with what to do", () => {
  const rooms = ["consents", "disclosures", "watching", "office_log"].map((room) => `partners/${room}`);
  for (const code of rooms.flatMap(refusals).filter((one) => !OF_PROGRAMS.includes(one))) {
    for (const words of Object.values(WORDS)) assert.ok(`problem.${code}` in words && `problem.${code}.next` in words, code);
  }
});

test("an auditor reads every class of data, and every reason for which nothing was deleted, in words", () => {
  const accounts = (file) => readFileSync(`${WEB}/../chalicelib/accounts/${file}.py`, "utf8");
  const reasons = accounts("retention_model").slice(accounts("retention_model").indexOf("class Doubt")).matchAll(/^    [A-Z_]+ = "(\w+)"$/gm);
  const classes = accounts("retention_classes").matchAll(/^    DataClass\(\n        "?([\w ]+)"?,$/gm);
  const keys = [...reasons].map(([, one]) => `retention.reason.${one}`).concat([...classes].map(([, one]) => `retention.name.${one.toLowerCase().replaceAll(" ", "_")}`));
  assert.ok(keys.length > 15);
  for (const key of keys) assert.ok(key in WORDS.zh, key);
});

test("a mistyped number is explained by what it looks like, and where", () => {
  const problem = (evidence) => problemWords({ code: "invalid_document_number", status: 422, evidence }).next;
  assert.match(problem({ mistake: "neighbours_swapped", positions: [7, 8] }), /相邻.*7、8/);
  assert.match(problem({ mistake: "other_document_type", looks_like: "passport" }), /护照/);
  assert.match(problem({ mistake: "something_new" }), /校验位/);
  assert.match(problemWords({ code: "too_many_attempts", status: 429, evidence: { retry_at: "2026-11-22T08:00:00Z" } }).next, /16:00/);
});

test("every colour, no colour, and no answer have their words", () => {
  const readings = ["green", "yellow", "red", null, "purple"].map((colour) => readAnswer({ verdict: "accepted", colour }));
  for (const { title, what, next } of [...readings, readProblem({ code: "offline" })]) {
    for (const key of [title, what, next]) assert.ok(key in WORDS.zh, key);
  }
});

test("every usual purpose and every problem has its words", () => {
  for (const purpose of USUAL) assert.ok(`purpose.${purpose}` in WORDS.zh, purpose);
  const problems = Object.keys(WORDS.zh).filter((key) => /^problem\.\w+$/.test(key));
  for (const key of problems) assert.ok(`${key}.next` in WORDS.zh, key);
});

test("an unwritten key shows itself, an unfilled place stays", () => {
  assert.equal(fill({}, "nobody.wrote.this"), "nobody.wrote.this");
  assert.equal(fill({ a: "{n} 秒，{m}" }, "a", { n: 0 }), "0 秒，{m}");
});

test("the language is Chinese unless the reader chose English", () => {
  assert.equal(chosenLanguage(undefined), "zh");
  assert.equal(chosenLanguage({ getItem: () => "en" }), "en");
  assert.equal(chosenLanguage({ getItem: () => "fr" }), "zh");
});
