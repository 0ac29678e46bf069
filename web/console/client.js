/** One client: what it reaches, by what it is recognised, what waits, and every step of operators about it. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { clientActs, scopeKey } from "../lib/scopes.js";
import { scopeTicks } from "./clientproposal.js";
import { keysCard, secretsCard } from "./credentials.js";
import { badge, button, card, facts, fault, form, heading, named, nothing, steps, time } from "./parts.js";

const scopeList = (scopes) => el("ul", { class: "bullets", "data-testid": "client-scopes" }, ...scopes.map((scope) => el("li", {}, t(scopeKey(scope)), el("code", {}, scope))));

/** What another operator asked for, and by which number it is answered. */
function waitingCard(desk, one, act) {
  if (!one.waiting) return null;
  const { asks, by, at, scopes, proposal } = one.waiting;
  const complain = fault("client-answer-fault");
  const way = (name, kind) => button(`clients.${name}`, { id: `client-${name}`, kind, complain, run: () => act(name, { proposal }) });
  const ways = desk.role.registers ? [el("div", { class: "actions" }, way("approval", ""), way("refusal", "quiet")), complain] : [];
  return card(heading("clients.waiting"), facts(["clients.asks", named("client", "step", asks)], ["clients.by", by], ["clients.at", time(at)]), scopeList(scopes), ...ways);
}

function scopesCard(one, act) {
  const ticks = scopeTicks(one.kind, one.scopes);
  const submit = el("button", { class: "button", "data-testid": "scopes-submit" }, t("clients.scopes.submit"));
  const box = el("details", { class: "fold", "data-testid": "scopes-drawer" }, el("summary", {}, t("clients.scopes.ask")), form("scopes", () => act("scopes", { scopes: ticks.chosen() }), ...ticks.nodes, submit));
  return card(box);
}

/** Suspending takes one operator, and is done at once; coming back takes two. */
function standingCard(name, act) {
  const complain = fault("client-standing-fault");
  const sure = () => name !== "suspension" || confirm(t("clients.suspension.sure"));
  const press = button(`clients.${name}`, { id: `client-${name}`, complain, run: async () => (sure() ? act(name) : undefined) });
  return card(el("p", { class: "soft" }, t(`clients.${name}.about`)), el("div", { class: "actions" }, press), complain);
}

function aboutCard(one) {
  const head = el("div", { class: "detail-head" }, el("h2", {}, one.name), badge("client", one.standing));
  const about = facts(["clients.id", el("code", { "data-testid": "client-id" }, one.client_id)], ["clients.kind", named("client", "kind", one.kind)], ["clients.registered", time(one.registered_at)]);
  return card(head, about, heading("clients.scopes"), one.scopes.length ? scopeList(one.scopes) : nothing("clients.scopes.none"));
}

const told = ({ event, by, at, detail }) => ({ event, by, at, note: detail });

/** One client on the right; `changed()` is told of each step taken here. */
export function createClient(desk, id, { changed }) {
  const node = el("div", { class: "column" });
  let drawn = "";

  /** Take a step: under a key of its own where it makes something, and then read how the client stands. */
  async function act(name, json) {
    await desk.post(`/clients/${id}/${name}`, json);
    await changed();
  }

  function acts(one) {
    const possible = desk.role.registers ? clientActs(one) : [];
    const standing = possible.find((name) => ["suspension", "resumption"].includes(name));
    return [
      possible.includes("scopes") ? scopesCard(one, act) : null,
      secretsCard(desk, one, { writes: possible.includes("secrets"), changed }),
      keysCard(desk, one, { adds: possible.includes("keys"), removes: Boolean(desk.role.registers), changed }),
      standing ? standingCard(standing, act) : null,
    ];
  }

  async function refresh() {
    const { server_time: asked, ...one } = await desk.get(`/clients/${id}`);
    if (JSON.stringify(one) === drawn) return;
    drawn = JSON.stringify(one);
    const journal = card(heading("steps"), steps(one.steps.map(told), "client"));
    node.replaceChildren(...[aboutCard(one), waitingCard(desk, one, act), ...acts(one), journal].filter(Boolean));
  }

  return { id, node, refresh };
}
