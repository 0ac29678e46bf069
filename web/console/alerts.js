/** Alerts: a rule about unusual looking tripped, and a person says what it was. */

import { deadline } from "../lib/citytime.js";
import { el } from "../lib/dom.js";
import { has, t } from "../lib/i18n.js";
import { monthOf } from "../lib/roles.js";
import { badge, board, button, card, drawRefusal, entry, facts, fault, form, heading, named, nothing, pagesOf, time, words } from "./parts.js";

const VERDICTS = ["legitimate", "misuse", "unclear"];

const purposeWord = (purpose) => (has(`purpose.${purpose}`) ? t(`purpose.${purpose}`) : purpose);

/** About whom: a verifier by its name, anything else by a mark that names nobody. */
const about = (one) => [one.name, el("code", {}, one.subject)].filter(Boolean);

/** What the count was compared with, where anything was. */
const usual = ({ usual: normal }) => (normal ? ["alert.usual", t("alert.usual.of", { mean: Math.round(normal.mean * 10) / 10, spread: Math.round(normal.spread * 10) / 10, days: normal.days })] : null);

function evidence(one) {
  const purposes = Object.entries(one.purposes).map(([purpose, n]) => `${purposeWord(purpose)} ${n}`).join(t("list.and"));
  const refusing = Object.values(one.verifiers);
  return facts(
    ["alert.subject", named("alert", "by", one.by), " ", ...about(one)],
    ["alert.number", el("strong", { class: "late" }, String(one.number)), " ", named("alert", "counted", one.counted)],
    ["alert.threshold", String(one.threshold)],
    usual(one),
    ["alert.window", time(one.window_from), " – ", time(one.window_until, deadline)],
    ["alert.purposes", purposes || t("none")],
    refusing.length ? ["alert.verifiers", refusing.join(t("list.and"))] : null,
  );
}

export function createAlerts(desk) {
  const { node, list, detail } = board("alert");
  const complain = fault("alerts-fault");
  const month = el("input", { type: "month", value: monthOf(desk.now()), "data-testid": "alert-month", "aria-label": t("console.month") });
  const rows = el("div", { class: "entries", "data-testid": "alerts" });
  let chosen = null;
  let count = 1;
  let drawn = "";
  let seen = "";

  function row(one) {
    const head = el("span", { class: "entry-head" }, badge("alert", one.state), time(one.raised_at));
    return entry("alert-entry", { open: () => choose(one.alert_id), chosen: one.alert_id === chosen }, head, el("strong", {}, words(one.means)), el("span", { class: "soft" }, one.name ?? named("alert", "by", one.by)));
  }

  function closing(one) {
    const choice = (verdict) => el("label", { class: "radio" }, el("input", { type: "radio", name: "verdict", value: verdict, required: true, "data-testid": `alert-${verdict}` }), t(`alert.verdict.${verdict}`));
    async function close() {
      await desk.post(`/alerts/${one.alert_id}/closing`, { verdict: node.querySelector("input[name=verdict]:checked").value });
      await refresh();
    }
    return form("alert-close", close, el("fieldset", {}, el("legend", {}, t("alert.close.about")), ...VERDICTS.map(choice)), el("button", { class: "button", "data-testid": "alert-close-submit" }, t("alert.close")));
  }

  /** What became of it, or the question what did. */
  function end(one) {
    if (one.state === "open") return desk.role.closes ? closing(one) : null;
    return facts(["alert.verdict", t(`alert.verdict.${one.verdict}`)], ["alert.closed_by", one.closed_by], ["alert.closed_at", time(one.closed_at)]);
  }

  function drawOne(one) {
    if (JSON.stringify(one) === drawn) return;
    drawn = JSON.stringify(one);
    const head = el("div", { class: "detail-head" }, el("h2", {}, words(one.means)), badge("alert", one.state));
    detail.replaceChildren(card(head, el("p", { class: "soft" }, t("alert.about")), heading("alert.evidence"), evidence(one), end(one)));
  }

  function choose(id) {
    [chosen, drawn, seen] = [id, "", ""];
    return refresh().then(() => detail.scrollIntoView({ block: "nearest" }));
  }

  function drawList(page) {
    const wanted = JSON.stringify([page, chosen]);
    if (wanted === seen) return;
    seen = wanted;
    const more = page.more ? [button("list.more", { id: "alerts-more", complain, run: () => ((count += 1), refresh()) })] : [];
    rows.replaceChildren(...page.items.map(row), ...more, ...(page.items.length ? [] : [nothing("alert.none")]));
  }

  /** A month, or an alert, that comes after another was chosen is not shown as that. */
  async function refresh() {
    const [asked, opened] = [month.value, chosen];
    try {
      const page = await pagesOf(desk.get, `/alerts?month=${encodeURIComponent(asked)}`, "alerts", count);
      if (asked === month.value) drawList(page);
      const one = opened && (await desk.get(`/alerts/${opened}`));
      if (one && opened === chosen) drawOne(one);
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  month.addEventListener("change", () => {
    count = 1;
    refresh();
  });
  list.append(el("div", { class: "list-head" }, month), complain, rows);
  detail.append(nothing("console.choose"));
  return { node, refresh };
}
