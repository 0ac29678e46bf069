/** Who asks for what of mine, or of my child under fourteen: read it, agree or refuse, take it back, keep the receipt. */

import { childrenOf, isAsked, isRunning, NOT_MINE, says, sorted } from "../lib/consents.js";
import { $, el, say, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { Watch } from "../lib/watch.js";
import { legalText, linesOf, receiptOf } from "./consentlines.js";
import { act, createFold, entry, nothing, sure } from "./fold.js";

/** Somebody may be standing at a desk: an open list is looked at often, a closed one once a minute. */
const OPEN_MS = 4_000;
const CLOSED_MS = 60_000;
const DEMO_MS = 2_000;

export function createConsents({ ask, clock, awake }) {
  let children = null;
  let hurried = false;
  let life = 0;
  /** Receipts that were opened, by consent; they stay open while the list is read again. */
  const receipts = new Map();

  /** Whose consents: one's own, and those of children. Their names come with the delegations. */
  async function circle(child) {
    const answer = await ask("get", child ? `/consents?for=${child.delegation_id}` : "/consents");
    return { child, consents: answer.consents, text: answer.text };
  }

  const childs = (child) => circle(child).catch((problem) => (NOT_MINE.includes(problem.code) ? null : Promise.reject(problem)));

  /** Whose children these are may have changed while the city was asked: nobody finds those of who was here before. */
  async function family() {
    const mine = life;
    const found = children ?? childrenOf(await ask("get", "/delegations"));
    if (mine === life) children = found;
    return found;
  }

  async function load() {
    const circles = await Promise.all([circle(null), ...(await family()).map(childs)]);
    return circles.filter(Boolean);
  }

  const about = ({ child }, more = {}) => ({ ...more, ...(child && { for: child.delegation_id }) });

  async function answer(consent, whose, what, more) {
    await ask("post", `/consents/${consent.consent_id}/${what}`, { json: about(whose, more) });
    receipts.delete(consent.consent_id);
    await fold.refresh();
  }

  /** The receipt of a consent; asking again puts it away. */
  async function receipt(id, { child }) {
    if (receipts.has(id)) receipts.delete(id);
    else receipts.set(id, await ask("get", `/consents/${id}${child ? `?for=${child.delegation_id}` : ""}`));
    fold.redraw();
  }

  const withdraw = (consent, whose) => (sure("consents.withdraw.sure", { client: consent.client_name }) ? answer(consent, whose, "withdrawal") : Promise.resolve());

  function acts(consent, whose) {
    const version = whose.text.version;
    const agree = act("consents.agree", "consent-agree", () => answer(consent, whose, "agreement", { text_version: version }), { kind: "" });
    if (isAsked(consent)) return [agree, act("consents.refuse", "consent-refuse", () => answer(consent, whose, "refusal"))];
    const open = receipts.has(consent.consent_id);
    const paper = consent.agreed_at ? act(open ? "consents.receipt.close" : "consents.receipt", "consent-receipt", () => receipt(consent.consent_id, whose)) : null;
    return [isRunning(consent) ? act("consents.withdraw", "consent-withdraw", () => withdraw(consent, whose)) : null, paper];
  }

  function row({ consent, circle: whose }) {
    const opened = receipts.get(consent.consent_id);
    const body = isAsked(consent) ? legalText(whose.text) : opened ? receiptOf(opened) : null;
    return entry("consent", { title: consent.client_name, state: consent.state, word: t(`consents.state.${consent.state}`), lines: linesOf(consent, whose), body, acts: acts(consent, whose) });
  }

  function draw(circles) {
    const { asked, running, over } = sorted(circles);
    greet(asked.length);
    const rows = [...asked, ...running, ...over].map(row);
    return rows.length ? rows : [nothing("consents.none")];
  }

  let waiting = 0;

  /** Above everything else, for who holds up their code and has not seen that the desk asks for more. */
  function greet(number) {
    waiting = number;
    say($("asked-words"), t("consents.waiting", { n: waiting }));
    show($("asked"), waiting > 0);
  }

  function goTo() {
    fold.open();
    $("consents-fold").scrollIntoView({ block: "start" });
  }

  const fold = createFold("consents", { card: "known", load, draw, count: (circles) => sorted(circles).asked.length, still: (before, next) => says(before) === says(next) });
  const every = () => (hurried ? DEMO_MS : $("consents-fold").open ? OPEN_MS : CLOSED_MS);
  const watch = new Watch({ load: () => fold.refresh(), now: clock.now, every, awake });

  $("asked").addEventListener("click", goTo);
  $("consents-fold").addEventListener("toggle", () => (children = null));
  onLanguage(() => greet(waiting));
  return {
    ...fold,
    tick: () => watch.tick(),
    beInDemo: () => (hurried = true),
    /** Show under which consent something was told. */
    async open(id) {
      const circles = await load();
      const whose = circles.find(({ consents }) => consents.some((one) => one.consent_id === id)) ?? { child: null };
      if (!receipts.has(id)) receipts.set(id, await ask("get", `/consents/${id}${whose.child ? `?for=${whose.child.delegation_id}` : ""}`));
      fold.redraw();
      goTo();
    },
    forget() {
      life += 1;
      children = null;
      receipts.clear();
      watch.forget();
      fold.forget();
      greet(0);
    },
  };
}
