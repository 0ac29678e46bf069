/** Policies: which hold from when, what is found in them, what they would do, and the way into force. */

import { dayAndTime } from "../lib/citytime.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { badge, board, button, card, drawRefusal, entry, facts, fault, field, form, heading, nothing, time, words } from "./parts.js";
import { createRollOut, rollOutEntry } from "./rollouts.js";

/** China has one zone: what an officer writes is the city's time. */
const cityInstant = (local) => `${local}:00+08:00`;

function findingsList(findings) {
  if (!findings.length) return el("p", { class: "fine" }, t("policy.findings.none"));
  const row = (one) => el("li", {}, words(one.words), one.rules.length ? el("code", {}, one.rules.join(", ")) : null);
  return el("ul", { class: "bullets", "data-testid": "findings" }, ...findings.map(row));
}

function mistakesList(problem) {
  const mistakes = problem?.evidence?.mistakes ?? [];
  const row = (one) => el("li", {}, el("code", {}, t("policy.line", { line: one.line, place: one.place })), ` ${one.problem} `, el("span", { class: "soft" }, one.advice));
  return mistakes.map(row);
}

export function createPolicies(desk) {
  const { node, list, detail } = board("policy");
  const complain = fault("policies-fault");
  const policies = el("div", { class: "entries", "data-testid": "policies" });
  const rollOuts = el("div", { class: "entries", "data-testid": "roll-outs" });
  let open = null;
  let seen = "";

  function inForce(page, key) {
    const spans = page.in_force.filter(({ policy_key }) => policy_key === key);
    const present = page.in_force.filter(({ since }) => !since || Date.parse(since) <= desk.now()).at(-1);
    if (present?.policy_key === key) return el("span", { class: "badge", "data-state": "approved" }, t("policy.inForce"));
    return spans.some(({ since }) => since && Date.parse(since) > desk.now()) ? el("span", { class: "badge" }, t("policy.coming")) : null;
  }

  function row(page, policy) {
    const head = el("span", { class: "entry-head" }, el("strong", {}, policy.policy_key), inForce(page, policy.policy_key));
    return entry("policy-entry", { open: () => openPolicy(policy.policy_key), chosen: open?.id === policy.policy_key }, head, el("span", {}, words(policy.title)), el("span", { class: "soft" }, t("policy.rules", { n: policy.rules })));
  }

  async function openPolicy(key) {
    const found = await desk.get(`/policies/${encodeURIComponent(key)}`);
    const { policy, text } = found;
    const head = el("div", { class: "detail-head" }, el("h2", {}, policy.policy_key), el("span", {}, words(policy.title)));
    const about = facts(["policy.loaded", policy.loaded_at ? time(policy.loaded_at) : t("policy.shipped")], ["policy.digest", el("code", {}, policy.digest.slice(0, 16))]);
    const source = el("details", { class: "fold" }, el("summary", {}, t("policy.text")), el("pre", { class: "source", tabindex: "0" }, text));
    put({ id: key }, card(head, about, heading("policy.findings"), findingsList(policy.findings), source), ...(desk.role.writes ? [dryRunCard(key), proposeCard(key)] : []));
  }

  /** Put something on the right; `refresh`, where it has one, is called with each look. */
  function put(next, ...nodes) {
    open = next;
    seen = "";
    detail.replaceChildren(...nodes);
    refresh();
  }

  function dryRunCard(key) {
    const failure = fault("dry-run-fault");
    const result = el("div", { "data-testid": "dry-run", "aria-live": "polite" });
    async function run() {
      const started = await desk.create("/dry-runs", { policy_key: key });
      open = { id: key, refresh: async () => drawDryRun(result, await desk.get(`/dry-runs/${started.dry_run_id}`)) };
      drawDryRun(result, started);
    }
    return card(heading("dryRun.title"), el("p", { class: "soft" }, t("dryRun.about")), button("dryRun.start", { id: "dry-run-start", run, complain: failure }), result, failure);
  }

  function drawDryRun(result, run) {
    const { done, about, finished_at: finished } = run.progress;
    const found = done || finished ? [el("p", {}, el("strong", {}, words(run.words)))] : [];
    result.replaceChildren(...found, el("p", { class: "soft" }, t(finished ? "dryRun.done" : "dryRun.running", { done, about })));
  }

  function proposeCard(key) {
    const from = el("input", { type: "datetime-local", "data-testid": "roll-out-from" });
    const reason = el("textarea", { rows: "2", required: true, maxlength: "500", "data-testid": "roll-out-reason" });
    async function propose() {
      const wish = { policy_key: key, reason: reason.value.trim(), ...(from.value && { effective_from: cityInstant(from.value) }) };
      openRollOut((await desk.create("/roll-outs", wish)).roll_out_id);
    }
    return card(heading("rollOut.propose"), form("roll-out", propose, field("rollOut.from", from), field("rollOut.reason", reason), el("button", { class: "button", "data-testid": "roll-out-submit" }, t("rollOut.submit"))));
  }

  function openRollOut(id) {
    const shown = createRollOut(desk, id, openRollOut);
    put({ id, refresh: shown.refresh }, shown.node);
  }

  function load() {
    const text = el("textarea", { rows: "16", required: true, spellcheck: "false", class: "source", "data-testid": "policy-text" });
    const mistakes = el("ol", { class: "bullets", "data-testid": "mistakes" });
    async function send() {
      mistakes.replaceChildren();
      const loaded = await desk.post("/policies", { text: text.value }).catch((problem) => {
        mistakes.replaceChildren(...mistakesList(problem));
        throw problem;
      });
      await openPolicy(loaded.policy_key);
    }
    put({ id: "load" }, card(heading("policy.load", "h2"), el("p", { class: "soft" }, t("policy.load.about")), form("policy", send, field("policy.text", text), el("button", { class: "button", "data-testid": "policy-submit" }, t("policy.check")), mistakes)));
  }

  async function refresh() {
    try {
      const [page, all] = await Promise.all([desk.get("/policies"), desk.get("/roll-outs")]);
      const wanted = JSON.stringify([page, all, open?.id]);
      if (wanted !== seen) {
        policies.replaceChildren(...page.policies.map((policy) => row(page, policy)));
        rollOuts.replaceChildren(...all.roll_outs.map((one) => rollOutEntry(one, { open: () => openRollOut(one.roll_out_id), chosen: open?.id === one.roll_out_id })), ...(all.roll_outs.length ? [] : [nothing("rollOut.none")]));
      }
      seen = wanted;
      await open?.refresh?.();
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  const ways = desk.role.writes ? [button("policy.load", { id: "policy-load", run: async () => load(), complain })] : [];
  list.append(el("div", { class: "list-head" }, el("h2", {}, t("console.policies")), ...ways), complain, policies, el("h2", {}, t("rollOut.title")), rollOuts);
  detail.append(nothing("console.choose"));
  return { node, refresh };
}
