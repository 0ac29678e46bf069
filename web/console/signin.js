/** The console's door: an officer of a demo city, or name, document and office. */

import { DOCUMENTS, offerKinds, typedDocument } from "../lib/documents.js";
import { $, el, say, show, unfold } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { withLiveness } from "../lib/login.js";
import { ROLES } from "../lib/roles.js";
import { refusal } from "./parts.js";

function choice(officer, enter) {
  const office = el("span", { class: "office" }, t(`role.${officer.role}`));
  const button = el("button", { type: "button", class: "choice", "data-testid": "officer-option", "data-role": officer.role }, el("span", { class: "name" }, officer.name), office);
  button.addEventListener("click", () => enter(officer.login));
  return el("li", {}, button);
}

const typedLogin = () => ({ ...typedDocument($("document-type"), $("document")), name: $("name").value.trim() });

/** `open(login)` signs in and throws a `Problem` where it cannot. */
export function createDoor({ open }) {
  let problem = null;
  let officers = [];

  const complain = (next) => {
    problem = next;
    say($("sign-in-fault"), problem ? refusal(problem) : "");
  };

  async function enter(login) {
    complain(null);
    await open(login).catch(complain);
  }

  function draw() {
    $("officers").replaceChildren(...officers.map((officer) => choice(officer, enter)));
    $("role").replaceChildren(...Object.keys(ROLES).map((role) => el("option", { value: role }, t(`role.${role}`))));
    offerKinds($("document-type"), $("document"), DOCUMENTS, "document");
    show($("demo"), officers.length > 0);
    complain(problem);
  }

  $("document-form").addEventListener("submit", (event) => {
    event.preventDefault();
    enter({ ...withLiveness(typedLogin(), officers), role: $("role").value });
  });
  onLanguage(draw);

  return {
    offer(city) {
      officers = city.officers;
      unfold($("by-document"), officers.length === 0);
      draw();
    },
    show(shown) {
      show($("sign-in"), shown);
      if (shown) return;
      $("document-form").reset();
      $("document-type").onchange();
    },
    complain,
  };
}
