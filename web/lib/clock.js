/**
 * The city's time on a phone whose own clock may be wrong, put back, or asleep.
 *
 * Every answer of the server carries `server_time` to the second. One answer bounds the difference between the
 * two clocks; several answers together narrow it, often to a tenth of a second.
 */

/** Read an RFC 3339 instant as milliseconds since 1970; NaN where it is not one. */
export const instant = (text) => Date.parse(text ?? "");

/**
 * What one answer tells of the difference "server minus local", in milliseconds.
 *
 * The server wrote its time, rounded down to the second, somewhere between sending and receiving: so its clock then
 * stood between `serverTime` and one second later. The middle of the two bounds is the offset with half a round trip.
 */
export function bounds({ serverTime, sentAt, receivedAt, precision = 1000 }) {
  return { low: serverTime - receivedAt, high: serverTime + precision - sentAt };
}

/** Both what was known and what was just learnt; where they contradict, a clock was set, and the newer one counts. */
export function narrow(known, learnt) {
  if (!known) return learnt;
  const low = Math.max(known.low, learnt.low);
  const high = Math.min(known.high, learnt.high);
  return low <= high ? { low, high } : learnt;
}

/**
 * Milliseconds that never run backwards and do not stop while the phone sleeps.
 *
 * The steady clock stops in some browsers while the phone sleeps, and the wall clock can be set by hand. Whichever has
 * moved further counts: at worst a code disappears early, never late.
 */
export function createStopwatch({ steady = () => performance.now(), wall = () => Date.now() } = {}) {
  let last = { steady: steady(), wall: wall() };
  let elapsed = 0;
  return () => {
    const next = { steady: steady(), wall: wall() };
    elapsed += Math.max(next.steady - last.steady, next.wall - last.wall, 0);
    last = next;
    return elapsed;
  };
}

/** The city's clock: `local()` for stamping a request, `learn()` for each answer, `now()` for the corrected time. */
export function createClock({ local = createStopwatch(), wall = () => Date.now() } = {}) {
  let known = null;
  const unlearnt = wall() - local();
  const offset = () => (known ? (known.low + known.high) / 2 : unlearnt);
  return {
    local,
    now: () => local() + offset(),
    learn(serverTime, { sentAt, receivedAt }) {
      const at = instant(serverTime);
      if (Number.isFinite(at)) known = narrow(known, bounds({ serverTime: at, sentAt, receivedAt }));
    },
    /** How far the phone's own clock is off, in whole seconds: positive where the phone runs ahead. */
    phoneAhead: () => (known ? Math.round((wall() - local() - offset()) / 1000) : 0),
  };
}
