/** Verdicts where the city cannot be reached: by what it published while it could be, which is kept in memory. */

import { fromScript } from "../lib/script.js";
import { Watch } from "../lib/watch.js";
import { verifyOffline } from "../sdk/offline.js";
import { verifyWith } from "../sdk/sm2with.js";
import { readOffline } from "./verdict.js";

const SM2 = new URL("../vendor/sm2.js", import.meta.url);
/** A trust list is good for a day; what was lost since the last look passes, so the look is oftener than that. */
const EVERY_MS = 15 * 60_000;
/** Where nothing was fetched yet, the network may be gone any moment. */
const AT_FIRST_MS = 60_000;

/**
 * `look(code)` answers a reading, or null where this device cannot tell either; `tick()` fetches where it is time to.
 *
 * No root key is pinned: the lists come from the same place as this page itself, over the same TLS.
 */
export function createOffline({ get, clock, awake, sm2 = () => fromScript(SM2, "SmCryptoV2") }) {
  let lists = new Map();

  /** A status list is fetched again when there is a newer one. */
  async function statusLists() {
    const { status_lists: published } = await get("/status-lists");
    const fetched = published.map(async ({ number, issued_at: at }) => [`${number} ${at}`, lists.get(`${number} ${at}`) ?? (await get(`/status-lists/${number}`))]);
    lists = new Map(await Promise.all(fetched));
    return [...lists.values()];
  }

  async function load() {
    const [trust, known, { sm2: curve }] = await Promise.all([get("/trust-list"), statusLists(), sm2()]);
    return { trust, statusLists: known, verify: verifyWith(curve) };
  }

  const watch = new Watch({ load, now: clock.local, every: () => (watch.answer ? EVERY_MS : AT_FIRST_MS), awake });
  return {
    tick: () => watch.tick(),
    async look(code) {
      const now = clock.now() / 1000;
      const { trust, ...gate } = watch.answer ?? {};
      return trust ? readOffline(await verifyOffline(code, trust, { now, ...gate }), now) : null;
    },
  };
}
