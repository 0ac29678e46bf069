/** The panel below the code: which colour, since when, until when, why, by whom, and how to object. */

import { chip } from "../lib/chip.js";
import { $, el, say, show } from "../lib/dom.js";
import { currentLanguage, has, onLanguage, t } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { readStatus } from "../lib/statustext.js";

const line = (key, value) => (value ? el("div", {}, el("dt", {}, t(key)), el("dd", {}, value)) : null);

function times(status) {
  const following = status.following ? chip(status.following, t(`colour.${status.following}`)) : null;
  const open = status.following || status.colour === "green" ? null : t("status.until.cleared");
  const rows = [line("status.since", status.since), line("status.until", status.until ?? open), line("status.then", following)];
  return el("dl", { class: "times" }, ...rows);
}

/** A fact that a department reported. */
function fact(reason) {
  const what = [reason.fact, reason.happened].filter(Boolean).join(" · ");
  return el("p", { class: "soft" }, what, el("br"), t("status.source", { source: reason.source, reference: reason.reference }));
}

/** A decision by people, in their own words. */
function decision(reason) {
  const who = reason.approvers.length ? "status.by" : "status.by.one";
  const people = t(who, { proposer: reason.proposer, approvers: reason.approvers.join(t("list.and")) });
  return el("p", { class: "soft" }, t("status.ground", { ground: reason.ground }), el("br"), people);
}

function reasonItem(reason, { object, disputed }) {
  const details = { evidence: fact, override: decision }[reason.kind]?.(reason) ?? null;
  const tag = reason.kind === "override" ? el("span", { class: "tag" }, t("status.override")) : null;
  const words = el("p", { class: "reason-words" }, reason.kind === "override" ? t("status.quoted", { words: reason.words }) : reason.words);
  return el("li", { class: "reason", "data-testid": "reason", "data-kind": reason.kind }, tag, words, details, objection(reason, object, disputed));
}

/** The way to object to one reason, or the word that an appeal is under way. */
function objection(reason, object, disputed) {
  if (!reason.about || !object) return null;
  if (disputed(reason.about)) return el("p", { class: "pending" }, t("status.disputed"));
  const button = el("button", { type: "button", class: "link", "data-testid": "object" }, t("status.object"));
  button.addEventListener("click", () => object(reason));
  return button;
}

/** Bind the panel; `object(reason)` opens the appeal form, `disputed(about)` says whether one is under way. */
export function createStatus({ object, disputed }) {
  let answer = null;
  let drawn = "";

  function draw() {
    show($("status"), Boolean(answer));
    const wanted = JSON.stringify([answer && { ...answer, server_time: "" }, currentLanguage(), answer?.reasons.map(({ about }) => disputed(about))]);
    if (wanted === drawn) return;
    drawn = wanted;
    $("status").removeAttribute("data-colour");
    $("status-now").replaceChildren();
    $("reasons").replaceChildren();
    if (answer) drawStatus(readStatus(answer, currentLanguage()));
  }

  function drawStatus(status) {
    $("status").setAttribute("data-now", status.colour);
    const seal = el("span", { class: "seal", "data-colour": status.colour }, icon(status.colour));
    const head = el("div", { class: "status-head" }, seal, el("strong", { "data-testid": "status-colour" }, t(`status.colour.${status.colour}`)));
    $("status-now").replaceChildren(head, times(status));
    $("reasons").replaceChildren(...status.reasons.map((reason) => reasonItem(reason, { object, disputed })));
    const { name, version } = status.policy;
    const known = has(`policy.${name}`) ? t(`policy.${name}`) : name;
    say($("status-policy"), t("status.policy", { name: known, version }));
    say($("objection"), status.objection);
  }

  onLanguage(draw);
  return {
    draw,
    tell(next) {
      answer = next;
      draw();
    },
    forget() {
      answer = null;
      draw();
    },
  };
}
