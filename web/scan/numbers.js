/** The ways in for people without a code: their card at a reader, or the number of their document, for those who may. */

import { CARDS, DOCUMENTS, offerKinds } from "../lib/documents.js";
import { $, say, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";

/** `check(shown)` asks for a verdict; `desk()` says purpose and place. */
export function bindNumbers({ check, desk }) {
  const forms = [$("card-form"), $("number-form")];

  function clear() {
    for (const form of forms) form.querySelector("input").value = "";
    for (const id of ["card-fault", "number-fault"]) say($(id), "");
  }

  $("card-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check({ card: { card_type: $("card-type").value, card_number: $("card-number").value.trim() } });
  });

  /** Nobody is looked up without its being said where they stand: they will read it. */
  $("number-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const placed = Boolean(desk().place) || $("place").disabled;
    say($("number-fault"), placed ? "" : t("scan.place.needed"));
    if (!placed) return $("place").focus();
    return check({ document: { document_type: $("number-type").value, document_number: $("number").value.trim() } });
  });

  onLanguage(() => {
    offerKinds($("card-type"), $("card-number"), CARDS, "card");
    offerKinds($("number-type"), $("number"), DOCUMENTS, "document");
    say($("number-fault"), "");
  });

  return {
    clear,
    /** Offer what this verifier was given; the city decides all the same. */
    allow(scopes) {
      const [card, number] = ["card:verify", "document:verify"].map((scope) => scopes.includes(scope));
      show($("by-card"), card);
      show($("by-number"), number);
      show($("no-code"), card || number);
    },
    forget() {
      clear();
      for (const id of ["by-card", "by-number"]) $(id).open = false;
    },
  };
}
