/** What was deleted because its time was over: one report for each walk over everything that may be over. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, card, drawRefusal, fault, heading, named, nothing, table, time } from "./parts.js";

const HEADS = ["retention.class", "retention.looked_at", "retention.deleted", "retention.spared"];

const classWord = (name) => named("retention", "name", name.replaceAll(" ", "_"));

function report(one) {
  const head = el("p", {}, time(one.started_at), " – ", one.finished_at ? time(one.finished_at) : t("retention.running"));
  const rows = one.classes.map(({ name, looked_at: seen, deleted, spared }) => [classWord(name), seen, deleted, spared]);
  return el("section", { class: "column", "data-testid": "retention-report" }, head, rows.length ? table("retention", HEADS, rows) : nothing("retention.nothing"));
}

const refusedOnes = (list) => (list.length ? [heading("retention.refused"), el("ul", { class: "bullets" }, ...list.map((one) => el("li", {}, time(one.at), " ", named("retention", "reason", one.reason))))] : []);

export function createRetention(desk) {
  const complain = fault("retention-fault");
  const body = el("div", { class: "column", "data-testid": "retentions" });
  let count = 1;
  let seen = "";

  async function pages() {
    const reports = [];
    let page = { next_cursor: null };
    for (let read = 0; read < count && (read === 0 || page.next_cursor); read += 1) {
      page = await desk.get(page.next_cursor ? `/retention-reports?cursor=${encodeURIComponent(page.next_cursor)}` : "/retention-reports");
      reports.push(...page.reports);
    }
    return { reports, refused: page.refused, more: page.next_cursor !== null };
  }

  function draw({ reports, refused, more }) {
    const further = more ? [button("list.more", { id: "retention-more", complain, run: () => ((count += 1), refresh()) })] : [];
    body.replaceChildren(...(reports.length ? reports.map(report) : [nothing("retention.none")]), ...further, ...refusedOnes(refused));
  }

  async function refresh() {
    try {
      const found = await pages();
      if (JSON.stringify(found) !== seen) draw(found);
      seen = JSON.stringify(found);
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  return { node: card(el("h2", {}, t("console.retention")), el("p", { class: "soft" }, t("retention.about")), complain, body), refresh, still: true };
}
