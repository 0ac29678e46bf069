/** Who checked me lately: the holder's own view of the scan log, read when it is looked at, hidden where there is none. */

import { dayAndTime } from "../lib/citytime.js";
import { instant } from "../lib/clock.js";
import { $, el, show } from "../lib/dom.js";
import { currentLanguage, has, onLanguage, t } from "../lib/i18n.js";

const SHOWN = 10;

const purposeWord = (purpose) => (has(`purpose.${purpose}`) ? t(`purpose.${purpose}`) : purpose);

/** By what somebody was verified, and that it was not they who held it up. A screen of one's own goes without saying. */
const shown = ({ carrier, shown_by: by }) => [carrier && carrier !== "screen" ? `carrier.${carrier}` : null, by === "guardian" ? "shown.guardian" : null].filter((key) => key && has(key)).map((key) => t(key));

function row(scan) {
  const where = scan.place ? t("holder.scans.place", { purpose: purposeWord(scan.purpose), place: scan.place }) : purposeWord(scan.purpose);
  const at = dayAndTime(instant(scan.scanned_at), currentLanguage());
  return el("li", { class: "scan-row", "data-carrier": scan.carrier }, el("span", {}, scan.verifier_name ?? ""), el("time", { datetime: scan.scanned_at }, at), el("span", { class: "soft" }, [where, ...shown(scan)].join(" · ")));
}

/** `load()` answers the API's `{scans}` or throws a `Problem`. */
export function createScans({ load }) {
  let scans = [];
  let absent = false;

  function draw() {
    $("scans").replaceChildren(...scans.slice(0, SHOWN).map(row));
    show($("scans-none"), scans.length === 0);
  }

  async function refresh() {
    if (absent) return;
    try {
      ({ scans = [] } = await load());
      show($("scans-fold"), true);
    } catch (problem) {
      absent = problem.status === 404;
      show($("scans-fold"), !absent && !$("scans-fold").hidden);
    }
    draw();
  }

  $("scans-fold").addEventListener("toggle", () => $("scans-fold").open && refresh());
  onLanguage(draw);
  return {
    refresh,
    /** After each new code, but only while somebody is looking: the city is spared a question per phone and minute. */
    refreshIfOpen: () => $("scans-fold").open && refresh(),
    forget() {
      scans = [];
      $("scans-fold").open = false;
      show($("scans-fold"), false);
      draw();
    },
  };
}
