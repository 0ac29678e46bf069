/** My paper code: have one made, print it, report it lost. There is one good paper at a time. */

import { dayOf } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault } from "../lib/controls.js";
import { el } from "../lib/dom.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { bytesOf, saveFile } from "../lib/savefile.js";
import { act, button, createFold, entry, nothing, sure } from "./fold.js";

const FORMS = ["a4", "card"];
/** A PDF takes a moment to be drawn. */
const PATIENCE_MS = 30_000;

const day = (text) => dayOf(instant(text), currentLanguage());

export function createPapers({ ask, wishes }) {
  let living = null;

  async function print({ paper_id: id }, form) {
    const file = await ask("get", `/papers/${id}/document?form=${form}`, { patience: PATIENCE_MS });
    saveFile(`yima-${form}-${id}.pdf`, file.media_type, bytesOf(file.document));
  }

  async function lose({ paper_id: id }) {
    if (!sure("papers.lost.sure")) return;
    await ask("post", `/papers/${id}/loss`);
    await fold.refresh();
  }

  async function make() {
    if (living && !sure("papers.again.sure")) return;
    await wishes.make("/papers", undefined);
    await fold.refresh();
  }

  function row(paper) {
    const active = paper.state === "active";
    const acts = [...FORMS.map((form) => act(`papers.print.${form}`, `paper-${form}`, () => print(paper, form))), act("papers.lost", "paper-lost", () => lose(paper))];
    return entry("paper", {
      title: t("papers.number", { number: paper.paper_id }),
      state: paper.state,
      word: t(`carrier.state.${paper.state}`),
      lines: [
        t("papers.times", { issued: day(paper.issued_at), expires: day(paper.expires_at) }),
        active ? null : t("papers.since", { at: day(paper.state_since) }),
        paper.acted_by ? t("papers.by", { name: paper.acted_by }) : null,
      ],
      acts: active ? acts : [],
    });
  }

  function tools() {
    const complain = fault("papers-make-fault");
    return [el("div", { class: "actions" }, button("papers.make", { id: "paper-make", kind: "", run: make, complain })), complain];
  }

  const fold = createFold("papers", {
    card: "ways",
    load: () => ask("get", "/papers"),
    tools,
    draw: ({ papers }) => {
      living = papers.find(({ state }) => state === "active") ?? null;
      return papers.length ? papers.map(row) : [nothing("papers.none")];
    },
  });
  return fold;
}
