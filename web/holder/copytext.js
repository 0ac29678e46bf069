/** The button that copies the code's text, for verifiers whose camera does not work. */

import { $, say } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";

/** `code()` is the code on the screen; `fresh()` says that there is a new one to copy. */
export function bindCopy({ code }) {
  const fresh = () => say($("copy"), t("holder.copy"));

  async function copy() {
    $("code-text").select();
    const copied = await navigator.clipboard?.writeText(code()?.code ?? "").then(() => true, () => false);
    if (copied || document.execCommand("copy")) say($("copy"), t("holder.copied"));
  }

  $("copy").addEventListener("click", copy);
  onLanguage(fresh);
  return { fresh };
}
