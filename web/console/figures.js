/** A month of appeals in figures: how many, about what, what came of them, how long people waited. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { monthOf } from "../lib/roles.js";
import { card, drawRefusal, fault, named, table } from "./parts.js";

const hours = (number) => (number === null ? t("none") : t("figures.hours", { n: Math.round(number * 10) / 10 }));
const tile = (key, value, late = false) => el("div", { class: "tile" }, el("strong", { class: late ? "late" : undefined }, String(value)), el("span", {}, t(key)));

function counts(key, word, numbers) {
  const rows = Object.entries(numbers).map(([name, n]) => [word(name), n]);
  return rows.length ? [table(key, [key, "figures.number"], rows)] : [];
}

export function createFigures(desk) {
  const month = el("input", { type: "month", value: monthOf(desk.now()), "data-testid": "figures-month", "aria-label": t("console.month") });
  const complain = fault("figures-fault");
  const body = el("div", { class: "column", "data-testid": "figures" });
  let seen = "";

  function draw(found) {
    const tiles = el("div", { class: "tiles" }, tile("figures.filed", found.filed), tile("figures.overdue", found.overdue, found.overdue > 0), tile("figures.late", found.late, found.late > 0), tile("figures.median", hours(found.median_hours)), tile("figures.most", hours(found.hours_95)));
    body.replaceChildren(tiles, el("div", { class: "tallies" }, ...counts("figures.states", (name) => named("appeal", "state", name), found.states), ...counts("figures.about", (name) => named("figures", "about", name), found.about), ...counts("figures.levels", (name) => named("appeal", "level", name), found.levels)));
  }

  async function refresh() {
    try {
      const { server_time: asked, ...found } = await desk.get(`/appeal-statistics?month=${encodeURIComponent(month.value)}`);
      if (JSON.stringify(found) !== seen) draw(found);
      seen = JSON.stringify(found);
      drawRefusal(complain, null);
    } catch (problem) {
      drawRefusal(complain, problem);
    }
  }

  month.addEventListener("change", refresh);
  return { node: card(el("div", { class: "list-head" }, el("h2", {}, t("console.figures")), month), complain, body), refresh };
}
