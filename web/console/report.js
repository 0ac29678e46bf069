/** All overrides of a month by officer and ground. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { monthOf } from "../lib/roles.js";
import { card, drawRefusal, fault, named, nothing, table, words } from "./parts.js";

const HEADS = ["report.officer", "report.ground", "report.overrides", "report.people", "report.colours", "report.hours", "report.states", "report.voided"];

const counted = (numbers, word) => Object.entries(numbers).map(([name, n]) => `${word(name)} ${n}`).join(t("list.and")) || t("none");

export function createReport(desk) {
  const month = el("input", { type: "month", value: monthOf(desk.now()), "data-testid": "report-month", "aria-label": t("console.month") });
  const complain = fault("report-fault");
  const body = el("div");
  let laws = null;
  let seen = "";

  const row = (one) => [one.officer, laws.get(one.ground) ?? one.ground, one.overrides, one.people, counted(one.colours, (name) => t(`colour.${name}`)), one.hours, counted(one.states, (name) => named("override", "state", name)), one.voided];

  async function refresh() {
    try {
      laws ??= new Map((await desk.get("/override-grounds")).grounds.map((one) => [one.ground, words(one.law)]));
      const { rows } = await desk.get(`/override-report?month=${encodeURIComponent(month.value)}`);
      if (JSON.stringify(rows) !== seen) body.replaceChildren(rows.length ? table("report", HEADS, rows.map(row)) : nothing("override.none"));
      seen = JSON.stringify(rows);
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  month.addEventListener("change", refresh);
  return { node: card(el("div", { class: "list-head" }, el("h2", {}, t("console.report")), month), complain, body), refresh };
}
