/** By what a client is recognised: secrets, each shown once, and public keys by which it signs. */

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { deadline } from "../lib/citytime.js";
import { button, card, facts, fault, field, form, heading, nothing, time } from "./parts.js";

const HOUR_S = 3_600;
/** How long an older secret stays good beside a new one, in hours: at once for one that leaked, else time to change over. */
const OVERLAPS = [24, 1, 0, 168];
const REPLACES = ["", "newest", "oldest"];

const option = (value, text) => el("option", { value }, text);

/** Show a secret on top of everything, until whoever copied it puts it away. It is nowhere else on the page. */
export function showOnce({ client_id: id, client_secret: secret, older_until: until }) {
  const text = el("input", { readonly: true, value: secret, "data-testid": "secret-text", "aria-label": t("secret.text"), spellcheck: "false" });
  const copied = el("p", { class: "soft", role: "status", "data-testid": "secret-copied" });
  const complain = fault("secret-show-fault");
  const copy = button("holder.copy", { id: "secret-copy", kind: "", complain, run: () => copyOf(text, copied) });
  const close = button("secret.close", { id: "secret-close", complain, run: async () => dialog.close() });
  const older = until ? el("p", {}, t("secret.older"), " ", time(until, deadline)) : null;
  const dialog = el("dialog", { class: "once", "data-testid": "secret", "aria-labelledby": "secret-title" }, el("h2", { id: "secret-title" }, t("secret.title")), el("p", {}, t("secret.about")), facts(["clients.id", el("code", {}, id)]), text, copied, older, el("div", { class: "actions" }, copy, close), complain);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function copyOf(text, copied) {
  text.select();
  const done = await navigator.clipboard?.writeText(text.value).then(() => true, () => false);
  copied.textContent = done || document.execCommand("copy") ? t("holder.copied") : t("secret.by_hand");
}

function secretForm(desk, one, changed) {
  const overlap = el("select", { "data-testid": "secret-overlap" }, ...OVERLAPS.map((hours) => option(String(hours * HOUR_S), hours ? t("secret.overlap.hours", { n: hours }) : t("secret.overlap.none"))));
  const replaces = el("select", { "data-testid": "secret-replaces" }, ...REPLACES.map((which) => option(which, t(`secret.replaces.${which || "none"}`))));
  async function make() {
    const made = await desk.post(`/clients/${one.client_id}/secrets`, { overlap_s: Number(overlap.value), replaces: replaces.value || null });
    showOnce(made);
    await changed();
  }
  const older = one.secrets.length ? [el("div", { class: "pair" }, field("secret.overlap", overlap), field("secret.replaces", replaces))] : [];
  return form("secret", make, ...older, el("button", { class: "button quiet", "data-testid": "secret-make" }, t("secret.make")));
}

/** When each live secret was made, and until when it is good: the secrets themselves nobody has. */
export function secretsCard(desk, one, { writes, changed }) {
  const row = (secret) => el("li", {}, time(secret.made_at), secret.until ? el("span", { class: "soft" }, " · ", t("secret.until"), " ", time(secret.until, deadline)) : null);
  const list = one.secrets.length ? el("ul", { class: "bullets", "data-testid": "secrets" }, ...one.secrets.map(row)) : nothing("secret.none");
  return card(heading("secret.heading"), list, writes ? secretForm(desk, one, changed) : null);
}

function keyForm(desk, one, changed) {
  const key = el("input", { required: true, pattern: "04[0-9a-fA-F]{128}", maxlength: "130", "data-testid": "key-text", autocomplete: "off", spellcheck: "false", placeholder: "04…" });
  async function add() {
    await desk.post(`/clients/${one.client_id}/keys`, { public_key: key.value.trim() });
    await changed();
  }
  return form("key", add, field("keys.add", key), el("button", { class: "button quiet", "data-testid": "key-add" }, t("keys.submit")));
}

export function keysCard(desk, one, { adds, removes, changed }) {
  const complain = fault("keys-fault");
  async function remove(key) {
    if (!confirm(t("keys.remove.sure", { id: key.key_id }))) return;
    await desk.remove(`/clients/${one.client_id}/keys/${key.key_id}`);
    await changed();
  }
  const row = (key) => el("li", { "data-testid": "client-key" }, el("code", {}, key.key_id), " ", time(key.added_at), " ", removes ? button("keys.remove", { id: "key-remove", kind: "quiet small", complain, run: () => remove(key) }) : null);
  const list = one.keys.length ? el("ul", { class: "bullets" }, ...one.keys.map(row)) : nothing("keys.none");
  return card(heading("keys.heading"), list, complain, adds ? keyForm(desk, one, changed) : null);
}
