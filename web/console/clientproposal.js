/** Asking that a program is let in: its name, what it is, and what it reaches beyond what its kind always has. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { KINDS, scopeKey, scopesOf } from "../lib/scopes.js";
import { card, field, form, heading, nothing } from "./parts.js";

/** Scopes to tick; what a kind always has is ticked and stays so. `chosen()` answers those that are. */
export function scopeTicks(kind, had = []) {
  const ticks = scopesOf(kind, had).map(({ scope, asked }) => {
    const box = el("input", { type: "checkbox", value: scope, checked: !asked || had.includes(scope), disabled: !asked && had.length === 0, "data-testid": `scope-${scope}` });
    return { box, node: el("label", { class: "radio" }, box, el("span", {}, t(scopeKey(scope)), " ", el("code", {}, scope))) };
  });
  return { nodes: ticks.map(({ node }) => node), chosen: () => ticks.map(({ box }) => box).filter(({ checked }) => checked).map(({ value }) => value) };
}

/** `proposed(client)` is told of what the city has taken. */
export function createClientProposal(desk, proposed) {
  const name = el("input", { required: true, maxlength: "64", "data-testid": "client-name", autocomplete: "off" });
  const kind = el("select", { "data-testid": "client-kind" }, ...Object.keys(KINDS).map((one) => el("option", { value: one }, t(`client.kind.${one}`))));
  const about = el("small", { class: "soft" });
  const reach = el("fieldset", { class: "scopes" });
  let ticks;

  function offer() {
    ticks = scopeTicks(kind.value);
    about.textContent = t(`client.kind.${kind.value}.about`);
    reach.replaceChildren(el("legend", {}, t("clients.scopes")), ...ticks.nodes);
  }

  const send = async () => proposed(await desk.create("/clients", { name: name.value.trim(), kind: kind.value, scopes: ticks.chosen() }));

  kind.addEventListener("change", offer);
  offer();
  const submit = el("button", { class: "button", "data-testid": "client-submit" }, t("clients.submit"));
  return card(heading("clients.propose", "h2"), nothing("clients.propose.about"), form("client", send, field("clients.name", name), field("clients.kind", kind, about), reach, submit));
}
