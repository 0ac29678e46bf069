/** What is to be recorded once: a wish goes under the same key until it has come true, however often it is sent. */

import { newKey } from "./api.js";

/** `send(method, path, {json, key})` is what carries a wish to the city. */
export function createWishes({ send, key = newKey }) {
  const keys = new Map();
  return {
    async make(path, json, method = "post") {
      const wish = JSON.stringify([method, path, json]);
      if (!keys.has(wish)) keys.set(wish, key());
      const answer = await send(method, path, { json, key: keys.get(wish) });
      keys.delete(wish);
      return answer;
    },
    forget: () => keys.clear(),
  };
}
