/** The text of a code as it arrives from a keyboard, a clipboard or a scanner gun, made whole again. */

import { looksLikeCode, tidyCode } from "../sdk/code.js";

export { looksLikeCode, tidyCode };

/** Longest pause between two keys of a gun, in milliseconds; once it has typed our prefix, a slow one is waited for. */
const PAUSE_MS = 150;
const PATIENT_PAUSE_MS = 600;
const SHORTEST = 8;

/**
 * Hears a scanner gun that types: a burst of keys, then Enter. A person's typing is too slow to be taken for one.
 *
 * `press(key, at)` answers `{inBurst, text}`: `inBurst` while the keys should reach nothing else, `text` once complete.
 */
export function createGunListener() {
  let burst = "";
  let last = -Infinity;
  return function press(key, at) {
    if (at - last > (looksLikeCode(burst) ? PATIENT_PAUSE_MS : PAUSE_MS)) burst = "";
    last = at;
    if (key === "Enter") {
      const text = burst;
      burst = "";
      return text.length >= SHORTEST ? { inBurst: true, text } : { inBurst: false, text: null };
    }
    if ([...key].length === 1) burst += key;
    return { inBurst: burst.length > 2, text: null };
  };
}
