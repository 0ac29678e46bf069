/** My family: whose codes I may show, and who may show mine. Either side can end it. */

import { dateOf } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { field } from "../lib/controls.js";
import { DOCUMENTS, offerKinds, typedDocument } from "../lib/documents.js";
import { el } from "../lib/dom.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { inWords } from "../lib/statustext.js";
import { act, createFold, drawer, entry, form, nothing, sure } from "./fold.js";
import { isGood, savePaper } from "./papers.js";

/** The city's word for "without an end". */
const ENDLESS = Date.UTC(2100, 0, 1);

/** What waits for an answer of the person who looks at it. */
const awaited = ({ state, role }) => state === "proposed" && role === "dependant";

const day = (text) => dateOf(instant(text), currentLanguage());

/** The last moment of a delegation belongs to the day before: one until midnight ends with the day. */
const lastDay = (text) => dateOf(instant(text) - 1, currentLanguage());

/** Name and document of somebody else, as on their document. */
function person(id) {
  const kind = el("select", { "data-testid": `${id}-document-type` });
  const number = el("input", { required: true, maxlength: "40", "data-testid": `${id}-document`, autocapitalize: "characters", spellcheck: "false" });
  const name = el("input", { required: true, maxlength: "64", "data-testid": `${id}-name` });
  offerKinds(kind, number, DOCUMENTS, "document");
  const nodes = [field("document.type", kind), field("holder.document", number), field("holder.name", name)];
  return { nodes, read: () => ({ ...typedDocument(kind, number), name: name.value.trim() }) };
}

/** `present(delegation)` puts somebody's code on the screen. */
export function createFamily({ ask, wishes, present }) {
  let consent = null;

  async function answer({ delegation_id: id }, what) {
    await ask("post", `/delegations/${id}/${what}`);
    await fold.refresh();
  }

  /** The paper of who is in my care: the good one there is, or a new one. */
  async function paper({ delegation_id: id }) {
    const { papers } = await ask("get", `/papers?for=${id}`);
    await savePaper(ask, papers.find(isGood) ?? (await wishes.make("/papers", { for: id })), "a4", id);
  }

  const end = (one) => (sure("family.end.sure", { name: one.name }) ? answer(one, "end") : Promise.resolve());

  function acts(one) {
    const mine = one.role === "guardian";
    if (one.state === "proposed" && mine) return [act("family.withdraw", "family-withdraw", () => answer(one, "end"))];
    if (one.state === "proposed") return [act("family.agree", "family-agree", () => answer(one, "agreement"), { kind: "" }), act("family.refuse", "family-refuse", () => answer(one, "refusal"))];
    const show = mine ? act("family.show", "family-show", async () => present(one), { kind: "" }) : null;
    const print = mine ? act("family.paper", "family-paper", () => paper(one)) : null;
    return one.state === "active" ? [show, print, act("family.end", "family-end", () => end(one))] : [];
  }

  function times(one) {
    if (one.state === "active" && instant(one.until) >= ENDLESS) return t("family.endless");
    if (one.state === "active") return t("family.until", { at: lastDay(one.until) });
    if (one.state === "proposed") return t("family.answer", { at: day(one.answer_by) });
    return has(`family.because.${one.because}`) ? t(`family.because.${one.because}`) : null;
  }

  /** Who agrees at a service desk names the request by this. */
  const numbered = (one) => (one.state === "proposed" && one.role === "guardian" ? t("family.number", { number: one.delegation_id }) : null);

  function row(one) {
    const side = t(`family.${one.role}.${one.kind}`);
    return entry("delegation", { title: one.name, state: one.state, word: t(`family.state.${one.state}`), lines: [side, times(one), numbered(one)], acts: acts(one) });
  }

  /** Send a proposal, and show what has become of it. */
  async function propose(kind, dependant, agreed) {
    await wishes.make("/delegations", { kind, dependant, ...(agreed && { guardian_consent: { version: consent.version } }) });
    await fold.refresh();
    kit.clear();
  }

  /** The law wants a consent of its own for a child under fourteen: unticked until the guardian ticks it. */
  const tick = el("input", { type: "checkbox", "data-testid": "child-consent" });
  const words = el("span", {});

  /** Nothing can be agreed to before its words are there. */
  function word() {
    tick.checked = false;
    tick.disabled = !consent;
    words.replaceChildren(el("strong", {}, t("family.consent")), el("br"), consent ? inWords(consent, currentLanguage()) : "");
  }

  const submit = (key, id) => el("button", { class: "button", "data-testid": id }, t(key));

  function childForm() {
    const who = person("child");
    const agreeing = el("label", { class: "consent" }, tick, words);
    word();
    return form("child-form", () => propose("child", who.read(), tick.checked), nothing("family.child.about"), ...who.nodes, agreeing, submit("family.child.submit", "child-submit"));
  }

  function adultForm() {
    const who = person("adult");
    return form("adult-form", () => propose("adult", who.read(), false), nothing("family.adult.about"), ...who.nodes, submit("family.adult.submit", "adult-submit"));
  }

  const kit = {
    child: el("div", {}),
    adult: el("div", {}),
    clear() {
      kit.child.replaceChildren(drawer("child", "family.child", childForm()));
      kit.adult.replaceChildren(drawer("adult", "family.adult", adultForm()));
    },
  };

  /** The consent comes with the list. New words are agreed to anew; what else somebody has typed meanwhile stays. */
  function draw({ delegations, guardian_consent: text }) {
    if (text?.version !== consent?.version) {
      consent = text;
      word();
    }
    return delegations.length ? delegations.map(row) : [nothing("family.none")];
  }

  function tools() {
    kit.clear();
    return [kit.child, kit.adult];
  }

  const fold = createFold("family", { card: "ways", load: () => ask("get", "/delegations"), draw, tools, count: ({ delegations }) => delegations.filter(awaited).length });
  return fold;
}
