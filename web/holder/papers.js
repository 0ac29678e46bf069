/** My paper code: have one made, print it, report it lost. There is one good paper at a time. */

import { dateOf } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault } from "../lib/controls.js";
import { el } from "../lib/dom.js";
import { currentLanguage, t } from "../lib/i18n.js";
import { bytesOf, saveFile } from "../lib/savefile.js";
import { act, button, createFold, entry, nothing, sure } from "./fold.js";

const FORMS = ["a4", "card"];
/** A PDF takes a moment to be drawn. */
const PATIENCE_MS = 30_000;

const day = (text) => dateOf(instant(text), currentLanguage());

/** Have a paper drawn and saved; `whose` is the delegation under which it is somebody else's. */
export async function savePaper(ask, { paper_id: id }, form, whose = "") {
  const file = await ask("get", `/papers/${id}/document?form=${form}${whose && `&for=${whose}`}`, { patience: PATIENCE_MS });
  saveFile(`yima-${form}-${id}.pdf`, file.media_type, bytesOf(file.document));
}

export const isGood = ({ state }) => state === "active";

export function createPapers({ ask, wishes }) {
  let living = null;

  const print = (paper, form) => savePaper(ask, paper, form);

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

  /** The way to a paper; where there is a good one already, it stands back. */
  function making() {
    const complain = fault("papers-make-fault");
    const way = button(living ? "papers.again" : "papers.make", { id: "paper-make", kind: living ? "quiet" : "", run: make, complain });
    return [el("div", { class: "actions" }, way), complain];
  }

  function draw({ papers }) {
    living = papers.find(isGood) ?? null;
    return [...(papers.length ? papers.map(row) : [nothing("papers.none")]), ...making()];
  }

  const fold = createFold("papers", { card: "ways", load: () => ask("get", "/papers"), draw });
  return fold;
}
