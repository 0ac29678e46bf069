/** The identity documents that a person can sign in with, and the select that offers them. */

import { el } from "./dom.js";
import { t } from "./i18n.js";

export const DOCUMENTS = [
  "resident_id",
  "hk_macao_residence_permit",
  "taiwan_residence_permit",
  "hk_macao_travel_permit",
  "taiwan_travel_permit",
  "foreign_permanent_resident_card",
  "passport",
];

export const CARDS = ["citizen_card", "social_security_card", "senior_card", "transit_card"];

/** What people type is sent as typed: the city knows every way to write a number, and says which mistake it looks like. */
export const typedDocument = (kind, number) => ({ document_type: kind.value, document_number: number.value.trim() });

/** Offer `kinds` (keys of words under `family`) in a select, keeping what was chosen; the number's field shows how it looks. */
export function offerKinds(select, input, kinds, family) {
  const chosen = select.value;
  select.replaceChildren(...kinds.map((kind) => el("option", { value: kind }, t(`${family}.${kind}`))));
  if (kinds.includes(chosen)) select.value = chosen;
  const hint = () => input.setAttribute("placeholder", t(`${family}.${select.value}.hint`));
  select.onchange = hint;
  hint();
}
