/** The door of "my code": pick an invented resident of a demo city, or give name and document number. */

import { chip } from "../lib/chip.js";
import { $, el, say, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";

/** One resident as a button: name and, beside it, the colour the demo city gives them. */
function choice(resident, enter) {
  const badge = resident.colour ? chip(resident.colour, t(`colour.${resident.colour}`)) : null;
  const button = el("button", { type: "button", class: "choice", "data-testid": "resident-option" }, el("span", { class: "name" }, resident.name), badge);
  button.addEventListener("click", () => enter(resident.login));
  return el("li", {}, button);
}

/** The login object that the form's two fields make. */
const typedLogin = () => ({
  document_type: "resident_id",
  document_number: $("document").value.trim().toUpperCase(),
  name: $("name").value.trim(),
});

/** Bind the door: `open(login)` signs in and throws a `Problem` where it cannot. */
export function createDoor({ open }) {
  let problem = null;
  let residents = [];

  const freeze = (frozen) => document.querySelectorAll("#sign-in button").forEach((button) => (button.disabled = frozen));
  const complain = (next) => {
    problem = next;
    say($("sign-in-fault"), problem ? problemLine(problem) : "");
  };

  async function enter(login) {
    complain(null);
    freeze(true);
    await open(login).catch(complain);
    freeze(false);
  }

  function draw() {
    $("residents").replaceChildren(...residents.map((resident) => choice(resident, enter)));
    show($("demo"), residents.length > 0);
    complain(problem);
  }

  $("document-form").addEventListener("submit", (event) => {
    event.preventDefault();
    enter(typedLogin());
  });
  onLanguage(draw);

  return {
    offer(city) {
      residents = city.residents;
      $("by-document").open = residents.length === 0;
      draw();
    },
    show(shown) {
      show($("sign-in"), shown);
      if (!shown) $("document-form").reset();
    },
    complain,
  };
}
