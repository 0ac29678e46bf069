/** A status as people read it: since, until, why and who says so. Values in, values out. */

import { dayAndTime, deadline } from "./citytime.js";
import { instant } from "./clock.js";

/** The text of `{zh, en}` in a language. */
export const inWords = (words, language) => words?.[language] ?? words?.zh ?? "";

const at = (text, write, language) => (text ? write(instant(text), language) : null);

/** `epidemic@3` as its name and version. */
export function policyParts(key) {
  const [name, version] = key.split("@");
  return { name, version };
}

/** One reason: what it says, which facts lie behind it, and what an appeal against it names. */
export function readReason(reason, language) {
  const { evidence, override } = reason;
  return {
    kind: override ? "override" : evidence ? "evidence" : "otherwise",
    words: inWords(reason.words, language),
    fact: evidence ? inWords(evidence.words, language) : null,
    happened: at(evidence?.happened_at, dayAndTime, language),
    source: evidence?.source ?? null,
    reference: evidence?.reference ?? null,
    ground: override ? inWords(override.ground, language) : null,
    proposer: override?.by[0] ?? null,
    approvers: override?.by.slice(1) ?? [],
    about: reason.about,
  };
}

/** The answer of `GET /v1/status` as the page shows it. `turns` is the instant of the next change, null for none. */
export function readStatus(answer, language) {
  return {
    colour: answer.colour,
    since: at(answer.since, dayAndTime, language),
    until: at(answer.next?.at, deadline, language),
    following: answer.next?.colour ?? null,
    turns: answer.next ? instant(answer.next.at) : null,
    reasons: answer.reasons.map((reason) => readReason(reason, language)),
    policy: policyParts(answer.policy),
    objection: inWords(answer.objection?.words, language),
  };
}

/** One change of colour, for the list of changes. What officers decided is evidence too, but is told as what it is. */
export function readChange(change, language) {
  const { words, source, kind } = readReason(change.reason, language);
  const cause = kind === "override" && change.cause === "evidence" ? "override" : change.cause;
  return { old: change.old, new: change.new, at: dayAndTime(instant(change.at), language), time: change.at, cause, words, source };
}
