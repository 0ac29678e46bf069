/** My appeals: where each stands, what was answered, and what can still be done about it. */

import { readAppeal, readSteps, undecided } from "../lib/appealtext.js";
import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { $, el, say, show } from "../lib/dom.js";
import { currentLanguage, onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";

function button(key, id, action) {
  const node = el("button", { type: "button", class: "button quiet", "data-testid": id }, t(key));
  node.addEventListener("click", action);
  return node;
}

/** `now()` is in milliseconds; `load(cursor)` lists, `read(id)` opens one, `post(path, wish)` acts; `goUp(appeal)` opens the form one level up. */
export function createAppeals({ load, read, post, goUp, onChange, now }) {
  let listed = [];
  let cursor = null;
  let problem = null;
  let life = 0;
  const opened = new Map();

  async function withdraw({ appeal_id: id }) {
    if (!confirm(t("appeal.withdraw.sure"))) return;
    await tried(() => post(`/appeals/${id}/withdrawal`));
    await refresh();
  }

  function deadlineLine(appeal) {
    if (!appeal.waiting) return null;
    return el("p", { class: appeal.overdue ? "fault" : "soft" }, t(appeal.overdue ? "appeal.overdue" : "appeal.due", { at: appeal.due }));
  }

  function said(key, text, kind) {
    return text ? [el("h4", {}, t(key)), el("blockquote", { class: kind, "data-testid": `appeal-${kind}` }, text)] : [];
  }

  function stepsOf(appeal) {
    const rows = readSteps(appeal.steps, currentLanguage()).map(({ words, by, at, time }) => el("li", {}, el("time", { datetime: time }, at), ` ${[words, by].filter(Boolean).join(" · ")}`));
    return [el("h4", {}, t("appeal.steps")), el("ol", { class: "steps" }, ...rows)];
  }

  function ways(appeal) {
    if (appeal.waiting) return button("appeal.withdraw", "appeal-withdraw", () => withdraw(appeal));
    if (!appeal.can_go_up_until) return null;
    const until = t("appeal.up.until", { at: dayAndTime(instant(appeal.can_go_up_until), currentLanguage()) });
    return el("div", { class: "ways" }, el("p", { class: "soft" }, until), button("appeal.up", "appeal-up", () => goUp({ ...appeal, words: t(appeal.aboutKey) })));
  }

  function inside(answer) {
    const appeal = readAppeal(answer, currentLanguage());
    const attached = appeal.attachments.length ? el("p", { class: "soft" }, t("appeal.attached", { n: appeal.attachments.length })) : null;
    return [deadlineLine(appeal), ...said("appeal.answer", appeal.decision?.reason, "answer"), ...said("appeal.mine", appeal.text, "mine"), attached, ...stepsOf(appeal), ways(appeal)];
  }

  function row(entry) {
    const appeal = readAppeal(entry, currentLanguage());
    const state = el("strong", { class: "state", "data-state": appeal.state }, t(`appeal.state.${appeal.state}`));
    const filed = `${t(`appeal.level.${appeal.level}`)} · ${t("appeal.filed", { at: appeal.filed })}`;
    const title = el("span", {}, state, el("span", {}, t(appeal.aboutKey)), el("span", { class: "soft" }, filed));
    const body = el("div", { class: "inside" }, ...(opened.has(appeal.appeal_id) ? inside(opened.get(appeal.appeal_id)) : []).filter(Boolean));
    const fold = el("details", { class: "fold appeal", "data-testid": "appeal-entry", "data-state": appeal.state, open: opened.has(appeal.appeal_id) }, el("summary", {}, title), body);
    fold.addEventListener("toggle", () => toggled(appeal.appeal_id, fold.open));
    return el("li", {}, fold);
  }

  async function toggled(id, isOpen) {
    if (isOpen === opened.has(id)) return;
    if (!isOpen) return void opened.delete(id);
    await tried(async () => opened.set(id, await read(id)));
    draw();
  }

  /** Do something; what goes wrong is said above the list. */
  async function tried(action) {
    const mine = life;
    const failure = await action().then(() => null, (reason) => reason);
    if (mine === life) problem = failure;
  }

  function draw() {
    const open = listed.filter(undecided).length;
    show($("appeals-fold"), listed.length > 0 || problem !== null);
    say($("appeals-count"), open ? t("appeals.count", { n: open }) : "");
    show($("appeals-none"), listed.length === 0);
    show($("appeals-more"), cursor !== null);
    say($("appeals-fault"), problem ? problemLine(problem) : "");
    $("appeals").replaceChildren(...listed.map(row));
    onChange();
  }

  let readAt = -Infinity;

  /** Read the newest again, and whatever is open; `open` shows the list and the newest appeal in it. */
  async function refresh({ open = false } = {}) {
    const mine = life;
    readAt = now();
    await tried(async () => {
      const page = await load(null);
      if (mine !== life) return;
      [listed, cursor] = [page.appeals, page.next_cursor];
      const wanted = open && listed.length ? [listed[0].appeal_id, ...opened.keys()] : [...opened.keys()];
      for (const id of wanted) opened.set(id, await read(id));
    });
    if (mine !== life) return;
    if (open) $("appeals-fold").open = true;
    draw();
  }

  $("appeals-more").addEventListener("click", async () => {
    await tried(async () => {
      const page = await load(cursor);
      [listed, cursor] = [[...listed, ...page.appeals], page.next_cursor];
    });
    draw();
  });
  onLanguage(draw);
  return {
    refresh,
    /** Look again after `pause` milliseconds, as long as an answer is awaited. */
    follow: (pause) => (listed.some(undecided) && now() - readAt > pause ? refresh() : undefined),
    /** Whether an appeal about this awaits its answer. */
    dispute: (about) => listed.some((appeal) => appeal.about === about && undecided(appeal)),
    forget() {
      life += 1;
      [listed, cursor, problem] = [[], null, null];
      opened.clear();
      draw();
    },
  };
}
