/** The text of a code as it arrives from a keyboard, a clipboard or a scanner gun, made whole again. */

const PREFIX = "YM1:";

/**
 * Undo what input methods and clipboards do: full-width letters, lower case, line breaks in the middle.
 *
 * Blanks inside and at the end stay: base45 (RFC 9285) uses the blank as a digit.
 */
export function tidyCode(text) {
  return text.normalize("NFKC").replace(/[\r\n\t\u200b\ufeff]/g, "").trimStart().toUpperCase();
}

/** Whether a text looks like a code of ours at all, so that a place field or a poster is not sent for verification. */
export const looksLikeCode = (text) => tidyCode(text).startsWith(PREFIX);

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
