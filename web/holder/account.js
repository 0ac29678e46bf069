/** My account: take everything along, have the name put right, leave after days to think it over. */

import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault, field } from "../lib/controls.js";
import { el } from "../lib/dom.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { saveFile } from "../lib/savefile.js";
import { act, button, createFold, drawer, entry, form, nothing, sure } from "./fold.js";

/** All that a city knows of somebody takes a while to gather. */
const PATIENCE_MS = 60_000;

const time = (text) => dayAndTime(instant(text), currentLanguage());
const YEAR = 365;

/** What the law keeps, in years where they are whole. */
function kept({ what, days }) {
  const said = has(`account.kept.${what}`) ? t(`account.kept.${what}`) : what;
  return days % YEAR ? t("account.kept.line", { what: said, days }) : t("account.kept.years", { what: said, years: days / YEAR });
}

export function createAccount({ ask }) {
  async function take() {
    const everything = await ask("get", "/account/export", { patience: PATIENCE_MS });
    saveFile("yima-export.json", "application/json", JSON.stringify(everything, null, 2));
  }

  /** Who has not asked to leave has nothing to read there, which is no failure. */
  async function load() {
    const none = (problem) => (problem.code === "not_leaving" ? null : Promise.reject(problem));
    return { departure: await ask("get", "/account/cancellation").catch(none) };
  }

  async function leave() {
    if (!sure("account.leave.sure")) return;
    await ask("post", "/account/cancellation");
    await fold.refresh();
  }

  async function stay() {
    await ask("remove", "/account/cancellation");
    await fold.refresh();
  }

  function draw({ departure }) {
    if (!departure || departure.state === "withdrawn") return [];
    const waiting = departure.state === "asked";
    return [
      entry("departure", {
        title: t("account.leaving"),
        state: departure.state,
        word: t(`account.state.${departure.state}`),
        lines: [waiting ? t("account.due", { at: time(departure.due_at) }) : null, t("account.kept"), ...departure.kept.map(kept)],
        acts: waiting ? [act("account.stay", "account-stay", stay, { kind: "" })] : [],
      }),
    ];
  }

  function naming() {
    const input = el("input", { required: true, maxlength: "64", "data-testid": "account-name", autocomplete: "off" });
    const done = el("p", { class: "soft", role: "status" });
    const correct = async () => {
      const { name } = await ask("post", "/account/name", { json: { name: input.value.trim() } });
      done.replaceChildren(t("account.name.done", { name }));
    };
    const submit = el("button", { class: "button" }, t("account.name.submit"));
    return drawer("account-name", "account.name", form("account-name-form", correct, nothing("account.name.about"), field("holder.name", input), done, submit));
  }

  function tools() {
    const complain = fault("account-act-fault");
    const ways = [
      button("account.export", { id: "account-export", run: take, complain }),
      button("account.leave", { id: "account-leave", run: leave, complain }),
    ];
    return [naming(), el("div", { class: "actions" }, ...ways), complain];
  }

  const fold = createFold("mine", { card: "account", load, draw, tools });
  return fold;
}
