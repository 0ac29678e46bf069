/** What a verdict means on the venue's screen. Values in, values out: keys of words, never sentences. */

import { instant } from "../lib/clock.js";

export const REASONS = [
  "malformed", "unknown_kind", "unknown_issuer", "unknown_key", "revoked_key", "bad_seal", "bad_signature",
  "expired", "not_yet_valid", "replayed", "superseded", "holder_suspended", "unavailable",
];

const COLOURS = ["green", "yellow", "red"];
const STAY_MS = { green: 3_500, accepted: 3_500, unknown: 12_000, rejected: 9_000, yellow: 9_000, red: 12_000 };

/** Accepted: the colour leads, for a genuine code may still be a red one. */
function accepted(answer) {
  const colour = COLOURS.includes(answer.colour) ? answer.colour : null;
  const tone = colour ?? "accepted";
  const title = colour && colour !== "green" ? `colour.${colour}` : "verdict.accepted";
  return { verdict: "accepted", tone, colour, reason: null, title, subtitle: colour === "green" ? "colour.green" : null, what: `verdict.${tone}.what`, next: `verdict.${tone}.next` };
}

/** Rejected: the reason in words. `unavailable` means that nobody can tell, and must not look like a refusal. */
function rejected(reason) {
  const words = `reason.${REASONS.includes(reason) ? reason : "other"}`;
  const unknown = reason === "unavailable";
  return {
    verdict: "rejected", tone: unknown ? "unknown" : "rejected", colour: null, reason,
    title: unknown ? "verdict.unknown" : "verdict.rejected", subtitle: words, what: `${words}.what`, next: `${words}.next`,
  };
}

/** Both times of a code whose window is elsewhere, so that staff can tell a bad clock from a bad code; null where any is missing. */
function windowOf(answer) {
  if (!["expired", "not_yet_valid"].includes(answer.reason)) return null;
  const window = { issued: instant(answer.issued_at), expires: instant(answer.expires_at), server: instant(answer.server_time) };
  return Object.values(window).every(Number.isFinite) ? window : null;
}

/** The API's answer as the screen needs it. */
export function readAnswer(answer) {
  const reading = answer.verdict === "accepted" ? accepted(answer) : rejected(answer.reason);
  return { ...reading, name: answer.holder?.name ?? null, specimen: Boolean(answer.specimen), window: windowOf(answer) };
}

/** No answer at all: cannot tell, with the problem instead of a reason. */
export function readProblem(problem) {
  return { ...rejected("unavailable"), verdict: "unknown", problem, name: null, specimen: false, window: null };
}

/** How long a verdict stays before the screen returns to scanning: longer where somebody has to read and act. */
export const stay = (reading) => STAY_MS[reading.tone];

/** By how many whole seconds the window was missed. */
export function missedBy(window, reason) {
  const milliseconds = reason === "expired" ? window.server - window.expires : window.issued - window.server;
  return Math.max(0, Math.round(milliseconds / 1000));
}
