/** What screen readers are told of the code: each new colour and each loss of it, but not every renewal. */

import { $, say } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

export function createAnnouncer() {
  let announced = null;
  return {
    tell(code) {
      const next = code?.colour ?? (announced ? "gone" : null);
      if (next === announced) return;
      announced = next;
      if (next) say($("announcer"), next === "gone" ? t("holder.gone") : t("holder.renewed", { colour: t(`colour.${next}`) }));
    },
    forget: () => (announced = null),
  };
}
