/** In a demo city: come as an app that one is bound to would bring one. */

import { field } from "../lib/controls.js";
import { $, el } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { appSelect, demoCode } from "./channels.js";
import { drawer, form, nothing } from "./fold.js";

/** `open(login)` signs in; `demo()` says whether this is a demo city. */
export function createThroughApp({ open, demo }) {
  function draw() {
    if (!demo()) return $("through-app").replaceChildren();
    const app = appSelect("app-name");
    const account = el("input", { required: true, pattern: "[A-Za-z0-9\\-]{1,32}", maxlength: "32", "data-testid": "app-account", autocomplete: "off", spellcheck: "false" });
    const come = () => open({ channel: { name: app.value, code: demoCode(account.value) } });
    const submit = el("button", { class: "button wide", "data-testid": "app-submit" }, t("holder.enter"));
    const door = form("app-form", come, nothing("channels.through.about"), field("channels.app", app), field("channels.account", account), submit);
    return $("through-app").replaceChildren(drawer("app", "channels.through", door));
  }

  onLanguage(draw);
  return { draw };
}
