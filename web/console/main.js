/** The officers' console: sign in with an office, and work with what that office is for. */

import { apiBase, createApi, newKey } from "../lib/api.js";
import { demoCity } from "../lib/city.js";
import { createClock } from "../lib/clock.js";
import { $, el, meta, say, show } from "../lib/dom.js";
import { bindLanguage, onLanguage, t } from "../lib/i18n.js";
import { ROLES } from "../lib/roles.js";
import { createSession } from "../lib/session.js";
import { createAppeals } from "./appeals.js";
import { createFigures } from "./figures.js";
import { createOverrides } from "./overrides.js";
import { createPolicies } from "./policies.js";
import { createReport } from "./report.js";
import { createDoor } from "./signin.js";

const LOOK_AGAIN_MS = 20_000;
const DEMO_LOOK_AGAIN_MS = 2_000;
const VIEWS = { overrides: createOverrides, appeals: createAppeals, policies: createPolicies, report: createReport, figures: createFigures };

const clock = createClock();
const api = createApi({ base: apiBase({ meta: meta("yima-api"), location }), clock });
const session = createSession("yima.officer");
const city = demoCity();
const door = createDoor({ open });

/** Keys of wishes that have not come true yet: asked again after a failure, the same wish goes under the same key. */
const keys = new Map();

async function asked(method, path, wish = {}) {
  try {
    return await api[method](path, { token: session.value?.token, ...wish });
  } catch (problem) {
    if (problem.signedOut) end(problem);
    throw problem;
  }
}

/** Create a record, or do something that is recorded. */
async function create(path, json, method = "post") {
  const wish = JSON.stringify([path, json]);
  if (!keys.has(wish)) keys.set(wish, newKey());
  const answer = await asked(method, path, { json, key: keys.get(wish) });
  keys.delete(wish);
  return answer;
}

const desk = {
  get: (path) => asked("get", path),
  post: (path, json) => asked("post", path, { json }),
  create,
  now: clock.now,
  city,
  get role() {
    return ROLES[session.value.role];
  },
};

let view = null;

async function open(login) {
  const answer = await api.post("/sessions", { json: login });
  session.keep({ token: answer.token, name: answer.holder.name, role: login.role });
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
  session.end();
  keys.clear();
  view = null;
  $("view").replaceChildren();
  door.complain(problem);
  draw();
}

function drawTabs() {
  const tab = (name) => {
    const node = el("button", { type: "button", class: "tab", "data-testid": `tab-${name}`, "aria-current": view?.name === name ? "page" : undefined }, t(`console.${name}`));
    node.addEventListener("click", () => go(name));
    return node;
  };
  $("tabs").replaceChildren(...(session.value ? desk.role.views.map(tab) : []));
}

function draw() {
  const signedIn = Boolean(session.value);
  door.show(!signedIn);
  for (const id of ["who", "tabs", "view"]) show($(id), signedIn);
  say($("officer"), signedIn ? `${t(`role.${session.value.role}`)} ${session.value.name}` : "");
  drawTabs();
}

/** What others do appears by itself, but never under a hand that is writing. */
function lookAgain() {
  const writing = ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);
  if (view && document.visibilityState === "visible" && !writing) view.refresh();
}

bindLanguage($("language"), "console.title");
onLanguage(() => {
  draw();
  if (view) go(view.name);
});
$("sign-out").addEventListener("click", () => end());
city.then((known) => {
  door.offer(known);
  setInterval(lookAgain, known.demo ? DEMO_LOOK_AGAIN_MS : LOOK_AGAIN_MS);
});
if (session.value) begin();
