/** The service desk: a person stands here, their document was seen, and what is done for them is done in their sight. */

import { chip } from "../lib/chip.js";
import { timeOfDay } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { DOCUMENTS, offerKinds, typedDocument } from "../lib/documents.js";
import { el } from "../lib/dom.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { bytesOf, saveFile } from "../lib/savefile.js";
import { createActs } from "./deskacts.js";
import { badge, button, card, drawRefusal, facts, fault, field, form, heading, nothing } from "./parts.js";

const WHY = ["no_phone", "phone_lost", "phone_flat", "cannot_use_phone", "carrier_lost", "no_mainland_number"];
const COLOURS = ["green", "yellow", "red"];
/** Who was being served, so that a change of language does not send them away. */
const SERVING = "assistance";
/** Where this desk stands is said once. */
const PLACE = "place";

const input = (id, more) => el("input", { required: true, "data-testid": id, autocomplete: "off", ...more });
const shown = (outcome) => (COLOURS.includes(outcome) ? chip(outcome, t(`colour.${outcome}`)) : el("code", {}, outcome));

/** Hand a document over to be printed. */
export const print = (name, { media_type: type, document }) => saveFile(`${name}.pdf`, type, bytesOf(document));

export function createDesk(desk) {
  const node = el("div", { class: "serving" });
  let drawn = "";

  function opening() {
    const kind = el("select", { "data-testid": "desk-document-type" });
    const number = input("desk-document", { maxlength: "64", autocapitalize: "characters", spellcheck: "false" });
    const name = input("desk-name", { maxlength: "64" });
    const why = el("select", { "data-testid": "desk-why" }, ...WHY.map((one) => el("option", { value: one }, t(`desk.why.${one}`))));
    const place = input("desk-place", { maxlength: "128", value: desk.memory.get(PLACE) ?? "" });
    const seen = el("input", { type: "checkbox", "data-testid": "desk-seen" });
    offerKinds(kind, number, DOCUMENTS, "document");
    const begin = async () => {
      desk.memory.set(PLACE, place.value.trim());
      const wish = { ...typedDocument(kind, number), name: name.value.trim(), why: why.value, place: place.value.trim(), document_seen: seen.checked };
      serve(await desk.create("/assistances", wish));
    };
    const tick = el("label", { class: "consent" }, seen, el("span", {}, t("desk.seen")));
    const fields = [field("document.type", kind), field("holder.document", number), field("holder.name", name), field("desk.why", why), field("desk.place", place)];
    const submit = el("button", { class: "button", "data-testid": "desk-open" }, t("desk.open"));
    return card(heading("desk.title", "h2"), nothing("desk.about"), form("desk-form", begin, ...fields, tick, submit));
  }

  /** Who is served, until when, and what was done so far. */
  function record(one) {
    const rows = one.acts.map((act) => el("li", { "data-testid": "desk-act" }, el("time", { datetime: act.at }, timeOfDay(instant(act.at))), el("span", {}, t(`desk.act.${act.name}`), " ", act.outcome ? shown(act.outcome) : t("desk.pending"))));
    const done = rows.length ? el("ol", { class: "steps" }, ...rows) : nothing("desk.nothing");
    const until = one.state === "open" ? ["desk.until", timeOfDay(instant(one.until))] : null;
    return [el("div", { class: "detail-head" }, el("h2", { "data-testid": "desk-person" }, one.person), badge("desk", one.state)), facts(["desk.why", t(`desk.why.${one.why}`)], ["desk.place", one.place], until), heading("desk.done"), done];
  }

  function leaving(one) {
    const complain = fault("desk-leave-fault");
    const receipt = async () => print("yima-receipt", await desk.get(`/assistances/${one.assistance_id}/receipt`));
    const close = async () => {
      if (one.state === "open") await desk.post(`/assistances/${one.assistance_id}/close`);
      desk.memory.delete(SERVING);
      draw(null);
    };
    return el("div", { class: "acts" }, el("div", { class: "actions" }, button("desk.receipt", { id: "desk-receipt", kind: "", run: receipt, complain }), button("desk.close", { id: "desk-close", run: close, complain })), complain);
  }

  const head = el("div", { class: "rows" });
  const acts = createActs({ act: async (wish) => carriedOut(await desk.create(`/assistances/${desk.memory.get(SERVING)}/acts`, { act: wish })) });

  function carriedOut({ print: document, assistance }) {
    if (document) print("yima-paper", document);
    serve(assistance);
  }

  function serve(one) {
    desk.memory.set(SERVING, one.assistance_id);
    draw(one);
  }

  /** The forms stay as they are while the record above them is drawn anew. */
  function draw(one) {
    const wanted = JSON.stringify([one, currentLanguage()]);
    if (wanted === drawn) return;
    drawn = wanted;
    if (!one) return node.replaceChildren(opening());
    head.replaceChildren(...record(one));
    const open = one.state === "open";
    if (!node.contains(head) || node.contains(acts) !== open) node.replaceChildren(card(head), ...(open ? [acts] : []), card(leaving(one)));
  }

  const complain = fault("desk-fault");

  async function refresh() {
    const id = desk.memory.get(SERVING);
    if (!id) return draw(null);
    return desk.get(`/assistances/${id}`).then(draw, (problem) => {
      desk.memory.delete(SERVING);
      draw(null);
      node.prepend(complain);
      drawRefusal(complain, problem);
    });
  }

  return { node, refresh };
}
