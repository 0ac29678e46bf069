/** Consents as their holder reads them. Values in, values out: keys of words, never sentences. */

/** Waits for an answer of the holder. */
export const isAsked = ({ state }) => state === "asked";
export const isRunning = ({ state }) => state === "agreed";

/** Those that wait, those that run, and the rest, of all circles: one's own consents, and those of children. */
export function sorted(circles) {
  const all = circles.flatMap(({ consents, ...circle }) => consents.map((consent) => ({ consent, circle })));
  const those = (is) => all.filter(({ consent }) => is(consent));
  return { asked: those(isAsked), running: those(isRunning), over: those((one) => !isAsked(one) && !isRunning(one)) };
}

/** The children whose consents a guardian may answer for; whether one is young enough the city says. */
export const childrenOf = ({ delegations }) => delegations.filter(({ role, kind, state }) => role === "guardian" && kind === "child" && state === "active");

/** Refusals that say no more than that somebody answers for themselves. */
export const NOT_MINE = ["own_consent_needed", "not_your_dependant", "delegation_ended"];

/** 64 hex digits in groups of eight, so that two people can compare them aloud. */
export const grouped = (digest) => digest.match(/.{1,8}/g)?.join(" ") ?? "";

/** What two answers say, but for the time at which they were given. */
export const says = (circles) => JSON.stringify(circles, (key, value) => (key === "server_time" ? undefined : value));
