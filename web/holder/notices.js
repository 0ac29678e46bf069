/** What was done in my name, or with what is mine: nothing of that happens silently. */

import { dateOf, dayAndTime, deadline } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault } from "../lib/controls.js";
import { fieldWords } from "../lib/fieldwords.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { button, createFold, entry, nothing } from "./fold.js";

/** Facts whose value is a name of ours, and the words for it. */
const WORDS = {
  why: (value) => `desk.why.${value}`,
  act: (value) => `desk.act.${value}`,
  because: (value) => `family.because.${value}`,
  channel: (value) => `channel.${value}`,
  tag: (value) => `tag.${value}`,
  card_type: (value) => `card.${value}`,
  purpose: (value) => `purpose.${value}`,
  by: (value) => `fact.by.${value}`,
};

function valueOf(name, value) {
  if (name === "answer_by") return deadline(instant(value), currentLanguage());
  if (name === "fields") return fieldWords(value.split(" "));
  if (name === "until") return dateOf(instant(value) - 1, currentLanguage());
  const key = WORDS[name]?.(value);
  return key && has(key) ? t(key) : value;
}

/** A fact in the reader's words; nothing for one that only programs read. `you` says which side the reader is on. */
function fact([name, value], { you }) {
  const key = name === "other" ? `fact.other.${you}` : `fact.${name}`;
  return value && has(key) ? t(key, { value: valueOf(name, value) }) : null;
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
      lines: [dayAndTime(instant(notice.at), currentLanguage()), ...Object.entries(notice.facts).map((one) => fact(one, notice.facts))],
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
