/** A roll-out: who proposed it, who decided, and how far it has come. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { rollOutActs } from "../lib/roles.js";
import { badge, button, card, entry, facts, fault, heading, steps, time } from "./parts.js";

export function rollOutEntry(one, { open, chosen }) {
  const head = el("span", { class: "entry-head" }, el("strong", {}, one.policy_key), badge("rollOut", one.state));
  const proposed = one.steps[0];
  const undoes = one.undoes ? el("span", { class: "soft" }, t("rollOut.undoes")) : null;
  return entry("roll-out-entry", { open, chosen }, head, ...(undoes ? [undoes] : []), el("span", { class: "soft" }, time(proposed.at), " · ", proposed.by));
}

function progressOf({ progress }) {
  if (!progress) return null;
  const { done, about, finished_at: finished, per_second: speed, failed } = progress;
  const text = t(finished ? "rollOut.progress.done" : "rollOut.progress", { done, about, speed });
  const bar = el("progress", { max: String(Math.max(1, about)), value: String(done), "aria-label": text });
  return el("div", { class: "progress", "data-testid": "roll-out-progress" }, bar, el("span", {}, text), failed ? el("span", { class: "late" }, t("rollOut.failed", { n: failed })) : null);
}

/** One roll-out on the right; `open(id)` shows another, such as the one that undoes it. */
export function createRollOut(desk, id, open) {
  const node = el("div", { class: "column" });
  let drawn = "";

  async function carryOut(act, reason) {
    if (act === "approval") await desk.post(`/roll-outs/${id}/approval`);
    if (act === "rejection") await desk.post(`/roll-outs/${id}/rejection`, { reason });
    if (act === "rollback") return open((await desk.create(`/roll-outs/${id}/rollback`, { reason })).roll_out_id);
    return refresh();
  }

  function acts(one) {
    const possible = desk.role.writes ? rollOutActs(one) : [];
    if (!possible.length) return null;
    const failure = fault("roll-out-act-fault");
    const reason = el("textarea", { rows: "2", maxlength: "500", "data-testid": "roll-out-note" });
    const asks = possible.some((act) => act !== "approval");
    const act = (name) => button(`rollOut.${name}`, { id: `roll-out-${name}`, kind: name === "approval" ? "" : "quiet", complain: failure, run: () => carryOut(name, reason.value.trim()) });
    return el("div", { class: "acts" }, asks ? el("label", { class: "field" }, el("span", {}, t("rollOut.why")), reason) : null, el("div", { class: "actions" }, ...possible.map(act)), failure);
  }

  async function refresh() {
    const one = await desk.get(`/roll-outs/${id}`);
    const wanted = JSON.stringify(one);
    if (wanted === drawn) return;
    drawn = wanted;
    const head = el("div", { class: "detail-head" }, el("h2", {}, one.policy_key), badge("rollOut", one.state));
    const from = one.since ? time(one.since) : one.effective_from ? time(one.effective_from) : t("rollOut.atOnce");
    const about = facts(["rollOut.effective", from], one.edition ? ["rollOut.edition", String(one.edition)] : null);
    node.replaceChildren(card(head, about, progressOf(one), heading("steps"), steps(one.steps, "rollOut"), acts(one)));
  }

  return { node, refresh };
}
