/** My cards: a card that I have already stands for my code at a reader. */

import { dateOf } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { field } from "../lib/controls.js";
import { CARDS, offerKinds } from "../lib/documents.js";
import { el } from "../lib/dom.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { act, createFold, drawer, entry, form, nothing, sure } from "./fold.js";

const word = (kind) => (has(`card.${kind}`) ? t(`card.${kind}`) : kind);
/** The place of a card that is gone for good is not for another to take. */
const REPLACEABLE = ["active", "lost"];

export function createCards({ ask, wishes }) {
  const replaces = el("select", { "data-testid": "card-replaces" });
  const place = el("div", {});

  async function lose({ card_id: id }) {
    if (!sure("cards.lost.sure")) return;
    await ask("post", `/cards/${id}/loss`);
    await fold.refresh();
  }

  async function unbind({ card_id: id }) {
    if (!sure("cards.unbind.sure")) return;
    await ask("remove", `/cards/${id}`);
    await fold.refresh();
  }

  function row(card) {
    const acts = [act("cards.lost", "card-lost", () => lose(card)), act("cards.unbind", "card-unbind", () => unbind(card))];
    return entry("card", {
      title: `${word(card.card_type)} ${card.number}`,
      state: card.state,
      word: t(`carrier.state.${card.state}`),
      lines: [t("cards.since", { at: dateOf(instant(card.bound_at), currentLanguage()) })],
      acts: card.state === "active" ? acts : [],
    });
  }

  function bindForm() {
    const kind = el("select", { "data-testid": "card-type" });
    const number = el("input", { required: true, maxlength: "64", "data-testid": "card-number", autocapitalize: "characters", spellcheck: "false" });
    offerKinds(kind, number, CARDS, "card");
    const bind = async () => {
      await wishes.make("/cards", { card_type: kind.value, card_number: number.value.trim(), ...(replaces.value && { replaces: replaces.value }) });
      number.value = "";
      await fold.refresh();
    };
    const submit = el("button", { class: "button", "data-testid": "card-submit" }, t("cards.bind.submit"));
    return form("card-form", bind, field("card.type", kind), field("card.number", number), place, submit);
  }

  function draw({ cards }) {
    const choices = cards.filter(({ state }) => REPLACEABLE.includes(state)).map((card) => el("option", { value: card.card_id }, `${word(card.card_type)} ${card.number}`));
    replaces.replaceChildren(el("option", { value: "" }, t("cards.replaces.none")), ...choices);
    place.replaceChildren(...(choices.length ? [field("cards.replaces", replaces)] : []));
    return cards.length ? cards.map(row) : [nothing("cards.none")];
  }

  const fold = createFold("cards", { card: "ways", load: () => ask("get", "/cards"), draw, tools: () => [drawer("card", "cards.bind", bindForm())] });
  return fold;
}
