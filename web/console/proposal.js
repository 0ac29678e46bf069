/** The proposal of an override: colour, people, ground, reason, hours. The ground says what it allows. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { documentsIn } from "../lib/roles.js";
import { card, field, form, heading, words } from "./parts.js";

const MILDEST_FIRST = ["green", "yellow", "red"];
const option = (value, text) => el("option", { value }, text);

/** Residents of a demo city, to be added by name. */
function demoPeople(residents, people) {
  const add = (resident) => {
    const node = el("button", { type: "button", class: "pick", "data-testid": "proposal-resident" }, resident.name);
    node.addEventListener("click", () => (people.value = documentsIn(`${people.value} ${resident.login.document_number}`).join("\n")));
    return node;
  };
  return el("div", { class: "picks" }, ...residents.map(add));
}

/** `proposed(override)` is told of what the city has taken. */
export function createProposal(desk, grounds, proposed) {
  const ground = el("select", { "data-testid": "proposal-ground", required: true }, ...[...grounds.values()].map((one) => option(one.ground, words(one.law))));
  const colour = el("select", { "data-testid": "proposal-colour", required: true });
  const hours = el("input", { type: "number", min: "1", value: "24", required: true, "data-testid": "proposal-hours", inputmode: "numeric" });
  const people = el("textarea", { rows: "3", required: true, "data-testid": "proposal-people", spellcheck: "false", autocapitalize: "characters" });
  const group = el("input", { maxlength: "64", "data-testid": "proposal-group" });
  const reason = el("textarea", { rows: "4", required: true, minlength: "10", maxlength: "500", "data-testid": "proposal-reason" });
  const allowed = el("small", { class: "soft" });

  function limit() {
    const one = grounds.get(ground.value);
    if (!one) return;
    colour.replaceChildren(...MILDEST_FIRST.filter((name) => one.colours.includes(name)).map((name) => option(name, t(`colour.${name}`))));
    hours.max = one.longest_hours;
    allowed.textContent = t("proposal.longest", { n: one.longest_hours });
  }

  async function send() {
    const documents = documentsIn(people.value);
    const wish = {
      colour: colour.value,
      people: documents.map((number) => ({ document_type: "resident_id", document_number: number })),
      ground: ground.value,
      reason: reason.value.trim(),
      hours: Number(hours.value),
      group: group.value.trim(),
    };
    proposed(await desk.create("/overrides", wish));
  }

  ground.addEventListener("change", limit);
  limit();
  const picks = el("div");
  desk.city.then(({ residents }) => picks.replaceChildren(demoPeople(residents, people)));
  const fields = [
    field("proposal.ground", ground),
    el("div", { class: "pair" }, field("proposal.colour", colour), field("proposal.hours", hours, allowed)),
    field("proposal.people", people),
    picks,
    field("proposal.group", group),
    field("proposal.reason", reason),
    el("button", { class: "button", "data-testid": "proposal-submit" }, t("proposal.submit")),
  ];
  return card(heading("override.propose", "h2"), el("p", { class: "soft" }, t("proposal.about")), form("proposal", send, ...fields));
}
