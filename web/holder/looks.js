/** Who looked: every scan, and whatever was told beyond it, in one list by time. Kinds of field, never what was in them. */

import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault } from "../lib/controls.js";
import { fieldWords } from "../lib/fieldwords.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { readPage, terminalName, together } from "../lib/looks.js";
import { act, button, createFold, entry, nothing } from "./fold.js";

const LISTS = ["scans", "disclosures"];
const DOT = " · ";

const purposeWord = (purpose) => (has(`purpose.${purpose}`) ? t(`purpose.${purpose}`) : purpose);

/** By what somebody was verified, and that it was not they who held it up. A screen of one's own goes without saying. */
function shown({ carrier, shownBy }) {
  const keys = [carrier && carrier !== "screen" ? `carrier.${carrier}` : null, shownBy === "guardian" ? "shown.guardian" : null];
  return keys.filter((key) => key && has(key)).map((key) => t(key));
}

/** What for, where, at which gate, by what. */
function circumstances(look) {
  const gate = look.terminal ? t("looks.terminal", { name: terminalName(look.terminal) }) : "";
  return [purposeWord(look.purpose), look.place, gate, ...shown(look)].filter(Boolean).join(DOT);
}

/** What was told: the colour at every scan, and the kinds of field. */
function told({ kind, fields, basis }) {
  if (kind === "scan") return fields.length ? t("looks.told", { fields: fieldWords(fields) }) : t("looks.told.colour");
  return [t("looks.given", { fields: fieldWords(fields) }), has(`looks.basis.${basis}`) ? t(`looks.basis.${basis}`) : basis].join(DOT);
}

/** `receipt(consentId)` opens the consent under which something was told. */
export function createLooks({ ask, receipt }) {
  async function read(name, { items = [], cursor = null } = {}) {
    return readPage(name, await ask("get", cursor ? `/${name}?cursor=${encodeURIComponent(cursor)}` : `/${name}`), items);
  }

  async function load() {
    const pages = await Promise.all(LISTS.map((name) => read(name)));
    return Object.fromEntries(LISTS.map((name, at) => [name, pages[at]]));
  }

  async function more(lists, name) {
    lists[name] = await read(name, lists[name]);
    fold.redraw();
  }

  function row(look) {
    const under = look.consent ? act("looks.consent", "look-consent", () => receipt(look.consent)) : null;
    const lines = [dayAndTime(instant(look.at), currentLanguage()), circumstances(look), told(look)];
    return entry("look", { title: look.who ?? "", state: look.kind, word: t(`looks.kind.${look.kind}`), lines, acts: [under] });
  }

  function draw(lists) {
    const { items, next } = together(lists);
    const complain = fault("looks-more-fault");
    const further = next ? [button("list.more", { id: "looks-more", run: () => more(lists, next), complain }), complain] : [];
    return items.length ? [...items.map(row), ...further] : [nothing("scans.none")];
  }

  const fold = createFold("scans", { card: "known", load, draw });
  return fold;
}
