/** A consent in words: who wants what, for how long, and what became of it; the text, and the receipt. */

import { dayAndTime, deadline, farDeadline } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { grouped, isAsked, isRunning } from "../lib/consents.js";
import { el } from "../lib/dom.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { saveFile } from "../lib/savefile.js";
import { inWords } from "../lib/statustext.js";

const time = (text, write = dayAndTime) => write(instant(text), currentLanguage());
const words = (both) => inWords(both, currentLanguage());

/** A field in the city's own words, with how much of it is told. */
const field = (one) => (one.mask === "masked" ? t("consents.masked", { field: words(one) }) : words(one));

/** How often, and until when. */
const term = ({ use, until }) => t(`consents.use.${use}`, { until: time(until, use === "once" ? deadline : farDeadline) });

/** Who answered: for a child it was the guardian. */
const by = (who) => (has(`fact.by.${who}`) ? t(`fact.by.${who}`) : who);

/** What became of it. */
function fate(consent) {
  if (isAsked(consent)) return t("consents.answer", { at: time(consent.answer_by, deadline) });
  if (consent.closed_at && consent.closed_by) return t(`consents.closed.${consent.state}`, { at: time(consent.closed_at), by: by(consent.closed_by) });
  return isRunning(consent) ? t("consents.agreed", { at: time(consent.agreed_at), by: by(consent.agreed_by) }) : null;
}

export function linesOf(consent, { child }) {
  return [
    child ? t("consents.child", { name: child.name }) : null,
    t("consents.purpose", { purpose: words(consent.purpose) }),
    t("consents.fields", { fields: consent.fields.map(field).join(t("list.and")) }),
    term(consent),
    consent.unattended ? t("consents.unattended") : null,
    consent.why ? t("consents.why", { why: consent.why }) : null,
    fate(consent),
    consent.uses ? t("consents.uses", { n: consent.uses, at: time(consent.last_use) }) : null,
  ];
}

/** What is agreed to, in full: nobody agrees to a text behind a link. */
export const legalText = (text) => el("blockquote", { class: "legal", "data-testid": "consent-text" }, words(text));

const save = (receipt) => saveFile(`yima-consent-${receipt.consent.consent_id}.json`, "application/json", JSON.stringify(receipt, null, 2));

/** What proves a consent: the words, their version, and the digest of all that was agreed to. */
export function receiptOf(receipt) {
  const download = el("button", { type: "button", class: "button quiet", "data-testid": "receipt-save" }, t("consents.receipt.save"));
  download.addEventListener("click", () => save(receipt));
  const line = (key, value) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
  const facts = el("dl", { class: "times" }, line("receipt.number", el("code", {}, receipt.consent.consent_id)), line("receipt.version", receipt.text.version), line("receipt.digest", el("code", { "data-testid": "receipt-digest" }, grouped(receipt.digest ?? ""))));
  return el("div", { class: "receipt", "data-testid": "receipt" }, legalText(receipt.text), facts, el("p", { class: "soft" }, t("receipt.about")), download);
}
