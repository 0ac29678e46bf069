import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { chosenLanguage, fill, WORDS } from "../lib/i18n.js";
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
