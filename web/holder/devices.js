/** My devices: where I am signed in, and out with those that I do not know. */

import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { fault } from "../lib/controls.js";
import { currentLanguage, has, t } from "../lib/i18n.js";
import { act, button, createFold, entry, sure } from "./fold.js";

const time = (text) => dayAndTime(instant(text), currentLanguage());

/** `onOut()` is told when somebody signs out the very device they hold. */
export function createDevices({ ask, onOut }) {
  const named = (one) => one.device || t("devices.unnamed");

  async function end(one) {
    if (!sure("devices.end.sure", { name: named(one) })) return;
    if (one.current) return onOut();
    await ask("remove", `/sessions/${one.session_id}`);
    await fold.refresh();
  }

  async function endOthers() {
    if (!sure("devices.others.sure")) return;
    await ask("remove", "/sessions");
    await fold.refresh();
  }

  function row(one) {
    const role = has(`role.${one.role}`) ? t(`role.${one.role}`) : null;
    return entry("device", {
      title: named(one),
      state: one.current ? "current" : "other",
      word: one.current ? t("devices.this") : role,
      lines: [
        `${t("devices.since", { at: time(one.since) })} · ${t("devices.used", { at: time(one.last_used_at) })}`,
        one.bound ? t("devices.bound") : null,
        t(`devices.${one.assurance}`),
      ],
      acts: [act("devices.end", "device-end", () => end(one))],
    });
  }

  function draw({ sessions }) {
    const complain = fault("devices-others-fault");
    const others = sessions.some(({ current }) => !current);
    const all = others ? [button("devices.others", { id: "devices-others", run: endOthers, complain }), complain] : [];
    return [...sessions.map(row), ...all];
  }

  const fold = createFold("devices", { card: "account", load: () => ask("get", "/sessions"), draw });
  return fold;
}
