/** The officers' console: sign in with an office, and work with what that office is for. */

import { apiBase, createApi } from "../lib/api.js";
import { demoCity } from "../lib/city.js";
import { createClock } from "../lib/clock.js";
import { $, el, meta, say, show } from "../lib/dom.js";
import { bindLanguage, onLanguage, t } from "../lib/i18n.js";
import { createKeyStore } from "../lib/keystore.js";
import { bindLargeType } from "../lib/largetype.js";
import { createProver } from "../lib/prover.js";
import { ROLES } from "../lib/roles.js";
import { createSession } from "../lib/session.js";
import { alone } from "../lib/sole.js";
import { createVisit } from "../lib/visit.js";
import { createWishes } from "../lib/wishes.js";
import { createAlerts } from "./alerts.js";
import { createAppeals } from "./appeals.js";
import { createClients } from "./clients.js";
import { createDeeds } from "./deeds.js";
import { createDesk } from "./desk.js";
import { createFigures } from "./figures.js";
import { createOverrides } from "./overrides.js";
import { createPolicies } from "./policies.js";
import { createReport } from "./report.js";
import { createRetention } from "./retention.js";
import { createDoor } from "./signin.js";

const LOOK_AGAIN_MS = 20_000;
const DEMO_LOOK_AGAIN_MS = 2_000;
/** Each look at these stands in the log of officers: who only reads them looks when they want to, and not by the clock. */
const WRITTEN_DOWN = ["overrides", "report", "figures"];
const VIEWS = {
  overrides: createOverrides,
  appeals: createAppeals,
  policies: createPolicies,
  report: createReport,
  figures: createFigures,
  desk: createDesk,
  clients: createClients,
  alerts: createAlerts,
  deeds: createDeeds,
  retention: createRetention,
};

const clock = createClock();
const base = apiBase({ meta: meta("yima-api"), location });
const api = createApi({ base, clock });
const visit = createVisit({
  api,
  session: createSession("yima.officer"),
  prover: createProver({ store: createKeyStore(), now: clock.now }),
  here: (path) => new URL(base + path, location.href).href,
});
const city = demoCity();
const wishes = createWishes({ send: asked });
const door = createDoor({ open });

async function asked(method, path, wish = {}) {
  try {
    return await visit.ask(method, path, wish);
  } catch (problem) {
    if (problem.signedOut) end(problem);
    throw problem;
  }
}

const desk = {
  get: (path) => asked("get", path),
  post: (path, json) => asked("post", path, { json }),
  remove: (path) => asked("remove", path),
  create: wishes.make,
  now: clock.now,
  city,
  /** What a view keeps while it is drawn anew; gone when the officer signs out. */
  memory: new Map(),
  get role() {
    return ROLES[visit.value.role];
  },
};

let view = null;

async function open(login) {
  await visit.open(login, { role: login.role });
  alone(visit.value.session_id);
  begin();
  scrollTo(0, 0);
}

function begin() {
  draw();
  go(desk.role.views[0]);
}

/** Show one view; what the one before had on the screen is gone. */
function go(name) {
  view = VIEWS[name](desk);
  view.name = name;
  $("view").replaceChildren(view.node);
  $("view").setAttribute("data-view", name);
  drawTabs();
  view.refresh();
}

function end(problem = null) {
  visit.end({ tell: problem === null });
  wishes.forget();
  desk.memory.clear();
  view = null;
  $("view").replaceChildren();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  door.complain(problem);
  draw();
}

function drawTabs() {
  const tab = (name) => {
    const node = el("button", { type: "button", class: "tab", "data-testid": `tab-${name}`, "aria-current": view?.name === name ? "page" : undefined }, t(`console.${name}`));
    node.addEventListener("click", () => go(name));
    return node;
  };
  $("tabs").replaceChildren(...(visit.value ? desk.role.views.map(tab) : []));
}

function draw() {
  const signedIn = Boolean(visit.value);
  door.show(!signedIn);
  for (const id of ["who", "tabs", "view"]) show($(id), signedIn);
  say($("officer"), signedIn ? `${t(`role.${visit.value.role}`)} ${visit.value.name}` : "");
  drawTabs();
}

const still = ({ still: always, name }) => always || (!desk.role.writes && WRITTEN_DOWN.includes(name));

/** What others do appears by itself, but never under a hand that is writing, nor where the view keeps still. */
function lookAgain() {
  const writing = ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);
  if (view && !still(view) && document.visibilityState === "visible" && !writing) view.refresh();
}

/** After a reload: go on, unless this tab is a copy of one that still speaks for the same session. */
async function resume() {
  if (visit.value && (await alone(visit.value.session_id))) return begin();
  if (visit.value) visit.end({ tell: false });
  return draw();
}

bindLanguage($("language"), "console.title");
bindLargeType($("large"));
onLanguage(() => {
  draw();
  if (view) go(view.name);
});
$("sign-out").addEventListener("click", () => end());
city.then((known) => {
  door.offer(known);
  setInterval(lookAgain, known.demo ? DEMO_LOOK_AGAIN_MS : LOOK_AGAIN_MS);
});
resume();
