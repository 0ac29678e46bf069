/** The appeal form: one wish under one key, so that pressing twice, or again after a failure, files one appeal. */

import { newKey } from "../lib/api.js";
import { $, say, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";
import { createFiles } from "./files.js";

const LEAST = 10;
const MOST = 2_000;
const PATIENCE_MS = 60_000;

/** `post(path, wish)` speaks for the holder; `onSent()` is told when an appeal was filed. */
export function createObjection({ post, onSent }) {
  let wish = null;
  const complain = (text) => say($("appeal-fault"), text);
  const files = createFiles({ complain });

  /** Begin to write: about a reason of the status (null: the colour as such), or one level above `first`. */
  function begin(next) {
    wish = { ...next, key: newKey(), filed: null };
    $("appeal-form").reset();
    files.clear();
    complain("");
    freeze(false);
    draw();
    $("appeal").showModal();
  }

  function draw() {
    if (!wish) return;
    say($("appeal-title"), t(wish.first ? "appeal.up" : "appeal.file"));
    say($("appeal-about"), wish.words ? t("appeal.about", { words: wish.words }) : t("appeal.about.status"));
    files.draw();
    count();
  }

  const count = () => say($("appeal-counted"), t("appeal.counted", { n: $("appeal-text").value.length, most: MOST, least: LEAST }));

  /** Where the form's wish becomes an appeal. */
  function file(text) {
    if (wish.first) return post(`/appeals/${wish.first}/escalation`, { json: { text }, key: wish.key });
    return post("/appeals", { json: { text, ...(wish.about && { about: wish.about }) }, key: wish.key });
  }

  async function send() {
    const mine = wish;
    mine.filed ??= (await file($("appeal-text").value.trim())).appeal_id;
    const path = `/appeals/${mine.filed}/attachments`;
    await files.send((attachment, key) => post(path, { json: attachment, key, patience: PATIENCE_MS }));
  }

  /** What was filed can no more be changed in the form; only files that did not get through are sent again. */
  function freeze(frozen) {
    for (const control of $("appeal-form").elements) control.disabled = frozen;
    $("appeal-text").disabled = frozen || Boolean(wish?.filed);
    say($("appeal-submit"), t(frozen ? "appeal.sending" : "appeal.submit"));
  }

  async function submit(event) {
    event.preventDefault();
    complain("");
    freeze(true);
    const problem = await send().then(() => null, (failure) => failure);
    freeze(false);
    if (wish?.filed) onSent();
    if (!problem) return close();
    return complain(wish?.filed ? `${t("appeal.half")} ${problemLine(problem)}` : problemLine(problem));
  }

  function close() {
    wish = null;
    files.clear();
    $("appeal").close();
  }

  $("appeal-form").addEventListener("submit", submit);
  $("appeal-text").addEventListener("input", count);
  $("appeal-cancel").addEventListener("click", close);
  onLanguage(() => {
    draw();
    say($("appeal-submit"), t("appeal.submit"));
  });
  return {
    open: (reason) => begin({ about: reason?.about, words: reason?.words }),
    goUp: (appeal) => begin({ first: appeal.appeal_id, words: appeal.words }),
    forget() {
      $("appeal-form").reset();
      if ($("appeal").open) close();
    },
  };
}
