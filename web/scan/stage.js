/** The verdict on the whole screen: one colour, one sign, one word, then what it means and what to do next. */

import { timeOfDay } from "../lib/citytime.js";
import { $, el, mark, say, show } from "../lib/dom.js";
import { duration } from "../lib/duration.js";
import { has, onLanguage, t } from "../lib/i18n.js";
import { setIcon } from "../lib/icons.js";
import { problemWords } from "../lib/problemwords.js";
import { missedBy, stay } from "./verdict.js";

const SIGN = { accepted: "green" };
/** What a verdict tells of the one person it is about. */
const OF_A_PERSON = ["verdict-name", "verdict-pairwise", "verdict-carrier", "verdict-tags", "verdict-times"];

/** One line of the little table: a word and a time of day. */
const timeRow = ([key, at]) => [el("dt", {}, t(key)), el("dd", {}, timeOfDay(at))];

/** "expired 44 s ago", or "190 s too early". */
function missed(window, reason) {
  const { key, n } = duration(missedBy(window, reason));
  return t(reason === "expired" ? "verdict.late" : "verdict.early", { gap: t(key, { n }) });
}

/** Both times of the code beside the city's; nothing where the code's window was not the matter. */
function drawTimes({ window, reason }) {
  show($("verdict-times"), Boolean(window));
  if (!window) return $("verdict-times").replaceChildren();
  const rows = [["verdict.issued", window.issued], ["verdict.expires", window.expires], ["verdict.server", window.server]];
  const summary = el("dd", { class: "missed" }, missed(window, reason));
  return $("verdict-times").replaceChildren(...rows.flatMap(timeRow), summary);
}

/** What happened and what to do; the network's own trouble is named where there was no answer at all. */
function drawWords(reading) {
  const trouble = reading.problem ? problemWords(reading.problem) : null;
  say($("verdict-title"), t(reading.title));
  say($("verdict-reason"), trouble?.title ?? (reading.subtitle ? t(reading.subtitle) : ""));
  show($("verdict-reason"), Boolean(trouble || reading.subtitle));
  say($("verdict-what"), t(reading.what, { reason: reading.reason }));
  say($("verdict-next"), t(reading.next));
}

/** By what, shown by whom, of which groups, and what is still to be looked at. */
function drawCarrier({ carrier, shownBy, checks, tags }) {
  const lines = [carrier, shownBy].filter(Boolean).map((key) => t(key));
  say($("verdict-carrier"), lines.join(" · "));
  show($("verdict-carrier"), lines.length > 0);
  $("verdict-checks").replaceChildren(...checks.map((key) => el("li", {}, t(key))));
  show($("verdict-checks"), checks.length > 0);
  $("verdict-tags").replaceChildren(...tags.map((tag) => el("li", { class: "verdict-tag" }, has(`tag.${tag}`) ? t(`tag.${tag}`) : tag)));
  show($("verdict-tags"), tags.length > 0);
}

/** That nobody but this device was asked, and how old its knowledge is. */
function drawAlone({ alone = null }) {
  const { key, n } = duration(alone?.age ?? 0);
  mark($("verdict"), "data-alone", alone ? "" : null);
  say($("verdict-alone"), alone ? t("offline.tag", { age: t(key, { n }) }) : "");
  show($("verdict-alone"), Boolean(alone));
}

function drawMarks(reading) {
  const dialog = $("verdict");
  mark(dialog, "data-colour", reading.tone);
  mark(dialog, "data-verdict", reading.verdict);
  mark(dialog, "data-reason", reading.reason);
  setIcon($("verdict-sign"), SIGN[reading.tone] ?? reading.tone);
  say($("verdict-name"), reading.name ?? "");
  show($("verdict-holder"), Boolean(reading.name));
  say($("verdict-pairwise"), reading.pairwise ? t("verdict.pairwise", { id: reading.pairwise }) : "");
  show($("verdict-pairwise"), Boolean(reading.pairwise));
  show($("verdict-nameless"), reading.nameless);
  show($("verdict-specimen"), reading.specimen);
  show($("verdict-again"), reading.tone === "unknown");
}

/** One sentence for those who listen. */
const spoken = (reading) => [$("verdict-alone"), $("verdict-title"), $("verdict-reason"), $("verdict-carrier"), ...$("verdict-checks").children, $("verdict-next")].map((node) => node.textContent).concat(reading.name ?? "").filter(Boolean).join(" · ");

/**
 * The stage: `present(reading)` shows a verdict, returns by itself where `returns()` says so, and calls `onLeave` when
 * the screen is free again. Touching the screen keeps the verdict for as long as it is needed.
 */
export function createStage({ returns, onLeave, onAgain }) {
  const dialog = $("verdict");
  let reading = null;
  let leaveAt = Infinity;

  function draw() {
    drawMarks(reading);
    drawWords(reading);
    drawTimes(reading);
    drawCarrier(reading);
    drawAlone(reading);
  }

  function count() {
    const left = Math.ceil((leaveAt - performance.now()) / 1000);
    say($("verdict-left"), Number.isFinite(left) ? String(Math.max(0, left)) : "");
    if (left <= 0) leave();
  }

  function leave() {
    leaveAt = Infinity;
    if (dialog.open) dialog.close();
  }

  function hold() {
    leaveAt = Infinity;
    count();
  }

  /** What was told of a person goes with the verdict: also from what is hidden. */
  function forget() {
    reading = null;
    for (const id of OF_A_PERSON) $(id).replaceChildren();
  }

  dialog.addEventListener("close", () => {
    say($("announcer"), "");
    if (!dialog.open) forget();
    onLeave();
  });
  for (const touch of ["pointerdown", "input", "submit"]) dialog.addEventListener(touch, hold);
  dialog.addEventListener("keydown", ({ key }) => key === "Tab" && hold());
  $("verdict-close").addEventListener("click", leave);
  $("verdict-again").addEventListener("click", () => {
    leave();
    onAgain();
  });
  onLanguage(() => reading && draw());
  setInterval(count, 250);

  return {
    leave,
    present(next) {
      reading = next;
      draw();
      if (!dialog.open) dialog.showModal();
      $("verdict-title").focus();
      leaveAt = returns() ? performance.now() + stay(reading) : Infinity;
      count();
      say($("announcer"), spoken(reading));
    },
  };
}
