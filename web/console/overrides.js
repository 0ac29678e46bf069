/** Overrides: what officers have proposed, where each stands, and what is to be decided. */

import { chip } from "../lib/chip.js";
import { deadline } from "../lib/citytime.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { monthOf, overrideActs } from "../lib/roles.js";
import { badge, board, button, card, entry, facts, fault, heading, nothing, drawRefusal, pagesOf, steps, time, words } from "./parts.js";
import { createProposal } from "./proposal.js";

const KINDS = { approval: "primary", rejection: "quiet", withdrawal: "quiet", end: "quiet" };

export function createOverrides(desk) {
  const { node: both, list, detail } = board("override");
  const complain = fault("overrides-fault");
  const month = el("input", { type: "month", value: monthOf(desk.now()), "data-testid": "override-month", "aria-label": t("console.month") });
  const rows = el("div", { class: "entries", "data-testid": "overrides" });
  let grounds = new Map();
  let chosen = null;
  let count = 1;
  let drawn = "";
  let seen = "";

  const law = (ground) => (grounds.has(ground) ? words(grounds.get(ground).law) : ground);

  function row(one) {
    const people = t("override.people", { n: one.people });
    const head = el("span", { class: "entry-head" }, chip(one.colour, t(`colour.${one.colour}`)), badge("override", one.state), time(one.proposed_at));
    const open = () => choose(one.override_id);
    return entry("override-entry", { open, chosen: one.override_id === chosen }, head, el("span", {}, law(one.ground)), el("span", { class: "soft" }, `${people} · ${one.proposed_by}`));
  }

  function drawList(page) {
    const wanted = JSON.stringify([page, chosen, [...grounds.keys()]]);
    if (wanted === seen) return;
    seen = wanted;
    const more = page.more ? [button("list.more", { id: "override-more", complain, run: () => ((count += 1), refresh()) })] : [];
    rows.replaceChildren(...page.items.map(row), ...more, ...(page.items.length ? [] : [nothing("override.none")]));
  }

  function acts(one) {
    if (!desk.role.writes || overrideActs(one).length === 0) return null;
    const failure = fault("override-act-fault");
    const note = el("textarea", { rows: "2", maxlength: "500", "data-testid": "override-note", "aria-label": t("override.note") });
    const act = (name) => button(`override.${name}`, { id: `override-${name}`, kind: KINDS[name], complain: failure, run: () => carryOut(one, name, note.value) });
    return el("div", { class: "acts" }, el("label", { class: "field" }, el("span", {}, t("override.note")), note), el("div", { class: "actions" }, ...overrideActs(one).map(act)), failure);
  }

  async function carryOut(one, name, note) {
    await desk.create(`/overrides/${one.override_id}/${name}`, { note: note.trim() });
    await refresh();
  }

  function drawOne(one) {
    const wanted = JSON.stringify({ ...one, server_time: "" });
    if (wanted === drawn) return;
    drawn = wanted;
    const until = one.until ? time(one.until, deadline) : t("override.until.approval", { hours: one.hours });
    const head = el("div", { class: "detail-head" }, el("h2", { class: "unseen" }, t("console.overrides")), chip(one.colour, t(`colour.${one.colour}`)), badge("override", one.state));
    const about = facts(
      ["override.law", words(one.law)],
      one.group ? ["override.group", one.group] : null,
      ["override.names", one.names.join(t("list.and"))],
      ["override.until", until],
      ["override.approvals", t("override.of", { n: one.approvals, needed: one.approvals_needed })],
    );
    detail.replaceChildren(card(head, el("blockquote", { "data-testid": "override-reason" }, one.reason), about, heading("steps"), steps(one.steps, "override"), acts(one)));
  }

  function choose(id) {
    [chosen, drawn, seen] = [id, "", ""];
    return refresh().then(() => detail.scrollIntoView({ block: "nearest" }));
  }

  /** The grounds do not change while somebody sits here, so they are asked for once. */
  async function knowGrounds() {
    if (grounds.size) return;
    const { grounds: all } = await desk.get("/override-grounds");
    grounds = new Map(all.map((ground) => [ground.ground, ground]));
  }

  async function refresh() {
    try {
      await knowGrounds();
      drawList(await pagesOf(desk.get, `/overrides?month=${encodeURIComponent(month.value)}`, "overrides", count));
      if (chosen) drawOne(await desk.get(`/overrides/${chosen}`));
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  async function propose() {
    await knowGrounds();
    [chosen, drawn, seen] = [null, "", ""];
    detail.replaceChildren(createProposal(desk, grounds, (one) => choose(one.override_id)));
  }

  month.addEventListener("change", refresh);
  const ways = desk.role.writes ? button("override.propose", { id: "override-propose", kind: "", complain, run: propose }) : null;
  list.append(el("div", { class: "list-head" }, month, ...(ways ? [ways] : [])), complain, rows);
  detail.append(nothing("console.choose"));
  return { node: both, refresh };
}
