/** What a verdict means on the venue's screen. Values in, values out: keys of words, never sentences. */

import { instant } from "../lib/clock.js";
import { fieldsFor } from "../lib/purposes.js";

export const REASONS = [
  "malformed", "unknown_kind", "unknown_issuer", "unknown_key", "revoked_key", "bad_seal", "bad_signature",
  "expired", "not_yet_valid", "replayed", "superseded", "holder_suspended", "delegation_ended",
  "carrier_lost", "carrier_replaced", "carrier_ended", "carrier_revoked", "unknown_carrier", "unknown_person", "unavailable",
];
/** What is shown without a screen: nothing of it is spent, and whoever holds it is not proven to be its holder. */
const LASTING = ["paper", "card", "document"];

const COLOURS = ["green", "yellow", "red"];
/** Time to look at a document or a card, too. */
const LOOK_MS = 9_000;
const STAY_MS = { green: 3_500, accepted: 3_500, unknown: 12_000, rejected: 9_000, yellow: 9_000, red: 12_000 };

/** Accepted: the colour leads, for a genuine code may still be a red one. */
function accepted(answer) {
  const colour = COLOURS.includes(answer.colour) ? answer.colour : null;
  const tone = colour ?? "accepted";
  const title = colour && colour !== "green" ? `colour.${colour}` : "verdict.accepted";
  return { verdict: "accepted", tone, colour, reason: null, title, subtitle: colour === "green" ? "colour.green" : null, what: `verdict.${tone}.what`, next: `verdict.${tone}.next` };
}

/** The words for a reason: a paper lives for months, so what is said about an expired one differs. */
const reasonWords = (reason, carrier) => (reason === "expired" && LASTING.includes(carrier) ? "paper_expired" : REASONS.includes(reason) ? reason : "other");

/** Rejected: the reason in words. `unavailable` means that nobody can tell, and must not look like a refusal. */
function rejected(reason, carrier) {
  const words = `reason.${reasonWords(reason, carrier)}`;
  const unknown = reason === "unavailable";
  return {
    verdict: "rejected", tone: unknown ? "unknown" : "rejected", colour: null, reason,
    title: unknown ? "verdict.unknown" : "verdict.rejected", subtitle: words, what: `${words}.what`, next: `${words}.next`,
  };
}

/** Both times of a code whose window is elsewhere, so that staff can tell a bad clock from a bad code; null where any is missing. */
function windowOf(answer) {
  if (!["expired", "not_yet_valid"].includes(answer.reason) || LASTING.includes(answer.carrier)) return null;
  const window = { issued: instant(answer.issued_at), expires: instant(answer.expires_at), server: instant(answer.server_time) };
  return Object.values(window).every(Number.isFinite) ? window : null;
}

/** By what somebody was verified, who held it up, and what the person at the gate still has to look at. */
function carrierOf({ verdict, carrier, shown_by: shownBy }) {
  const lasting = LASTING.includes(carrier);
  const guardian = shownBy === "guardian";
  const checks = verdict === "accepted" ? [lasting ? `carrier.${carrier}.check` : null, guardian ? "shown.guardian.check" : null] : [];
  return {
    carrier: lasting ? `carrier.${carrier}` : null,
    shownBy: guardian ? "shown.guardian" : null,
    checks: checks.filter(Boolean),
    ...(lasting && verdict === "accepted" && { what: `carrier.${carrier}.what` }),
  };
}

/** As much of a pairwise id as two people can compare: `7F3A-29C1`. It names somebody at this verifier and nowhere else. */
const shortened = (id) => (id ? `${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase() : null);

/** The API's answer as the screen needs it. */
export function readAnswer(answer) {
  const reading = answer.verdict === "accepted" ? accepted(answer) : rejected(answer.reason, answer.carrier);
  const name = answer.holder?.name ?? null;
  const about = { name, nameless: reading.verdict === "accepted" && !name, pairwise: shortened(answer.pairwise_id), tags: answer.tags ?? [], specimen: Boolean(answer.specimen) };
  return { ...reading, ...about, window: windowOf(answer), ...carrierOf(answer) };
}

/** What the scan may be exchanged for: null where nothing is, or this verifier may not. Kept apart from the reading, and shorter. */
export function readOffer({ exchange_token: token = null, exchange_until: until = null }, purpose) {
  const fields = fieldsFor(purpose);
  return token && fields.length ? { token, until: instant(until), fields } : null;
}

const timeOf = (seconds) => (Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null);

/**
 * What this device found by itself (`verifyOffline`), null where it cannot tell either. `alone` says by how old a
 * knowledge, in seconds; whether the code was spent elsewhere nobody knows, and nothing is told but its colour.
 */
export function readOffline({ reason, colour, body, listAge, statusListAge }, now) {
  if (reason === "unavailable") return null;
  const { carrier, shownBy, specimen, issuedAt, expiresAt } = body ?? {};
  const times = { issued_at: timeOf(issuedAt), expires_at: timeOf(expiresAt), server_time: timeOf(now) };
  const reading = readAnswer({ verdict: reason ? "rejected" : "accepted", reason, colour, carrier, shown_by: shownBy, specimen, ...times });
  const words = reason ? {} : { what: "offline.what", ...(reading.colour === null && { next: "offline.next" }) };
  return { ...reading, nameless: false, ...words, alone: { age: Math.max(0, statusListAge ?? listAge) } };
}

/** What this device remembers of a verdict: nothing that leads back to a person but the masked name it was told. */
export const remembered = ({ tone, title, subtitle, name, problem, alone = null }) => ({ tone, title, subtitle, name, problem, alone });

/** No answer at all: cannot tell, with the problem instead of a reason. */
export function readProblem(problem) {
  const nothing = { name: null, nameless: false, pairwise: null, tags: [], specimen: false, window: null, carrier: null, shownBy: null, checks: [] };
  return { ...rejected("unavailable"), ...nothing, verdict: "unknown", problem };
}

/** How long a verdict stays before the screen returns to scanning: longer where somebody has to read and act. */
export const stay = (reading) => Math.max(STAY_MS[reading.tone], reading.checks.length ? LOOK_MS : 0);

/** By how many whole seconds the window was missed. */
export function missedBy(window, reason) {
  const milliseconds = reason === "expired" ? window.server - window.expires : window.issued - window.server;
  return Math.max(0, Math.round(milliseconds / 1000));
}
