/** Accounts of mine in other apps: they open the same record, with the same code in the same colour. */

import { dateOf } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { field } from "../lib/controls.js";
import { el } from "../lib/dom.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { act, createFold, drawer, entry, form, nothing, sure } from "./fold.js";

export const CHANNELS = ["wechat", "alipay"];

const word = (name) => (has(`channel.${name}`) ? t(`channel.${name}`) : name);

/** The select of apps, as it stands in the demo city's forms. */
export const appSelect = (id) => el("select", { "data-testid": id }, ...CHANNELS.map((name) => el("option", { value: name }, word(name))));

/** What an app would hand over; a demo city believes a code that names an invented account. */
export const demoCode = (account) => `sandbox-${account.trim().toLowerCase()}`;

/** An app brings its own code when the page is opened inside it: only a `demo()` city lets one be typed. */
export function createChannels({ ask, demo }) {
  async function unbind({ channel_id: id }) {
    if (!sure("channels.unbind.sure")) return;
    await ask("remove", `/channels/${id}`);
    await fold.refresh();
  }

  function row(one) {
    const lines = [t("channels.since", { at: dateOf(instant(one.bound_at), currentLanguage()) })];
    return entry("channel", { title: word(one.name), state: "active", lines, acts: [act("channels.unbind", "channel-unbind", () => unbind(one))] });
  }

  function bindForm() {
    const app = appSelect("channel-app");
    const account = el("input", { required: true, pattern: "[A-Za-z0-9\\-]{1,32}", maxlength: "32", "data-testid": "channel-account", autocomplete: "off", spellcheck: "false" });
    const bind = async () => {
      await ask("post", "/channels", { json: { name: app.value, code: demoCode(account.value) } });
      account.value = "";
      await fold.refresh();
    };
    const submit = el("button", { class: "button", "data-testid": "channel-submit" }, t("channels.bind.submit"));
    return form("channel-form", bind, nothing("channels.bind.about"), field("channels.app", app), field("channels.account", account), submit);
  }

  const draw = ({ channels }) => (channels.length ? channels.map(row) : [nothing("channels.none")]);
  const tools = () => (demo() ? [drawer("channel", "channels.bind", bindForm())] : []);
  const fold = createFold("channels", { card: "account", load: () => ask("get", "/channels"), draw, tools });
  return fold;
}
