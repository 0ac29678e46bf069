/** A part of "my code" that is read when somebody opens it, and forgotten when they sign out. */

import { Problem } from "../lib/api.js";
import { createControls, fault } from "../lib/controls.js";
import { $, el, say, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";

export const { button, form, pressed } = createControls(problemLine);

/**
 * Make a fold inside the card `card`, titled by the key `${id}.title`.
 *
 * `load()` answers what `draw(answer)` turns into nodes; `tools()` are nodes that a new answer leaves alone, such as a
 * form somebody is writing in; `count(answer)` is how much waits for the holder, said beside the title; an answer that
 * is `still(before, next)` what it was is not drawn anew under the reader's finger.
 */
export function createFold(id, { card, load, draw, tools = () => [], count = () => 0, still = () => false }) {
  let answer = null;
  let life = 0;
  const complain = fault(`${id}-fault`);
  const rows = el("div", { class: "rows", "data-testid": id });
  const kit = el("div", { class: "rows" });
  const title = el("span", {});
  const badge = el("span", { class: "count" });
  const about = el("p", { class: "soft" });
  const inside = el("div", { class: "inside" }, about, complain, rows, kit);
  const node = el("details", { class: "fold", id: `${id}-fold`, "data-testid": `${id}-disclosure` }, el("summary", {}, el("span", {}, title, " ", badge)), inside);

  function redraw() {
    rows.replaceChildren(...(answer ? draw(answer).filter(Boolean) : []));
    const number = answer ? count(answer) : 0;
    say(badge, number ? t("fold.waiting", { n: number }) : "");
  }

  /** What the city does not offer (yet) is not shown; other trouble is said above what was read before. */
  function stumble(problem) {
    if (!(problem instanceof Problem)) throw problem;
    show(node, problem.code !== "not_found");
    say(complain, problem.signedOut ? "" : problemLine(problem));
  }

  async function refresh() {
    const mine = life;
    const [next, problem] = await load().then((read) => [read, null], (reason) => [null, reason]);
    if (mine !== life) return;
    say(complain, "");
    if (problem) return stumble(problem);
    if (answer && still(answer, next)) return;
    answer = next;
    redraw();
  }

  node.addEventListener("toggle", () => node.open && refresh());
  onLanguage(() => {
    say(title, t(`${id}.title`));
    say(about, t(`${id}.about`));
    kit.replaceChildren(...tools());
    redraw();
  });
  $(card).append(node);
  return {
    refresh,
    redraw,
    /** The tools have changed: it has turned out that this is a demo city. */
    retool: () => kit.replaceChildren(...tools()),
    refreshIfOpen: () => (node.open ? refresh() : undefined),
    open: () => (node.open = true),
    /** Whoever comes next finds it closed, and nothing in it: not even in a form. */
    forget() {
      life += 1;
      answer = null;
      node.open = false;
      show(node, true);
      say(complain, "");
      kit.replaceChildren(...tools());
      redraw();
    },
  };
}

/** Something that can be done: `run()` does it, and what the city refuses is said beside the button. */
export const act = (key, id, run, { kind = "quiet", values } = {}) => ({ key, id, run, kind, values });

/** One entry: what it is, lines of facts, a `body` to read, and what can be done. `word` is its badge, by `state`. */
export function entry(id, { title, state, word, lines = [], body = null, acts = [] }) {
  const complain = fault(`${id}-fault`);
  const head = el("div", { class: "entry-head" }, el("strong", {}, title), word ? el("span", { class: "tag" }, word) : null);
  const facts = lines.filter(Boolean).map((line) => el("p", { class: "soft" }, line));
  const ways = acts.filter(Boolean).map((one) => button(one.key, { ...one, complain }));
  return el("div", { class: "entry", "data-testid": id, "data-state": state }, head, ...facts, body, ways.length ? el("div", { class: "actions" }, ...ways) : null, complain);
}

export const nothing = (key) => el("p", { class: "soft" }, t(key));

/** A form behind a line that opens it, so that the page stays short. */
export function drawer(id, key, ...children) {
  return el("details", { class: "fold drawer", "data-testid": `${id}-drawer` }, el("summary", {}, t(key)), ...children);
}

/** Ask before what cannot be undone. */
export const sure = (key, values) => confirm(t(key, values));
