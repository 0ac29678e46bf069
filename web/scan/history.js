/** The last few results of this device: in memory only, gone with the page. */

import { timeOfDay } from "../lib/citytime.js";
import { $, el, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { problemWords } from "../lib/problemwords.js";

const KEPT = 8;

const outcome = ({ problem, subtitle, title }) => (problem ? problemWords(problem).title : t(subtitle ?? title));
const words = ({ reading }) => (reading.alone ? `${outcome(reading)} · ${t("offline.short")}` : outcome(reading));

function row(entry) {
  const { tone } = entry.reading;
  const sign = el("span", { class: "seal small", "data-colour": tone }, icon(tone === "accepted" ? "green" : tone));
  return el("li", { class: "past", "data-testid": "history-row" }, sign, el("span", {}, words(entry)), el("span", { class: "soft" }, entry.reading.name ?? ""), el("time", { class: "soft" }, timeOfDay(entry.at)));
}

export function createHistory() {
  let entries = [];

  function draw() {
    $("history-rows").replaceChildren(...entries.map(row));
    show($("history"), entries.length > 0);
  }

  onLanguage(draw);
  return {
    add(reading, at) {
      entries = [{ reading, at }, ...entries].slice(0, KEPT);
      draw();
    },
    forget() {
      entries = [];
      draw();
    },
  };
}
