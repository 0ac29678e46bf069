/** My code: signs the holder in and keeps one living code on the screen while the page is in front. */

import { apiBase, createApi } from "../lib/api.js";
import { demoCity } from "../lib/city.js";
import { createClock } from "../lib/clock.js";
import { $, meta, show } from "../lib/dom.js";
import { bindLanguage, onLanguage } from "../lib/i18n.js";
import { CodeKeeper } from "../lib/keeper.js";
import { createKeyStore } from "../lib/keystore.js";
import { bindLargeType } from "../lib/largetype.js";
import { createProver } from "../lib/prover.js";
import { createSession } from "../lib/session.js";
import { alone } from "../lib/sole.js";
import { Taps } from "../lib/taps.js";
import { createVisit } from "../lib/visit.js";
import { createWakeLock } from "../lib/wakelock.js";
import { createAffairs } from "./affairs.js";
import { createAnnouncer } from "./announcer.js";
import { createConsents } from "./consents.js";
import { bindCopy } from "./copytext.js";
import { createCounter } from "./counter.js";
import { createLooks } from "./looks.js";
import { drawPass, drawPhoneClock, drawTime } from "./pass.js";
import { createDoor } from "./signin.js";
import { fitSymbol } from "./symbol.js";
import { createThroughApp } from "./throughapp.js";

const TICK_MS = 200;
const FIRST_LOOK_MS = 2_500;
/** Impatient tapping asks the city at most this often, and once more when the pause is over. */
const TAP_MS = 1_000;

const clock = createClock();
const base = apiBase({ meta: meta("yima-api"), location });
const api = createApi({ base, clock });
const visit = createVisit({
  api,
  session: createSession("yima.holder"),
  prover: createProver({ store: createKeyStore(), now: clock.now }),
  here: (path) => new URL(base + path, location.href).href,
});
const wakeLock = createWakeLock();
const signedIn = () => Boolean(visit.value?.token);
/** Whose code is on the screen: null for one's own, else the delegation under which another's is shown. */
let shownFor = null;
/** Whether the code is on the screen, so that all else may be asked for. */
let settled = false;
/** Whether this is a demo city, where invented people may be played. */
let demo = false;

const awake = () => signedIn() && document.visibilityState === "visible" && navigator.onLine;

const keeper = new CodeKeeper({
  issue: () => visit.ask("post", "/codes", { json: { picture: "svg", ...(shownFor && { for: shownFor.delegation_id }) } }),
  now: clock.now,
  awake,
  onChange: draw,
});
const taps = new Taps({ act: () => keeper.renew(), now: clock.local, every: TAP_MS });
const affairs = createAffairs({
  get: (path) => visit.ask("get", path),
  post: (path, wish) => visit.ask("post", path, wish),
  clock,
  awake,
  code: () => (shownFor ? null : keeper.code),
  renew: () => keeper.renew(),
  onSignedOut: end,
});
const consents = createConsents({ ask, clock, awake });
const looks = createLooks({ ask, receipt: consents.open });
const counter = createCounter({ ask, present, onOut: () => end(), demo: () => demo });
const announcer = createAnnouncer();
const copyText = bindCopy({ code: () => keeper.code });
const door = createDoor({ open });
const throughApp = createThroughApp({ open, demo: () => demo });

/** What the folds ask for; whoever is signed out meanwhile is told at the door. */
async function ask(method, path, wish) {
  try {
    return await visit.ask(method, path, wish);
  } catch (problem) {
    if (problem.signedOut) end(problem);
    throw problem;
  }
}

/** Open a session with a login object. Only tokens and the masked name outlive this call. */
async function open(login) {
  await visit.open(login);
  alone(visit.value.session_id);
  begin();
  scrollTo(0, 0);
}

function begin() {
  draw();
  keeper.tick();
  affairs.tick();
  setTimeout(firstLook, FIRST_LOOK_MS);
}

/** Once the code is on the screen: whether somebody waits for an answer. */
function firstLook() {
  if (!signedIn()) return;
  settled = true;
  consents.tick();
  counter.greet();
}

/** Leave nothing of the holder on the page or in the tab; say why where there is a reason. */
function end(problem = null) {
  if (!signedIn()) return;
  visit.end({ tell: problem === null });
  shownFor = null;
  settled = false;
  for (const part of [keeper, taps, looks, consents, affairs, counter]) part.forget();
  door.complain(problem);
}

/** Show the code of somebody one answers for, or one's own again for null. The other's is gone at once. */
function present(delegation) {
  shownFor = delegation;
  keeper.forget();
  keeper.renew();
  scrollTo(0, 0);
}

let shownCode = null;

function draw() {
  if (keeper.problem?.signedOut) return end(keeper.problem);
  const here = signedIn();
  door.show(!here);
  for (const id of ["shown", "more", "known", "ways", "account", "sign-out"]) show($(id), here);
  show($("own-code"), Boolean(shownFor));
  document.body.toggleAttribute("data-for-another", Boolean(shownFor));
  if (!here) return leave();
  drawPass({ code: keeper.code, problem: keeper.problem, name: visit.value.name ?? "", shownFor, online: navigator.onLine }, clock.now());
  drawPhoneClock(clock.phoneAhead());
  afterCode();
}

/** The next person at this screen finds nothing of the last one: not even in what is hidden. */
function leave() {
  shownCode = null;
  announcer.forget();
  drawPass({ code: null, problem: null, name: "", shownFor: null, online: true }, clock.now());
  wakeLock.release();
}

/** What follows a new code once: the text is fresh to copy, an open list of scans is read again. */
function afterCode() {
  announcer.tell(keeper.code);
  if (keeper.code === shownCode) return;
  shownCode = keeper.code;
  copyText.fresh();
  if (shownCode) wakeLock.hold();
  if (shownCode) looks.refreshIfOpen();
  affairs.agree();
}

function tick() {
  if (!signedIn()) return;
  keeper.tick();
  taps.tick();
  affairs.tick();
  if (settled) consents.tick();
  drawTime(keeper.code, clock.now());
}

/** Back in front, back online: look at once, before the next frame shows something stale. */
function wake() {
  affairs.hurry();
  tick();
  if (signedIn()) draw();
}

/** After a reload: go on, unless this tab is a copy of one that still speaks for the same session. */
async function resume() {
  if (signedIn() && (await alone(visit.value.session_id))) return begin();
  if (signedIn()) visit.end({ tell: false });
  return draw();
}

bindLanguage($("language"), "holder.title");
bindLargeType($("large"), fitSymbol);
onLanguage(draw);
for (const button of [$("symbol"), $("retry")]) button.addEventListener("click", () => taps.tap());
$("own-code").addEventListener("click", () => present(null));
$("sign-out").addEventListener("click", () => end());
document.addEventListener("visibilitychange", wake);
addEventListener("online", () => keeper.hurry());
for (const event of ["online", "offline", "pageshow", "focus"]) addEventListener(event, wake);
addEventListener("resize", fitSymbol);
setInterval(tick, TICK_MS);
demoCity().then((city) => {
  door.offer(city);
  if (!city.demo) return;
  demo = true;
  affairs.beInDemo();
  consents.beInDemo();
  counter.settle();
  throughApp.draw();
});
resume();
