/** The door of "my code": pick an invented resident of a demo city, or give name and document; then show your face. */

import { chip } from "../lib/chip.js";
import { DOCUMENTS, offerKinds, typedDocument } from "../lib/documents.js";
import { $, el, say, show, unfold } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { withLiveness } from "../lib/login.js";
import { problemLine } from "../lib/problemwords.js";
import { createFace } from "./face.js";

/** One resident as a button: name and, beside it, the colour the demo city gives them. */
function choice(resident, come) {
  const badge = resident.colour ? chip(resident.colour, t(`colour.${resident.colour}`)) : null;
  const button = el("button", { type: "button", class: "choice", "data-testid": "resident-option" }, el("span", { class: "name" }, resident.name), badge);
  button.addEventListener("click", () => come(resident.login));
  return el("li", {}, button);
}

const typedLogin = () => ({ ...typedDocument($("document-type"), $("document")), name: $("name").value.trim() });

/** Bind the door: `open(login)` signs in and throws a `Problem` where it cannot. */
export function createDoor({ open }) {
  let problem = null;
  let residents = [];
  const face = createFace({ enter, onBack: () => complain(null) });

  const freeze = (frozen) => document.querySelectorAll("#sign-in button").forEach((button) => (button.disabled = frozen));
  function complain(next) {
    problem = next;
    say($("sign-in-fault"), problem ? problemLine(problem) : "");
  }

  async function enter(login) {
    freeze(true);
    await open(login).catch(complain).finally(() => freeze(false));
  }

  /** Where there is a face to show, that step comes first. */
  function come(login) {
    complain(null);
    return login.liveness_token ? face.present(login) : enter(login);
  }

  function draw() {
    $("residents").replaceChildren(...residents.map((resident) => choice(resident, come)));
    show($("demo"), residents.length > 0);
    offerKinds($("document-type"), $("document"), DOCUMENTS, "document");
    complain(problem);
  }

  $("document-form").addEventListener("submit", (event) => {
    event.preventDefault();
    come(withLiveness(typedLogin(), residents));
  });
  onLanguage(draw);

  return {
    offer(city) {
      residents = city.residents;
      unfold($("by-document"), residents.length === 0);
      draw();
    },
    show(shown) {
      show($("sign-in"), shown);
      if (shown) return;
      $("document-form").reset();
      $("document-type").onchange();
      face.forget();
    },
    complain,
  };
}
