/** A code as it is read from a symbol: what every byte says (docs/wire-formats.md), and nothing of whether it is true. */

import { unbase45 } from "./base45.js";
import { hexOf } from "./bytes.js";

const PREFIX = "YM1:";
const LONGEST_TEXT = 344;
const SIGNATURE = 64;
const TAG = 12;
const COLOURS = { 1: "green", 2: "yellow", 3: "red" };
const AHEAD = 1;
const SPECIMEN = 2;
const DAY_S = 86_400;

/** Why a text is no code that is read here: `malformed`, or `unknown_kind` for one of ours that is newer than this. */
export class Unreadable extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

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

/** The bytes behind a text; throws `Unreadable`. */
function rawOf(text) {
  const trimmed = text.replace(/^[\r\n\t]+|[\r\n\t]+$/g, "");
  if (!trimmed.startsWith(PREFIX) || trimmed.length > LONGEST_TEXT) throw new Unreadable("malformed");
  const raw = unbase45(trimmed.slice(PREFIX.length));
  if (raw === null || raw.length < 2) throw new Unreadable("malformed");
  return raw;
}

const number = (bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/** What all kinds begin with. */
function head(raw) {
  return {
    region: String(number(raw.subarray(2, 5))).padStart(6, "0"),
    kid: hexOf(raw.subarray(5, 9)),
    issuedAt: number(raw.subarray(9, 13)),
  };
}

/** Kind 1: a screen, the holder's own (version 1) or a guardian's (version 2, whose seal is longer). */
function screen(raw) {
  const colour = COLOURS[raw[15]];
  if (!colour) throw new Unreadable("malformed");
  const { issuedAt, ...rest } = head(raw);
  return {
    carrier: "screen",
    shownBy: raw[1] === 1 ? "holder" : "guardian",
    ...rest,
    issuedAt,
    expiresAt: issuedAt + raw[13],
    ahead: Boolean(raw[14] & AHEAD),
    specimen: Boolean(raw[14] & SPECIMEN),
    colour,
  };
}

/** Kind 3: paper, which has no colour, and a place in a status list. */
function paper(raw) {
  const { issuedAt, ...rest } = head(raw);
  return {
    carrier: "paper",
    shownBy: "holder",
    ...rest,
    issuedAt,
    expiresAt: issuedAt + number(raw.subarray(13, 15)) * DAY_S,
    specimen: Boolean(raw[15] & SPECIMEN),
    list: number(raw.subarray(16, 18)),
    index: number(raw.subarray(18, 21)),
  };
}

/** By kind and version: how long the signed part is, which keys sign it, and how it is read. */
const KINDS = {
  "1.1": { signed: 36, use: "code", read: screen },
  "1.2": { signed: 40, use: "code", read: screen },
  "3.1": { signed: 33, use: "carrier", read: paper },
};

/** Read a code's text: `{body, use, signed, signature}`; throws `Unreadable`. Nothing of it is verified yet. */
export function readCode(text) {
  const raw = rawOf(text);
  const kind = KINDS[`${raw[0]}.${raw[1]}`];
  if (!kind) throw new Unreadable("unknown_kind");
  if (raw.length !== kind.signed + SIGNATURE + TAG) throw new Unreadable("malformed");
  return {
    body: kind.read(raw),
    use: kind.use,
    signed: raw.subarray(0, kind.signed),
    signature: raw.subarray(kind.signed, kind.signed + SIGNATURE),
  };
}
