/** A problem in words: what happened, and what the reader can do. */

import { dayAndTime } from "./citytime.js";
import { instant } from "./clock.js";
import { currentLanguage, has, t } from "./i18n.js";

/** What a mistyped number looks like, and where; null where the city did not say. */
function mistakeOf({ mistake, positions = [], looks_like: kind }) {
  if (!has(`mistake.${mistake}`)) return null;
  const look = t(`mistake.${mistake}`, { kind: has(`document.${kind}`) ? t(`document.${kind}`) : kind });
  return positions.length ? `${look} ${t("mistake.at", { places: positions.join(t("list.and")) })}` : look;
}

/** When it can be tried again, where the city names the instant; empty where it does not. */
function againAt({ retry_at: at = null, again_at: other = null }) {
  const when = instant(at ?? other);
  return Number.isFinite(when) ? t("again.at", { at: dayAndTime(when, currentLanguage()) }) : "";
}

/** `{title, next}` for a `Problem`; the server's own sentence where we have no words for its code. */
export function problemWords(problem) {
  const known = `problem.${problem.code}`;
  const evidence = problem.evidence ?? {};
  if (has(known)) return { title: t(known), next: [mistakeOf(evidence) ?? t(`${known}.next`), againAt(evidence)].filter(Boolean).join(" ") };
  if (problem.status >= 500) return { title: t("problem.unavailable"), next: t("problem.unavailable.next") };
  return { title: t("problem.other"), next: t("problem.other.next", { detail: problem.message ?? problem.code }) };
}

/** The same on one line. */
export function problemLine(problem) {
  const { title, next } = problemWords(problem);
  return `${title} · ${next}`;
}
