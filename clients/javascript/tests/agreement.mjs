/** Says of each case in `YIMA_CASES` what the Python package said of it, or which it was not. Run by tests/clients. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { verifyOffline } from "../src/index.js";
import { verify } from "../src/sm2.js";

const cases = JSON.parse(readFileSync(process.env.YIMA_CASES, "utf8"));
for (const [number, { text, trust, now, root, lists, said }] of cases.entries()) {
  const told = await verifyOffline(text, trust, { now, verify, root, statusLists: lists });
  const here = [told.reason, told.colour, told.listAge, told.listAuthentic, told.statusListAge];
  assert.deepEqual(here, said, `case ${number}: ${JSON.stringify({ text, now, root, lists })}`);
}
console.log(`${cases.length} alike`);
