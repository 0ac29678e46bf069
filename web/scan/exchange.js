/** Below a verdict: which fields this matter needs, the holder's word where it takes one, and what was told. */

import { createControls, field } from "../lib/controls.js";
import { $, el, say, show } from "../lib/dom.js";
import { Exchange } from "../lib/exchange.js";
import { fieldWord, fieldWords } from "../lib/fieldwords.js";
import { has, onLanguage, t } from "../lib/i18n.js";
import { problemLine } from "../lib/problemwords.js";

const { button, form } = createControls(problemLine);
const TICK_MS = 500;
const DAY_MS = 86_400_000;
const CITY_ZONE = "+08:00";
const LONGEST_WHY = "200";

/** The midnight that ends a day `2026-12-01` of the city. */
const endOf = (day) => new Date(Date.parse(`${day}T00:00:00${CITY_ZONE}`) + DAY_MS).toISOString();

/** A choice of fields with the right by which each is told. */
function tick({ name, mask, basis }, chosen) {
  const box = el("input", { type: "checkbox", value: name, checked: chosen.includes(name), "data-testid": `exchange-field-${name}` });
  const words = mask === "masked" ? t("exchange.masked", { field: fieldWord(name) }) : fieldWord(name);
  return { box, node: el("label", { class: "pick-field" }, box, el("span", {}, words), el("span", { class: "basis" }, t(`exchange.basis.${basis}`))) };
}

/** A value in words where it is a name of ours, as it is where it is not. */
function valueWords(name, value) {
  if (value === null || value.length === 0) return t("exchange.unknown");
  const word = (one) => [`${name === "document_type" ? "document" : name}.${one}`, `tag.${one}`].filter(has).map((key) => t(key))[0] ?? one;
  return [value].flat().map(word).join(t("list.and"));
}

/** `speak(method, path, wish)` asks in the verifier's name; `wishes` sends what is to happen once; `may(scope)` is what it may. */
export function createExchange({ speak, wishes, may }) {
  let drawn = "";

  const exchange = new Exchange({
    disclose: (json) => speak("post", "/disclosures", { json }),
    request: (json) => wishes.make("/consent-requests", json),
    look: (id) => speak("get", `/consent-requests/${id}`),
    onChange: draw,
  });

  function choosing({ offer, chosen: before }) {
    const ticks = offer.fields.map((one) => tick(one, before));
    const chosen = () => ticks.map(({ box }) => box).filter(({ checked }) => checked).map(({ value }) => value);
    const submit = el("button", { class: "button", "data-testid": "exchange-submit", disabled: before.length === 0 }, t("exchange.submit"));
    const node = form("exchange-form", () => exchange.choose(chosen()), el("p", {}, t("exchange.about")), ...ticks.map(({ node }) => node), submit);
    node.addEventListener("change", () => (submit.disabled = chosen().length === 0));
    return [node];
  }

  /** Who was refused finds what they wrote. */
  function needing({ needed, wish: before = {} }) {
    const words = el("p", { "data-testid": "exchange-needed" }, t("exchange.needed", { fields: fieldWords(needed) }));
    if (!may("consent:ask")) return [words, el("p", { "data-testid": "exchange-cannot" }, t("exchange.cannot"))];
    const why = el("input", { value: before.why ?? "", maxlength: LONGEST_WHY, "data-testid": "exchange-why", autocomplete: "off" });
    const use = el("select", { "data-testid": "exchange-use" }, ...["once", "period"].map((one) => el("option", { value: one }, t(`exchange.use.${one}`))));
    const until = el("input", { type: "date", "data-testid": "exchange-until", lang: document.documentElement.lang });
    const last = field("exchange.until", until);
    const limit = () => {
      show(last, use.value === "period");
      until.required = use.value === "period";
    };
    const wish = () => ({ use: use.value, why: why.value.trim(), ...(use.value === "period" && { until: endOf(until.value) }) });
    use.addEventListener("change", limit);
    limit();
    const submit = el("button", { class: "button", "data-testid": "exchange-ask" }, t("exchange.ask"));
    return [words, form("exchange-ask-form", () => exchange.ask(wish()), field("exchange.why", why), field("exchange.use", use), last, submit)];
  }

  const busy = (key) => [el("p", { class: "exchange-busy", "data-testid": "exchange-waiting" }, el("span", { class: "spinner" }), t(key))];

  /** Told on the screen and nowhere else; gone with it. */
  function telling({ values }) {
    const row = ([name, { value }]) => [el("dt", {}, fieldWord(name)), el("dd", { "data-testid": `told-${name}` }, valueWords(name, value))];
    return [el("dl", { class: "told", "data-testid": "told" }, ...Object.entries(values).flatMap(row)), el("p", {}, t("exchange.told"))];
  }

  const again = (words) => [words, button("exchange.more", { id: "exchange-again", kind: "again", run: async () => exchange.begin(exchange.state.offer), complain: $("exchange-fault") })];
  const ended = ({ closed }) => t("exchange.closed", { state: closed && has(`consents.state.${closed}`) ? t(`consents.state.${closed}`) : t("none") });

  const PHASES = {
    none: () => [],
    choose: choosing,
    asking: () => busy("exchange.asking"),
    needed: needing,
    waiting: () => busy("exchange.waiting"),
    refused: () => again(el("p", { "data-testid": "exchange-refused" }, t("exchange.refused"))),
    over: (state) => again(el("p", {}, ended(state))),
    told: telling,
  };

  /**
   * The next phase; what somebody has to answer or read comes into sight, the first choice waits below the verdict. Who
   * works by keyboard goes on here and not at the top: the button they pressed is gone.
   */
  function turn(state) {
    const within = [document.body, $("verdict")].includes(document.activeElement) || $("exchange").contains(document.activeElement);
    $("exchange-body").replaceChildren(...PHASES[state.phase](state));
    drawn = state.phase;
    if (["none", "choose"].includes(state.phase)) return;
    $("exchange").scrollIntoView({ block: "nearest" });
    if (within) $("exchange-title").focus({ preventScroll: true });
  }

  function draw(state) {
    show($("exchange"), state.phase !== "none");
    say($("exchange-fault"), state.problem ? problemLine(state.problem) : "");
    if (state.phase !== drawn) turn(state);
    $("exchange").setAttribute("data-phase", state.phase);
    say($("exchange-announcer"), ["asking", "none", "choose"].includes(state.phase) ? "" : $("exchange-body").innerText);
  }

  onLanguage(() => {
    drawn = "";
    draw(exchange.state);
  });
  setInterval(() => exchange.tick(), TICK_MS);
  return exchange;
}
