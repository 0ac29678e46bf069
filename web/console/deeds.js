/** The log of officers: who did what on a day, and what came of it. Reading it is written down in it. */

import { timeOfDay } from "../lib/citytime.js";
import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { dayOf } from "../lib/roles.js";
import { button, card, drawRefusal, fault, nothing, pagesOf, table, time } from "./parts.js";

const HEADS = ["deeds.at", "deeds.officer", "deeds.operation", "deeds.ids", "deeds.outcome"];

const ids = (path) => el("span", {}, ...Object.values(path).flatMap((id) => [el("code", {}, id), " "]));

/** The status as words where it is known, with the problem's own name. */
function outcome({ outcome: status, code }) {
  const key = status === null ? "unknown" : status < 400 ? "done" : "refused";
  return el("span", { class: key === "refused" ? "late" : undefined }, [t(`deeds.${key}`), code].filter(Boolean).join(" · "));
}

const row = (deed) => [time(deed.at, timeOfDay), deed.officer ?? t("deeds.nobody"), el("code", {}, deed.operation), ids(deed.ids), outcome(deed)];

export function createDeeds(desk) {
  const day = el("input", { type: "date", value: dayOf(desk.now()), "data-testid": "deeds-day", "aria-label": t("deeds.day") });
  const complain = fault("deeds-fault");
  const body = el("div", { class: "column" });
  let count = 1;
  let seen = "";

  function draw({ items, more }) {
    const further = more ? [button("list.more", { id: "deeds-more", complain, run: () => ((count += 1), refresh()) })] : [];
    body.replaceChildren(items.length ? table("deeds", HEADS, items.map(row)) : nothing("deeds.none"), ...further);
  }

  /**
   * Every look at the log is a line in it, so it is read when somebody asks, and not by itself. A day that comes after
   * another was chosen is not shown as that.
   */
  async function refresh() {
    const asked = day.value;
    try {
      const page = await pagesOf(desk.get, `/office-log?day=${encodeURIComponent(asked)}`, "entries", count);
      if (asked !== day.value) return;
      if (JSON.stringify(page) !== seen) draw(page);
      seen = JSON.stringify(page);
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  day.addEventListener("change", () => {
    count = 1;
    refresh();
  });
  const again = button("deeds.again", { id: "deeds-again", complain, run: refresh });
  return { node: card(el("div", { class: "list-head" }, el("h2", {}, t("console.deeds")), day, again), el("p", { class: "soft" }, t("deeds.about")), complain, body), refresh, still: true };
}
