/** The queue of appeals: the soonest due first, what is late marked, one taken at a time. */

import { aboutKey } from "../lib/appealtext.js";
import { deadline } from "../lib/citytime.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { badge, board, button, card, drawRefusal, entry, fault, nothing, pagesOf, time } from "./parts.js";
import { createCase } from "./case.js";

export function createAppeals(desk) {
  const { node, list, detail } = board("appeal");
  const complain = fault("queue-fault");
  const rows = el("div", { class: "entries", "data-testid": "queue" });
  const level = el("select", { "data-testid": "queue-level", "aria-label": t("appeal.level") }, ...desk.role.levels.map((n) => el("option", { value: String(n) }, t(`appeal.level.${n}`))));
  let chosen = null;
  let count = 1;
  let seen = "";

  function row(one) {
    const due = el("span", { class: one.overdue ? "late" : "soft" }, t(one.overdue ? "queue.overdue" : "queue.due"), " ", time(one.due_at, deadline));
    const head = el("span", { class: "entry-head" }, badge("appeal", one.state), one.mine ? el("span", { class: "badge", "data-state": "mine" }, t("queue.mine")) : null);
    const open = () => (one.mine ? openCase(one) : offer(one));
    return entry("queue-entry", { open, chosen: one.appeal_id === chosen }, head, el("strong", {}, t(aboutKey(one.about))), due);
  }

  /** Nobody reads a case before it is theirs to judge. */
  function offer(one) {
    chosen = one.appeal_id;
    const failure = fault("take-fault");
    const take = async () => {
      await desk.post(`/appeals/${one.appeal_id}/assignment`);
      await openCase(one);
    };
    const ways = one.state === "open" ? button("queue.take", { id: "queue-take", kind: "", run: take, complain: failure }) : el("p", { class: "soft" }, t("queue.taken"));
    detail.replaceChildren(card(el("h2", {}, t(aboutKey(one.about))), el("p", { class: "soft" }, t("queue.take.about")), ways, failure));
    return refresh();
  }

  async function openCase({ appeal_id: id }) {
    chosen = id;
    const answered = () => {
      chosen = null;
      detail.replaceChildren(card(el("p", { "data-testid": "answered" }, t("case.answered"))));
      refresh();
    };
    const released = () => {
      chosen = null;
      detail.replaceChildren(nothing("console.choose"));
      refresh();
    };
    const opened = await desk.get(`/appeals/${id}/case`);
    detail.replaceChildren(createCase(desk, opened, { answered, released }));
    await refresh();
  }

  async function refresh() {
    try {
      const page = await pagesOf(desk.get, `/appeals/queue?level=${level.value}`, "appeals", count);
      const wanted = JSON.stringify([page, chosen]);
      const more = page.more ? [button("list.more", { id: "queue-more", complain, run: () => ((count += 1), refresh()) })] : [];
      if (wanted !== seen) rows.replaceChildren(...page.items.map(row), ...more, ...(page.items.length ? [] : [nothing("queue.none")]));
      seen = wanted;
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  level.addEventListener("change", refresh);
  list.append(el("div", { class: "list-head" }, el("h2", {}, t("queue.title")), ...(desk.role.levels.length > 1 ? [level] : [])), complain, rows);
  detail.append(nothing("console.choose"));
  return { node, refresh };
}
