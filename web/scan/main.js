/** Scan: a verifier signs in, hands over codes by any of four ways, and sees each verdict on the whole screen. */

import { apiBase, createApi, Problem } from "../lib/api.js";
import { createBearer } from "../sdk/tokens.js";
import { demoCity, scannersOf } from "../lib/city.js";
import { createClock } from "../lib/clock.js";
import { backOff } from "../lib/countdown.js";
import { $, meta, say, show } from "../lib/dom.js";
import { bindLanguage, onLanguage } from "../lib/i18n.js";
import { bindLargeType } from "../lib/largetype.js";
import { problemLine } from "../lib/problemwords.js";
import { purposesIn, purposesOf } from "../lib/purposes.js";
import { createSession } from "../lib/session.js";
import { createWishes } from "../lib/wishes.js";
import { createDoor, createPurposes } from "./desk.js";
import { createExchange } from "./exchange.js";
import { createHistory } from "./history.js";
import { bindInputs } from "./inputs.js";
import { bindNumbers } from "./numbers.js";
import { createOffline } from "./offline.js";
import { signal } from "./signal.js";
import { createStage } from "./stage.js";
import { readAnswer, readOffer, readProblem, remembered } from "./verdict.js";

/** A code is safe to ask about again: the same verifier gets the same answer. Each look at a person is counted. */
const ATTEMPTS = { code: 3, card: 3, document: 1 };

/** How often it is seen to whether something has to be fetched for times without network. */
const TICK_MS = 5_000;

const FAULTS = { code: "scan-fault", card: "card-fault", document: "number-fault" };

const clock = createClock();
const api = createApi({ base: apiBase({ meta: meta("yima-api"), location }), clock });
const session = createSession("yima.verifier");
const city = demoCity();
const history = createHistory();
const purposes = createPurposes();
const door = createDoor({ open });
const inputs = bindInputs((code) => check({ code }));
const numbers = bindNumbers({ check, desk: () => purposes.chosen });
const offline = createOffline({ get: api.get, clock, awake: () => Boolean(bearer) && navigator.onLine });
const wishes = createWishes({ send: speak });
const exchange = createExchange({ speak, wishes, may: (scope) => session.value?.scopes?.includes(scope) ?? false });
const stage = createStage({ returns: () => $("auto-return").checked, onLeave: leave, onAgain: () => check(last) });

let bearer = null;
let busy = false;
let last = null;
let complaint = null;

/** Ask the city for something in this verifier's name; whoever is signed out meanwhile is told at the door. */
async function speak(method, path, wish = {}) {
  const desk = bearer;
  try {
    return await desk.using((token) => api[method](path, { token, ...wish }));
  } catch (problem) {
    if (problem.signedOut && desk === bearer) end(problem);
    throw problem;
  }
}

/** The verdict has left the screen: so has whatever was told of the person. */
function leave() {
  exchange.forget();
  wishes.forget();
  inputs.pause(false);
}

/**
 * The client secret stays in this closure: only the five-minute token and the public client id outlive a reload. A token
 * that comes for a verifier who has signed out meanwhile is not kept.
 */
function bearerFor({ client_id, client_secret, name, place = null }, kept = null) {
  const form = { grant_type: "client_credentials", client_id, client_secret };
  const forgotten = new Problem("expired_token", { status: 401 });
  const grant = () => (client_secret ? api.post("/oauth/token", { form }) : Promise.reject(forgotten));
  const renew = async () => {
    const { access_token: token, expires_in: seconds, scope = "" } = await grant();
    return { client_id, name, place, token, until: Date.now() + seconds * 1000, scopes: scope.split(" ") };
  };
  const mine = createBearer({ renew, kept, onKeep: (next) => mine === bearer && session.keep(next), now: () => Date.now() });
  return mine;
}

async function open(credentials) {
  bearer = bearerFor(credentials);
  await bearer.token().catch((problem) => {
    bearer = null;
    throw problem;
  });
  begin();
  scrollTo(0, 0);
}

function begin() {
  draw();
  numbers.allow(session.value.scopes ?? []);
  purposes.standAt(session.value);
  inputs.greet();
  offline.tick();
  api.get("/openapi.json").then((document) => purposes.list(purposesOf(document)), () => {});
}

function end(problem = null) {
  session.end();
  bearer = null;
  inputs.stop();
  stage.leave();
  numbers.forget();
  purposes.forget();
  $("scan-text").value = "";
  complain(null);
  last = null;
  history.forget();
  door.complain(problem);
  draw();
}

/** After a reload: the kept token while it lives, and the demo city's secret where it offers one. */
async function resume() {
  const scanners = scannersOf(await city);
  const kept = session.value;
  if (!kept) return;
  const known = scanners.find(({ client_id }) => client_id === kept.client_id);
  if (!known && Date.now() > kept.until) return end();
  bearer = bearerFor(known ?? kept, kept);
  begin();
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Ask for a verdict; passing troubles are tried again, for nothing is spent twice. Without any network there is no use. */
async function ask(desk, body, attempt = 1) {
  try {
    return await desk.using((token) => api.post("/verifications", { token, json: body }));
  } catch (problem) {
    const [carrier] = Object.keys(body);
    if (!problem.passing || !navigator.onLine || attempt >= ATTEMPTS[carrier]) throw problem;
    await pause(backOff(attempt, Math.random(), Math.min(3, problem.retryAfter)));
    return ask(desk, body, attempt + 1);
  }
}

/** The city does not answer: this device tells what it can by itself. What the city refuses is not got round like this. */
async function unanswered(problem) {
  const desk = bearer;
  const may = $("offline-allowed").checked && last.code && (problem.status === 0 || problem.status >= 500);
  const found = may ? await offline.look(last.code) : null;
  if (desk === bearer) conclude(found ?? readProblem(problem));
}

/** What to do when there is no verdict: sign in again, choose another purpose, tell by oneself, or say that nobody can tell. */
function stumble(problem) {
  if (problem.signedOut) return end(problem);
  if (problem.code === "unknown_purpose") purposes.list(purposesIn(problem));
  if (problem.passing) return unanswered(problem);
  return complain(problem);
}

function conclude(reading, offer = null) {
  $("scan-text").value = "";
  numbers.clear();
  if (reading.tone !== "unknown") last = null;
  history.add(remembered(reading), clock.now());
  signal(reading.tone, { sound: $("sound").checked, vibration: $("vibration").checked });
  stage.present(reading);
  exchange.begin(offer);
}

/** Beside what was asked. */
function complain(problem) {
  complaint = problem;
  for (const [carrier, id] of Object.entries(FAULTS)) say($(id), problem && carrier in (last ?? { code: "" }) ? problemLine(problem) : "");
}

/** One thing shown, one verdict: hold the camera, ask, show. What arrives meanwhile is let go. */
async function check(shown) {
  const desk = bearer;
  if (busy || !desk || !shown) return;
  last = shown;
  complain(null);
  wait(true);
  const { purpose, place } = purposes.chosen;
  const sameDesk = (action) => (outcome) => desk === bearer && action(outcome);
  await ask(desk, { ...shown, purpose, ...(place && { place }) }).then(sameDesk((answer) => conclude(readAnswer(answer), readOffer(answer, purpose))), sameDesk(stumble));
  wait(false);
}

function wait(waiting) {
  busy = waiting;
  inputs.pause(waiting || $("verdict").open);
  show($("checking"), waiting);
  $("scan-submit").disabled = waiting;
}

function draw() {
  show($("sign-in"), !bearer);
  show($("station"), Boolean(bearer));
  say($("verifier-name"), session.value?.name ?? "");
}

bindLanguage($("language"), "scan.title");
bindLargeType($("large"));
onLanguage(() => complain(complaint));
$("change").addEventListener("click", () => end());
setInterval(() => offline.tick(), TICK_MS);
draw();
city.then(door.offer);
resume();
