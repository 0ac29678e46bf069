/** My code: signs the holder in and keeps one living code on the screen while the page is in front. */

import { apiBase, createApi } from "../lib/api.js";
import { demoCity } from "../lib/city.js";
import { createClock } from "../lib/clock.js";
import { $, meta, say, show } from "../lib/dom.js";
import { bindLanguage, onLanguage, t } from "../lib/i18n.js";
import { CodeKeeper } from "../lib/keeper.js";
import { createSession } from "../lib/session.js";
import { createWakeLock } from "../lib/wakelock.js";
import { createAffairs } from "./affairs.js";
import { drawPass, drawPhoneClock, drawTime } from "./pass.js";
import { createScans } from "./scans.js";
import { createDoor } from "./signin.js";
import { fitSymbol } from "./symbol.js";

const TICK_MS = 200;
const FIRST_SCANS_MS = 2_500;
/** Impatient tapping asks the city at most this often. */
const TAP_MS = 1_000;

const clock = createClock();
const api = createApi({ base: apiBase({ meta: meta("yima-api"), location }), clock });
const session = createSession("yima.holder");
const wakeLock = createWakeLock();
const token = () => session.value?.token;

const awake = () => Boolean(token()) && document.visibilityState === "visible" && navigator.onLine;

const keeper = new CodeKeeper({
  issue: () => api.post("/codes", { token: token(), json: { picture: "svg" } }),
  now: clock.now,
  awake,
  onChange: draw,
});
const scans = createScans({ load: () => api.get("/scans", { token: token() }) });
const affairs = createAffairs({
  get: (path) => api.get(path, { token: token() }),
  post: (path, wish) => api.post(path, { token: token(), ...wish }),
  clock,
  awake,
  code: () => keeper.code,
  renew: () => keeper.renew(),
  onSignedOut: end,
});
const door = createDoor({ open });

/** Open a session with a login object. Only the token and the masked name outlive this call. */
async function open(login) {
  const answer = await api.post("/sessions", { json: login });
  session.keep({ token: answer.token, name: answer.holder.name });
  begin();
  scrollTo(0, 0);
}

function begin() {
  draw();
  keeper.tick();
  affairs.tick();
  setTimeout(() => token() && scans.refresh(), FIRST_SCANS_MS);
}

/** Leave nothing of the holder on the page or in the tab; say why where there is a reason. */
function end(problem = null) {
  session.end();
  keeper.forget();
  scans.forget();
  affairs.forget();
  door.complain(problem);
}

let announced = null;

/** Screen readers hear each new colour and each loss of the code, but not every renewal of the same colour. */
function announce() {
  const next = keeper.code?.colour ?? (announced ? "gone" : null);
  if (next === announced) return;
  announced = next;
  if (next) say($("announcer"), next === "gone" ? t("holder.gone") : t("holder.renewed", { colour: t(`colour.${next}`) }));
}

let shownCode = null;

function draw() {
  if (keeper.problem?.signedOut) return end(keeper.problem);
  const signedIn = Boolean(token());
  door.show(!signedIn);
  for (const id of ["shown", "more", "sign-out"]) show($(id), signedIn);
  if (!signedIn) return leave();
  drawPass({ code: keeper.code, problem: keeper.problem, name: session.value.name ?? "", online: navigator.onLine }, clock.now());
  drawPhoneClock(clock.phoneAhead());
  afterCode();
}

/** The next person at this screen finds nothing of the last one: not even in what is hidden. */
function leave() {
  announced = shownCode = null;
  drawPass({ code: null, problem: null, name: "", online: true }, clock.now());
  wakeLock.release();
}

/** What follows a new code once: the text is fresh to copy, an open list of scans is read again. */
function afterCode() {
  announce();
  if (keeper.code === shownCode) return;
  shownCode = keeper.code;
  say($("copy"), t("holder.copy"));
  if (shownCode) wakeLock.hold();
  if (shownCode) scans.refreshIfOpen();
  affairs.agree();
}

function tick() {
  if (!token()) return;
  keeper.tick();
  affairs.tick();
  drawTime(keeper.code, clock.now());
}

/** Back in front, back online: look at once, before the next frame shows something stale. */
function wake() {
  affairs.hurry();
  tick();
  if (token()) draw();
}

let tapped = -Infinity;

function tap() {
  if (clock.local() - tapped < TAP_MS) return;
  tapped = clock.local();
  keeper.renew();
}

async function copy() {
  $("code-text").select();
  const copied = await navigator.clipboard?.writeText(keeper.code?.code ?? "").then(() => true, () => false);
  if (copied || document.execCommand("copy")) say($("copy"), t("holder.copied"));
}

bindLanguage($("language"), "holder.title");
onLanguage(() => {
  say($("copy"), t("holder.copy"));
  draw();
});
for (const button of [$("symbol"), $("retry")]) button.addEventListener("click", tap);
$("copy").addEventListener("click", copy);
$("sign-out").addEventListener("click", () => end());
document.addEventListener("visibilitychange", wake);
addEventListener("online", () => keeper.hurry());
for (const event of ["online", "offline", "pageshow", "focus"]) addEventListener(event, wake);
addEventListener("resize", fitSymbol);
setInterval(tick, TICK_MS);
demoCity().then((city) => {
  door.offer(city);
  if (city.demo) affairs.beInDemo();
});
if (token()) begin();
