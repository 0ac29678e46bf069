/** A length of time in the largest unit that still says enough. Values in, values out. */

const UNITS = [["days", 86_400], ["hours", 3_600], ["minutes", 60]];

/** A key of words and its number, for whole seconds: 44 s, 3 min, 2 h; below two of a unit the smaller one is used. */
export function duration(seconds) {
  const [unit, size] = UNITS.find(([, size]) => seconds >= 2 * size) ?? ["seconds", 1];
  return { key: `duration.${unit}`, n: Math.floor(seconds / size) };
}
