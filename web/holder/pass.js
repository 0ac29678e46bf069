/** The pass on screen: colour frame, symbol, city clock and countdown. Draws what it is told, decides nothing. */

import { dayOf, timeOfDay } from "../lib/citytime.js";
import { remaining } from "../lib/countdown.js";
import { $, mark, say, show } from "../lib/dom.js";
import { duration } from "../lib/duration.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { setIcon } from "../lib/icons.js";
import { problemWords } from "../lib/problemwords.js";
import { drawSymbol } from "./symbol.js";

/** Show or take away the code's text; an expired code leaves nothing behind in the page. */
function drawText(code) {
  const text = code?.code ?? "";
  if ($("code-text").value !== text) $("code-text").value = text;
}

/** The sign above the words: a turning wheel while waiting, else what kind of trouble it is. */
function drawGlyph(name) {
  $("away-glyph").classList.toggle("spinner", name === null);
  setIcon($("away-glyph"), name);
}

/** What stands in the window while there is no code: waiting, or what went wrong and what to do. */
function drawAway(code, problem, online) {
  const trouble = online ? problem : { code: "offline" };
  const words = trouble ? problemWords(trouble) : { title: t("holder.loading"), next: "" };
  show($("away"), !code);
  if (code) return;
  drawGlyph(trouble ? (online ? "unknown" : "offline") : null);
  say($("away-title"), words.title);
  say($("away-next"), words.next);
  say($("away-retrying"), trouble && trouble.passing !== false ? t("holder.retrying") : "");
  show($("retry"), Boolean(trouble));
}

/** The colour, said three times: by the frame, by the icon's shape and by a word. */
function drawColour(code) {
  const colour = code?.colour ?? null;
  mark($("pass"), "data-colour", colour);
  mark($("pass"), "data-state", code ? "live" : "away");
  $("pass").classList.toggle("live", Boolean(code));
  say($("colour-word"), colour ? t(`colour.${colour}`) : t("holder.heading"));
  setIcon($("seal"), colour ?? "unknown");
  show($("seal"), Boolean(colour));
  show($("specimen"), Boolean(code?.specimen));
}

/** Whose code it is. Another's says so above everything else, so that nobody at a gate takes it for the bearer's own. */
function drawWhose(name, shownFor) {
  say($("holder-name"), shownFor?.name ?? name);
  show($("pass-for"), Boolean(shownFor));
  say($("pass-for"), shownFor ? t("pass.for", { name: shownFor.name }) : "");
}

/** The parts that change with every tick. */
export function drawTime(code, now) {
  say($("clock"), timeOfDay(now));
  say($("day"), dayOf(now, currentLanguage()));
  show($("ring"), Boolean(code));
  if (!code) return;
  const { seconds, share } = remaining(code, now);
  say($("countdown"), String(seconds));
  mark($("ring"), "aria-label", t("holder.remaining", { seconds }));
  $("run").setAttribute("stroke-dashoffset", ((1 - share) * 100).toFixed(2));
}

/** A code is still in the hand while renewing fails: say so beside it, not instead of it. */
function drawTrouble(code, problem, online) {
  const key = online ? "holder.trouble.note" : "holder.offline.note";
  const troubled = Boolean(code) && (!online || Boolean(problem));
  show($("trouble"), troubled);
  say($("trouble"), troubled ? t(key) : "");
}

/** Tell a holder whose phone's clock is off by more than `tolerance` seconds. */
export function drawPhoneClock(ahead, tolerance = 20) {
  const off = Math.abs(ahead) > tolerance;
  const { key, n } = duration(Math.abs(ahead));
  show($("phone-clock"), off);
  say($("phone-clock"), off ? t(ahead > 0 ? "holder.clock.ahead" : "holder.clock.behind", { gap: t(key, { n }) }) : "");
}

/** Draw the whole pass for `{code, problem, name, shownFor, online}` at `now`. */
export function drawPass({ code, problem, name, shownFor, online }, now) {
  drawColour(code);
  drawWhose(name, shownFor);
  drawText(code);
  drawAway(code, problem, online);
  drawTrouble(code, problem, online);
  drawTime(code, now);
  for (const id of ["hints", "text-fold"]) show($(id), Boolean(code));
  drawSymbol(code);
}
