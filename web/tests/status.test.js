import assert from "node:assert/strict";
import { test } from "node:test";

import { aboutKey, readAppeal } from "../lib/appealtext.js";
import { base64, hindrance, LARGEST, MOST, within } from "../lib/attachment.js";
import { deadline, farDeadline } from "../lib/citytime.js";
import { documentsIn, monthOf, overrideActs, rollOutActs, ROLES } from "../lib/roles.js";
import { readChange, readReason, readStatus } from "../lib/statustext.js";

const evidence = { kind: "arrival", words: { zh: "从外地抵达", en: "arrival" }, happened_at: "2026-11-15T01:40:00Z", source: "出入境管理处", reference: "*1001" };
const yellow = {
  colour: "yellow",
  since: "2026-11-15T01:40:00Z",
  next: { at: "2026-11-22T16:00:00Z", colour: "green" },
  reasons: [{ rule: "arrival-medium", words: { zh: "抵达", en: "Arrived" }, evidence, override: null, about: "evidence:1" }],
  policy: "epidemic@1",
  objection: { words: { zh: "申诉", en: "Appeal" } },
};
const decided = { rule: "manual", words: { zh: "请观察", en: "请观察" }, evidence: null, override: { override_id: "a", ground: { zh: "法", en: "Law" }, by: ["甲", "乙", "丙"] }, about: "override:a" };

test("a status that ends at local midnight ends that day at 24:00, in both languages", () => {
  assert.equal(readStatus(yellow, "zh").until, "11月22日周日 24:00");
  assert.equal(readStatus(yellow, "en").until, "Sun 22 Nov 24:00");
});

test("what ends months away says its year, and a midnight belongs to the day before", () => {
  assert.equal(farDeadline(Date.parse("2027-05-21T16:00:00Z"), "zh"), "2027年5月21日 24:00");
  assert.equal(farDeadline(Date.parse("2027-05-21T18:39:00Z"), "en"), "22 May 2027 02:39");
});

test("a second later it is the next day's 00:00", () => assert.match(deadline(Date.parse("2026-11-22T16:00:01Z"), "zh"), /^11月23日周一 00:00/));

test("a status says since when, what follows, why, and by which version of which policy", () => {
  const read = readStatus(yellow, "zh");
  assert.equal(read.since, "11月15日周日 09:40");
  assert.equal(read.following, "green");
  assert.equal(read.turns, Date.parse("2026-11-22T16:00:00Z"));
  assert.deepEqual(read.policy, { name: "epidemic", version: "1" });
  assert.equal(read.reasons[0].source, "出入境管理处");
});

test("a status for ever has neither beginning nor end", () => {
  const read = readStatus({ ...yellow, since: null, next: null }, "zh");
  assert.deepEqual([read.since, read.until, read.following, read.turns], [null, null, null, null]);
});

test("a decision by officers tells who proposed it and who approved it", () => {
  const { kind, proposer, approvers, ground } = readReason(decided, "en");
  assert.deepEqual([kind, proposer, approvers, ground], ["override", "甲", ["乙", "丙"], "Law"]);
});

test("a change that officers decided is told as their decision, one that time brought is not", () => {
  const change = { at: "2026-11-22T10:00:00Z", old: "green", new: "red", cause: "evidence", reason: decided };
  assert.equal(readChange(change, "zh").cause, "override");
  assert.equal(readChange({ ...change, cause: "time" }, "zh").cause, "time");
});

test("an appeal that waits says until when it is answered, one that was answered does not", () => {
  const appeal = { about: "override:a", state: "open", filed_at: "2026-11-22T10:00:00Z", due_at: "2026-11-23T10:00:00Z" };
  assert.equal(readAppeal(appeal, "zh").due, "11月23日周一 18:00");
  assert.equal(readAppeal({ ...appeal, state: "upheld" }, "zh").due, null);
});

for (const [about, key] of [["status", "status"], ["evidence:1f", "evidence"], ["override:2e", "override"]]) {
  test(`an appeal about ${about} has its words`, () => assert.equal(aboutKey(about), `appeal.about.${key}`));
}

for (const [sentence, file, already, why] of [
  ["a photograph of any size can be added, for it is made smaller", { type: "image/jpeg", size: 20_000_000 }, 0, null],
  ["a PDF can be added", { type: "application/pdf", size: LARGEST }, 0, null],
  ["a PDF that is too large cannot", { type: "application/pdf", size: LARGEST + 1 }, 0, "appeal.files.large"],
  ["a film cannot", { type: "video/mp4", size: 1 }, 0, "appeal.files.unfit"],
  ["no more than five can", { type: "image/png", size: 1 }, MOST, "appeal.files.many"],
]) {
  test(sentence, () => assert.equal(hindrance(file, already), why));
}

test("a large picture is made smaller and keeps its shape, a small one stays", () => {
  assert.deepEqual(within(4_400, 2_200, 2_200), { width: 2_200, height: 1_100 });
  assert.deepEqual(within(640, 480, 2_200), { width: 640, height: 480 });
  assert.deepEqual(within(9_000, 1, 2_200), { width: 2_200, height: 1 });
});

test("bytes of any number become Base64", () => {
  const bytes = Uint8Array.from({ length: 20_001 }, (_, index) => index % 256);
  assert.deepEqual(new Uint8Array(Buffer.from(base64(bytes), "base64")), bytes);
});

test("documents may be written in any way, and count once", () => {
  assert.deepEqual(documentsIn(" 31019919880314002x\n310199197911020137,310199197911020137；"), ["31019919880314002X", "310199197911020137"]);
});

test("reports are asked for by the month in UTC, as the city counts them", () => assert.equal(monthOf(Date.parse("2026-11-30T16:00:00Z")), "2026-11"));

test("what has come to its end offers nothing more to do", () => {
  for (const state of ["rejected", "withdrawn", "ended", "voided", "lapsed", "expired"]) assert.deepEqual(overrideActs({ state }), []);
  for (const state of ["approved", "rejected"]) assert.deepEqual(rollOutActs({ state }), []);
});

test("who reads everything decides nothing, and who judges appeals sees no overrides", () => {
  assert.equal(ROLES.auditor.writes, false);
  for (const role of ["appeal_reviewer", "senior_reviewer"]) assert.ok(!ROLES[role].views.includes("overrides"));
});
