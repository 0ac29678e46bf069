/** Who looked at me: scans and disclosures, two lists of the city, as one by time. Values in, values out. */

import { instant } from "./clock.js";

const shared = (one, at) => ({ at, who: one.verifier_name, purpose: one.purpose, place: one.place, terminal: one.terminal ?? null, fields: one.fields ?? [] });

const scan = (one) => ({ ...shared(one, one.scanned_at), kind: "scan", carrier: one.carrier, shownBy: one.shown_by, basis: null, consent: null });
const disclosure = (one) => ({ ...shared(one, one.disclosed_at), kind: "disclosure", carrier: null, shownBy: null, basis: one.basis, consent: one.consent_id });

/** What each list of the city is read with. */
export const READ = { scans: scan, disclosures: disclosure };

/** A page of either list, after those read before: `{items, cursor}`. */
export function readPage(name, page, before = []) {
  return { items: [...before, ...page[name].map(READ[name])], cursor: page.next_cursor };
}

/** How far back a list is known: before this instant there may be more of it. */
const known = ({ items, cursor }) => (cursor && items.length ? instant(items.at(-1).at) : -Infinity);

/**
 * Both lists `{scans, disclosures}` as one, newest first, as far back as both are known: `items`, and in `next` the list
 * to read on in, null where nothing is left.
 */
export function together(lists) {
  const [next, horizon] = Object.entries(lists).map(([name, list]) => [name, known(list)]).reduce((a, b) => (b[1] > a[1] ? b : a));
  const all = [...lists.disclosures.items, ...lists.scans.items].filter((one) => instant(one.at) >= horizon);
  return { items: all.sort((a, b) => instant(b.at) - instant(a.at)), next: horizon === -Infinity ? null : next };
}

/** The end of a terminal's id, by which people can tell two gates apart; a name stays as it is. */
export const terminalName = (terminal) => (terminal.startsWith("terminal-") ? terminal.slice(-6) : terminal);
