/** Clients: which programs are let in, what each reaches, and what waits for another operator. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { createClient } from "./client.js";
import { createClientProposal } from "./clientproposal.js";
import { badge, board, button, drawRefusal, entry, fault, named, nothing, pagesOf, time } from "./parts.js";

const QUEUES = ["active", "waiting", "suspended", "refused"];

export function createClients(desk) {
  const { node, list, detail } = board("client");
  const complain = fault("clients-fault");
  const rows = el("div", { class: "entries", "data-testid": "clients" });
  const queue = el("select", { "data-testid": "client-queue", "aria-label": t("clients.queue") }, ...QUEUES.map((one) => el("option", { value: one }, t(`clients.queue.${one}`))));
  let open = null;
  let count = 1;
  let seen = "";

  function row(one) {
    const head = el("span", { class: "entry-head" }, el("strong", {}, one.name), badge("client", one.standing));
    const about = el("span", { class: "soft" }, named("client", "kind", one.kind), " · ", time(one.registered_at));
    return entry("client-entry", { open: () => choose(one.client_id), chosen: open?.id === one.client_id }, head, about);
  }

  function choose(id) {
    open = createClient(desk, id, { changed: refresh });
    detail.replaceChildren(open.node);
    return refresh().then(() => detail.scrollIntoView({ block: "nearest" }));
  }

  function drawList(page) {
    const wanted = JSON.stringify([page, open?.id, queue.value]);
    if (wanted === seen) return;
    seen = wanted;
    const more = page.more ? [button("list.more", { id: "clients-more", complain, run: () => ((count += 1), refresh()) })] : [];
    rows.replaceChildren(...page.items.map(row), ...more, ...(page.items.length ? [] : [nothing("clients.none")]));
  }

  async function refresh() {
    const asked = queue.value;
    try {
      const page = await pagesOf(desk.get, `/clients?state=${asked}`, "clients", count);
      if (asked === queue.value) drawList(page);
      await open?.refresh();
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  /** What was asked for stands among what waits. */
  function proposed(client) {
    queue.value = "waiting";
    return choose(client.client_id);
  }

  async function propose() {
    open = null;
    detail.replaceChildren(createClientProposal(desk, proposed));
    await refresh();
  }

  /** Nobody opens what stood there a moment ago in another list. */
  queue.addEventListener("change", () => {
    [count, seen] = [1, ""];
    rows.replaceChildren();
    refresh();
  });
  const ways = desk.role.registers ? [button("clients.propose", { id: "client-propose", kind: "", complain, run: propose })] : [];
  list.append(el("div", { class: "list-head" }, queue, ...ways), complain, rows);
  detail.append(nothing("console.choose"));
  return { node, refresh };
}
