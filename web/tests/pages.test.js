import assert from "node:assert/strict";
import { test } from "node:test";

import { pagesOf } from "../console/parts.js";

/** A list of three pages, and the paths that were asked for. */
function list() {
  const asked = [];
  const pages = { "/x?m=1": { xs: [1, 2], next_cursor: "a b" }, "/x?m=1&cursor=a%20b": { xs: [3], next_cursor: "c" }, "/x?m=1&cursor=c": { xs: [4], next_cursor: null } };
  return { asked, get: async (path) => (asked.push(path), pages[path]) };
}

for (const [count, items, more] of [[1, [1, 2], true], [2, [1, 2, 3], true], [3, [1, 2, 3, 4], false], [9, [1, 2, 3, 4], false]]) {
  test(`of three pages ${count} are ${items.length} items`, async () => {
    const { get, asked } = list();
    assert.deepEqual(await pagesOf(get, "/x?m=1", "xs", count), { items, more });
    assert.equal(asked.length, Math.min(count, 3));
  });
}
