/** An appeal as people read it: where it stands, until when it is answered, what can still be done. Values in, values out. */

import { dayAndTime, deadline } from "./citytime.js";
import { instant } from "./clock.js";
import { inWords } from "./statustext.js";

export const UNDECIDED = ["open", "in_review"];

/** What an appeal is about, as a key of words: the colour as such, a fact, or a decision. */
export const aboutKey = (about) => `appeal.about.${about.split(":")[0]}`;

export const undecided = ({ state }) => UNDECIDED.includes(state);

/** An entry of a list of appeals, or one appeal in full. */
export function readAppeal(answer, language) {
  const waiting = undecided(answer);
  return {
    ...answer,
    waiting,
    aboutKey: aboutKey(answer.about),
    filed: dayAndTime(instant(answer.filed_at), language),
    due: waiting ? deadline(instant(answer.due_at), language) : null,
  };
}

/** The steps that led there, oldest first, as the city words them. */
export function readSteps(steps, language) {
  return steps.map(({ words, by, at }) => ({ words: inWords(words, language), by, at: dayAndTime(instant(at), language), time: at }));
}
