/** The verifier's desk: who is checking, for what purpose, where; and the sign-in that opens it. */

import { scannersOf } from "../lib/city.js";
import { $, el, say, show, unfold } from "../lib/dom.js";
import { has, onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";
import { USUAL } from "../lib/purposes.js";

/** The sign-in: `open({client_id, client_secret, name})` throws a `Problem` where it cannot. */
export function createDoor({ open }) {
  let problem = null;

  const complain = (next) => {
    problem = next;
    say($("sign-in-fault"), problem ? problemLine(problem) : "");
  };

  async function enter(credentials) {
    complain(null);
    await open(credentials).catch(complain);
    $("credentials-form").reset();
  }

  function choice(verifier) {
    const button = el("button", { type: "button", class: "choice", "data-testid": "verifier-option" }, el("span", { class: "name" }, verifier.name));
    button.addEventListener("click", () => enter(verifier));
    return el("li", {}, button);
  }

  $("credentials-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const id = $("client-id").value.trim();
    enter({ name: id, client_id: id, client_secret: $("client-secret").value });
  });
  onLanguage(() => complain(problem));

  return {
    complain,
    offer(city) {
      const scanners = scannersOf(city);
      $("verifiers").replaceChildren(...scanners.map(choice));
      show($("demo"), scanners.length > 0);
      unfold($("by-credentials"), scanners.length === 0);
    },
  };
}

/** How the id of a terminal begins. */
const TERMINAL = "terminal-";

const word = (purpose) => (has(`purpose.${purpose}`) ? t(`purpose.${purpose}`) : purpose);

/** The purpose list and the place. `list(purposes)` replaces the choices and keeps the chosen one where it still exists. */
export function createPurposes() {
  let purposes = USUAL;

  function draw() {
    const chosen = $("purpose").value;
    $("purpose").replaceChildren(...purposes.map((purpose) => el("option", { value: purpose }, word(purpose))));
    if (purposes.includes(chosen)) $("purpose").value = chosen;
  }

  onLanguage(draw);
  return {
    /** A terminal stands where it was registered, whatever is typed: the city says that place, and so does the page. */
    standAt({ client_id: id, place }) {
      const fixed = id.startsWith(TERMINAL);
      $("place").disabled = fixed;
      $("place").value = fixed ? (place ?? "") : $("place").value;
      show($("place-fixed"), fixed);
    },
    /** Where one verifier stood is nothing to the next. */
    forget() {
      $("place").disabled = false;
      $("place").value = "";
    },
    list(next) {
      purposes = next ?? purposes;
      draw();
    },
    get chosen() {
      return { purpose: $("purpose").value, place: $("place").value.trim() };
    },
  };
}
