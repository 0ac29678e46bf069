/** How the colour changed, and why: read when it is looked at, page by page. */

import { chip } from "../lib/chip.js";
import { $, el, say, show } from "../lib/dom.js";
import { currentLanguage, has, onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";
import { readChange } from "../lib/statustext.js";

const painted = (colour) => chip(colour, t(`colour.${colour}`));

function row(answer) {
  const change = readChange(answer, currentLanguage());
  const cause = has(`change.${change.cause}`) ? t(`change.${change.cause}`) : change.cause;
  const head = el("div", { class: "change-head" }, painted(change.old), el("span", { "aria-label": t("change.to") }, "→"), painted(change.new), el("time", { datetime: change.time }, change.at));
  const why = [cause, change.source].filter(Boolean).join(" · ");
  return el("li", { class: "change", "data-testid": "change" }, head, el("p", {}, change.words), el("p", { class: "soft" }, why));
}

/** `load(cursor)` answers `{changes, next_cursor}` or throws a `Problem`. */
export function createChanges({ load }) {
  let changes = [];
  let cursor = null;
  let problem = null;
  let life = 0;

  function draw() {
    $("changes").replaceChildren(...changes.map(row));
    show($("changes-none"), changes.length === 0 && !problem);
    show($("changes-more"), cursor !== null);
    say($("changes-fault"), problem ? problemLine(problem) : "");
  }

  async function read(from) {
    const mine = life;
    const [page, failure] = await load(from).then((found) => [found, null], (reason) => [null, reason]);
    if (mine !== life) return;
    problem = failure;
    if (page) [changes, cursor] = [from ? [...changes, ...page.changes] : page.changes, page.next_cursor];
    draw();
  }

  const fold = $("changes-fold");
  fold.addEventListener("toggle", () => fold.open && read(null));
  $("changes-more").addEventListener("click", () => read(cursor));
  onLanguage(draw);
  return {
    refreshIfOpen: () => fold.open && read(null),
    forget() {
      life += 1;
      [changes, cursor, problem, fold.open] = [[], null, null, false];
      draw();
    },
  };
}
