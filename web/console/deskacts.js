/** What a helper can do for the person who stands at the desk. */

import { CARDS, offerKinds } from "../lib/documents.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, card, fault, field, heading } from "./parts.js";

/** What needs nothing but a press; a dead paper and a lost card do not come back, so those are asked twice. */
const PRESSES = [
  { name: "issue_paper", form: "a4" },
  { name: "issue_paper", form: "card" },
  { name: "print_paper", form: "a4" },
  { name: "print_paper", form: "card" },
  { name: "report_paper_lost" },
  { name: "tell_status" },
];
const FINAL = ["issue_paper", "report_paper_lost", "report_card_lost", "end_delegation"];

/** `act({name, …})` carries one out. */
export function createActs({ act }) {
  const agreed = (wish) => (FINAL.includes(wish.name) && !confirm(t("desk.sure", { act: t(`desk.act.${wish.name}`) })) ? Promise.resolve() : act(wish));
  const key = ({ name, form }) => (form ? `desk.act.${name}.${form}` : `desk.act.${name}`);

  /** A press, or a press beside fields that have to be filled in. */
  const way = (wish, complain, { read = () => ({}), inputs = [] } = {}) =>
    button(key(wish), {
      id: `act-${wish.name}${wish.form ? `-${wish.form}` : ""}`,
      complain,
      run: async () => (inputs.every((one) => one.reportValidity()) ? agreed({ ...wish, ...read() }) : undefined),
    });

  function presses() {
    const complain = fault("desk-press-fault");
    return [el("div", { class: "actions" }, ...PRESSES.map((wish) => way(wish, complain))), complain];
  }

  function cards() {
    const complain = fault("desk-card-fault");
    const kind = el("select", { "data-testid": "desk-card-type" });
    const number = el("input", { required: true, maxlength: "64", "data-testid": "desk-card-number", autocomplete: "off", spellcheck: "false" });
    offerKinds(kind, number, CARDS, "card");
    const filled = { inputs: [number], read: () => ({ card_type: kind.value, card_number: number.value.trim() }) };
    const ways = ["bind_card", "report_card_lost"].map((name) => way({ name }, complain, filled));
    return [field("card.type", kind), field("card.number", number), el("div", { class: "actions" }, ...ways), complain];
  }

  function family() {
    const complain = fault("desk-family-fault");
    const id = el("input", { required: true, maxlength: "64", "data-testid": "desk-delegation", autocomplete: "off", spellcheck: "false" });
    const filled = { inputs: [id], read: () => ({ delegation_id: id.value.trim() }) };
    const ways = ["agree_delegation", "end_delegation"].map((name) => way({ name }, complain, filled));
    return [field("desk.delegation", id), el("div", { class: "actions" }, ...ways), complain];
  }

  const part = (title, nodes) => el("div", { class: "rows" }, heading(title), ...nodes);
  return card(el("div", { class: "rows" }, part("desk.paper", presses()), part("desk.card", cards()), part("desk.family", family())));
}
