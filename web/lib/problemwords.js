/** A problem in words: what happened, and what the reader can do. */

import { has, t } from "./i18n.js";

/** `{title, next}` for a `Problem`; the server's own sentence where we have no words for its code. */
export function problemWords(problem) {
  const known = `problem.${problem.code}`;
  if (has(known)) return { title: t(known), next: t(`${known}.next`) };
  if (problem.status >= 500) return { title: t("problem.unavailable"), next: t("problem.unavailable.next") };
  return { title: t("problem.other"), next: t("problem.other.next", { detail: problem.message ?? problem.code }) };
}

/** The same on one line. */
export function problemLine(problem) {
  const { title, next } = problemWords(problem);
  return `${title} · ${next}`;
}
