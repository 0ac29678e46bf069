/** The pass on screen: colour frame, symbol, city clock and countdown. Draws what it is told, decides nothing. */

import { dayOf, timeOfDay } from "../lib/citytime.js";
import { remaining } from "../lib/countdown.js";
import { $, mark, say, show } from "../lib/dom.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { setIcon } from "../lib/icons.js";
import { problemWords } from "../lib/problemwords.js";
import { modulesAcross, wholePixelWidth } from "../lib/symbol.js";

/** Room that the white window leaves on both sides of the symbol, in CSS pixels. */
const MARGIN = 8;

/** Give the symbol a width at which every module is a whole number of device pixels. */
export function fitSymbol() {
  const picture = $("picture");
  const modules = modulesAcross(picture.getAttribute("src"));
  const room = $("window").clientWidth - MARGIN;
  if (room <= 0) return;
  picture.style.width = `${modules ? wholePixelWidth(modules, room, devicePixelRatio) : room}px`;
}

/** Show or take away the symbol and its text; an expired code leaves nothing behind in the page. */
function drawSymbol(code) {
  show($("symbol"), Boolean(code));
  mark($("picture"), "src", code?.picture ?? null);
  if (code) fitSymbol();
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
  say($("away-next"), trouble ? `${words.next} ${t("holder.retrying")}` : words.next);
  show($("retry"), Boolean(trouble));
}

/** The colour, said three times: by the frame, by the icon's shape and by a word. */
function drawColour(code, name) {
  const colour = code?.colour ?? null;
  mark($("pass"), "data-colour", colour);
  mark($("pass"), "data-state", code ? "live" : "away");
  $("pass").classList.toggle("live", Boolean(code));
  say($("colour-word"), colour ? t(`colour.${colour}`) : t("holder.heading"));
  setIcon($("seal"), colour ?? "unknown");
  show($("seal"), Boolean(colour));
  say($("holder-name"), name);
  show($("specimen"), Boolean(code?.specimen));
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
  show($("phone-clock"), off);
  say($("phone-clock"), off ? t(ahead > 0 ? "holder.clock.ahead" : "holder.clock.behind", { seconds: Math.abs(ahead) }) : "");
}

/** Draw the whole pass for `{code, problem, name, online}` at `now`. */
export function drawPass({ code, problem, name, online }, now) {
  drawColour(code, name);
  drawSymbol(code);
  drawAway(code, problem, online);
  drawTrouble(code, problem, online);
  drawTime(code, now);
}
