/** A case: what the holder wrote and sees, the sources behind it, and the answer the holder will read. */

import { chip } from "../lib/chip.js";
import { deadline } from "../lib/citytime.js";
import { el } from "../lib/dom.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { readStatus } from "../lib/statustext.js";
import { button, card, facts, fault, field, form, heading, named, nothing, steps, time, words } from "./parts.js";

function statusCard(answer) {
  const status = readStatus(answer, currentLanguage());
  const reasons = status.reasons.map((reason) => el("li", {}, reason.words, reason.source ? el("span", { class: "soft" }, ` · ${reason.source}`) : null));
  const until = status.until ?? t(status.colour === "green" ? "none" : "status.until.cleared");
  return card(heading("case.status"), el("div", {}, chip(status.colour, t(`colour.${status.colour}`))), facts(["status.since", status.since ?? t("none")], ["status.until", until]), el("ul", { class: "bullets" }, ...reasons));
}

/** A fact with its source in full. */
function source(fact) {
  const says = Object.entries(fact.attributes).map(([name, value]) => `${named("attribute", "name", name)} ${named("attribute", "value", value)}`);
  const title = el("strong", {}, [words(fact.words), ...says].join(" · "));
  const valid = fact.valid_until ? ["source.until", time(fact.valid_until, deadline)] : null;
  return el("li", { class: "fact", "data-testid": "source" }, title, facts(["source.happened", time(fact.happened_at)], ["source.department", fact.source], ["source.reference", el("code", {}, fact.reference)], ["source.reported", time(fact.reported_at)], valid));
}

function sourcesCard({ sources, overrides }) {
  const reported = sources.filter(({ kind }) => kind !== "manual").map(source);
  const decided = overrides.map((one) => el("div", { class: "decided" }, el("blockquote", {}, one.reason), el("p", { class: "soft" }, words(one.ground)), el("p", { class: "soft" }, one.by.join(t("list.and")))));
  return card(heading("case.sources"), reported.length ? el("ul", { class: "sources" }, ...reported) : decided.length ? null : nothing("case.sources.none"), ...decided);
}

/** A picture is shown, anything else is offered to be saved: never opened inside the console. */
function shownFile(file, n) {
  const url = `data:${file.media_type};base64,${file.content}`;
  const name = t("case.attachment", { n });
  if (file.media_type.startsWith("image/")) return el("img", { src: url, alt: name, "data-testid": "attachment" });
  return el("a", { class: "button quiet", href: url, download: `${n}.pdf` }, name);
}

function attachments(desk, appeal) {
  const place = (one) => {
    const node = el("div", { class: "attachment" }, t("loading"));
    desk.get(`/appeals/${appeal.appeal_id}/case/attachments/${one.n}`).then((file) => node.replaceChildren(shownFile(file, one.n)), () => node.replaceChildren(t("case.attachment.gone", { n: one.n })));
    return node;
  };
  return el("div", { class: "attachments" }, ...appeal.attachments.map(place));
}

function appealCard(desk, appeal) {
  const head = facts(["case.about", named("figures", "about", appeal.about.split(":")[0])], ["case.holder", appeal.name], ["case.filed", time(appeal.filed_at)], ["case.due", el("span", { class: appeal.overdue ? "late" : undefined }, time(appeal.due_at, deadline))]);
  const answer = appeal.decision ? [heading("appeal.answer"), el("blockquote", {}, appeal.decision.reason)] : [];
  return card(heading(`appeal.level.${appeal.level}`, "h2"), head, el("blockquote", { "data-testid": "case-text" }, appeal.text), attachments(desk, appeal), ...answer, heading("steps"), steps(appeal.steps));
}

/** What can be voided: the reasons of the present status, and beside them whatever else speaks for it. */
function voidable({ status, appeal }) {
  return status.reasons.filter(({ about }) => about).map(({ about, words: said }) => ({ about, words: words(said), appealed: about === appeal.about }));
}

function decisionCard(desk, opened, { answered, released }) {
  const { appeal } = opened;
  const reason = el("textarea", { rows: "4", required: true, minlength: "10", maxlength: "1000", "data-testid": "decision-reason" });
  const outcome = (value) => el("label", { class: "radio" }, el("input", { type: "radio", name: "outcome", value, required: true, "data-testid": `decision-${value}` }), t(`decision.${value}`));
  const boxes = voidable(opened).map((one) => {
    const box = el("input", { type: "checkbox", value: one.about, checked: one.appealed, disabled: one.appealed });
    return el("label", { class: "radio" }, box, one.words);
  });
  const failure = fault("release-fault");

  async function decide() {
    const picked = node.querySelector("input[name=outcome]:checked").value;
    const voids = boxes.map((label) => label.firstChild).filter((box) => box.checked && !box.disabled).map((box) => box.value);
    const extra = picked === "upheld" && (voids.length || appeal.about === "status") ? { voids } : {};
    await desk.post(`/appeals/${appeal.appeal_id}/decision`, { outcome: picked, reason: reason.value.trim(), ...extra });
    answered();
  }

  const release = async () => {
    await desk.post(`/appeals/${appeal.appeal_id}/release`);
    released();
  };
  const node = form("decision", decide,
    el("fieldset", {}, el("legend", {}, t("decision.outcome")), outcome("upheld"), outcome("rejected")),
    boxes.length ? el("fieldset", { class: "voids" }, el("legend", {}, t("decision.voids")), ...boxes) : null,
    field("decision.reason", reason),
    el("button", { class: "button", "data-testid": "decision-submit" }, t("decision.submit")),
  );
  return card(heading("decision.title"), node, button("queue.release", { id: "queue-release", run: release, complain: failure }), failure);
}

/** Lay a case on the desk; `answered()` and `released()` are told when it has left it. */
export function createCase(desk, opened, told) {
  const below = opened.first ? [appealCard(desk, opened.first)] : [];
  const left = el("div", { class: "column" }, appealCard(desk, opened.appeal), ...below);
  const right = el("div", { class: "column" }, statusCard(opened.status), sourcesCard(opened), decisionCard(desk, opened, told));
  return el("div", { class: "case", "data-testid": "case" }, left, right);
}
