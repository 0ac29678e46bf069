/** What was done in my name, or with what is mine: nothing of that happens silently. */

import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault } from "../lib/controls.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { button, createFold, entry, nothing } from "./fold.js";

/** A fact in the reader's words: its name where we have one, its value where that is one of ours. */
function fact([name, value]) {
  if (!value) return null;
  const said = [`fact.${name}.${value}`, `document.${value}`, `card.${value}`].find(has);
  return has(`fact.${name}`) ? t(`fact.${name}`, { value: said ? t(said) : value }) : null;
}

export function createNotices({ ask }) {
  let earlier = [];
  let cursor = null;

  async function more() {
    const page = await ask("get", `/notices?cursor=${encodeURIComponent(cursor)}`);
    [earlier, cursor] = [[...earlier, ...page.notices], page.next_cursor];
    fold.redraw();
  }

  const row = (notice) =>
    entry("notice", {
      title: notice.title[currentLanguage()],
      state: notice.kind,
      lines: [dayAndTime(instant(notice.at), currentLanguage()), ...Object.entries(notice.facts).map(fact)],
    });

  /** The newest page; what was read beyond it is read anew. */
  async function load() {
    const page = await ask("get", "/notices");
    [earlier, cursor] = [[], page.next_cursor];
    return page;
  }

  function draw({ notices }) {
    const complain = fault("notices-more-fault");
    const rows = [...notices, ...earlier].map(row);
    const further = cursor ? [button("list.more", { id: "notices-more", run: more, complain }), complain] : [];
    return rows.length ? [...rows, ...further] : [nothing("notices.none")];
  }

  const fold = createFold("notices", { card: "account", load, draw });
  return fold;
}
