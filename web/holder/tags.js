/** My special groups: what departments have on record, and whether verifiers with permission may see it. */

import { dateOf } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { act, createFold, entry, nothing } from "./fold.js";

export function createTags({ ask }) {
  async function decide({ tag }, method) {
    await ask(method, `/tags/${tag}/consent`);
    await fold.refresh();
  }

  function row(one) {
    const shown = one.state === "shown";
    const way = shown ? act("tags.withdraw", "tag-withdraw", () => decide(one, "remove")) : act("tags.consent", "tag-consent", () => decide(one, "post"), { kind: "" });
    return entry("tag", {
      title: has(`tag.${one.tag}`) ? t(`tag.${one.tag}`) : one.title,
      state: one.state,
      word: t(one.expired ? "carrier.state.expired" : shown ? "tags.shown" : "tags.hidden"),
      lines: [t("tags.line", { source: one.reported_by, at: dateOf(instant(one.expires_at), currentLanguage()) })],
      acts: one.expired ? [] : [way],
    });
  }

  const draw = ({ tags }) => (tags.length ? tags.map(row) : [nothing("tags.none")]);
  const fold = createFold("tags", { card: "ways", load: () => ask("get", "/tags"), draw });
  return fold;
}
