/** What every view of the console is built of. */

import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { createControls, fault, field } from "../lib/controls.js";
import { el } from "../lib/dom.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";
import { inWords } from "../lib/statustext.js";

/** Our words where we have any, in the reader's language; else what the city said, in its own. */
export function refusal(problem) {
  const { title, detail } = problem.evidence ?? {};
  return has(`problem.${problem.code}`) || !title ? problemLine(problem) : [title, detail].filter(Boolean).join(". ");
}

export const { drawRefusal, pressed, button, form } = createControls(refusal);
export { fault, field };

export const words = (both) => inWords(both, currentLanguage());
/** The word for a name the city uses, such as a state; the name itself where we have no word. */
export const named = (family, kind, name) => (has(`${family}.${kind}.${name}`) ? t(`${family}.${kind}.${name}`) : name);
export const time = (text, write = dayAndTime) => (text ? el("time", { datetime: text }, write(instant(text), currentLanguage())) : t("none"));
export const badge = (family, state) => el("span", { class: "badge", "data-state": state }, named(family, "state", state));
export const heading = (key, level = "h3") => el(level, {}, t(key));

/** Label and value, one under the other on a phone and beside each other on a desk. */
export const facts = (...rows) => el("dl", { class: "facts" }, ...rows.filter(Boolean).map(([key, ...value]) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, ...value))));

/** A table that scrolls by itself where the screen is narrow. Cells are nodes or texts; numbers stand to the right. */
export function table(id, heads, rows) {
  const cell = (value) => el("td", { class: typeof value === "number" ? "number" : undefined }, typeof value === "number" ? value.toLocaleString("en") : value);
  const kind = (column) => (typeof rows[0]?.[column] === "number" ? "number" : undefined);
  const head = el("thead", {}, el("tr", {}, ...heads.map((key, column) => el("th", { scope: "col", class: kind(column) }, t(key)))));
  const body = el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell))));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": heads.map((key) => t(key)).join(t("list.and")) }, el("table", { "data-testid": id }, head, body));
}

/** Steps oldest first: `{event or words, by, at, note}`. */
export function steps(list, family) {
  const what = (step) => (step.words ? words(step.words) : named(family, "step", step.event));
  const row = (step) => el("li", {}, time(step.at), el("span", {}, el("strong", {}, what(step)), step.by ? ` · ${step.by}` : "", step.note ? el("q", {}, step.note) : null));
  return el("ol", { class: "steps", "data-testid": "steps" }, ...list.map(row));
}

/** A list of things to open on the left and the open one on the right; on a phone one above the other. */
export function board(id) {
  const list = el("div", { class: "list" });
  const detail = el("div", { class: "detail", "data-testid": `${id}-detail` });
  return { node: el("div", { class: "board" }, list, detail), list, detail };
}

/** One row of such a list. */
export function entry(id, { open, chosen, label }, ...children) {
  const node = el("button", { type: "button", class: "entry", "data-testid": id, "aria-pressed": String(chosen), "aria-label": label }, ...children);
  node.addEventListener("click", open);
  return node;
}

/** The first `count` pages of a list, and whether there is more: `path` has its query already. */
export async function pagesOf(get, path, name, count) {
  const items = [];
  let cursor = null;
  for (let read = 0; read < count && (read === 0 || cursor); read += 1) {
    const page = await get(cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
    items.push(...page[name]);
    cursor = page.next_cursor;
  }
  return { items, more: cursor !== null };
}

export const card = (...children) => el("section", { class: "card" }, ...children.filter((child) => child !== null));
export const nothing = (key) => el("p", { class: "soft" }, t(key));
