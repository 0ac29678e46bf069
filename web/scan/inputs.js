/** The four ways in for a code: camera, picture, typed text, and a scanner gun that types by itself. */

import { Camera, cameraAllowed, cameraPossible } from "../lib/camera.js";
import { createGunListener, looksLikeCode, tidyCode } from "../lib/codetext.js";
import { $, say, show } from "../lib/dom.js";
import { onLanguage, t } from "../lib/i18n.js";
import { NoReader, readPicture } from "../lib/qr.js";

/** The camera does not report the same symbol again within this time: it still hangs in front of the lens. */
const SAME_SYMBOL_MS = 10_000;

const CAMERA_FAULTS = { NotAllowedError: "scan.camera.refused", NotFoundError: "scan.camera.none", OverconstrainedError: "scan.camera.none" };

/** A line under the inputs that keeps its language. */
function createHint(node) {
  let key = null;
  const draw = () => {
    show(node, Boolean(key));
    say(node, key ? t(key) : "");
  };
  onLanguage(draw);
  return (next) => {
    key = next;
    draw();
  };
}

/** Text: Enter or the button sends; a line break is never part of a code. */
function bindText(onCode, hint) {
  const send = () => {
    const text = tidyCode($("scan-text").value);
    hint(text ? null : "scan.empty");
    if (text) onCode(text);
  };
  $("text-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  $("scan-text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    send();
  });
}

/** A picture from the album, from the clipboard, or dropped onto the page. */
function bindPicture(onCode, hint) {
  async function take(file) {
    hint("scan.file.reading");
    try {
      const text = await readPicture(file);
      hint(text ? null : "scan.file.none");
      if (text) onCode(tidyCode(text));
    } catch (fault) {
      hint(fault instanceof NoReader ? "scan.reader.none" : "scan.file.broken");
    }
  }
  $("scan-file").addEventListener("change", () => {
    const [file] = $("scan-file").files;
    if (file) take(file).finally(() => ($("scan-file").value = ""));
  });
  addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) take(file);
  });
}

const TEXT_FIELDS = "textarea, input:not([type=checkbox], [type=file])";

/** A gun types wherever the focus is; while it types, no button, switch or list may react. Text fields keep their keys. */
function bindGun(onCode) {
  const press = createGunListener();
  let swallowing = false;
  const hush = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  const hear = (event) => {
    swallowing = false;
    if (event.target.matches?.(TEXT_FIELDS) || event.ctrlKey || event.metaKey || event.altKey) return;
    const { inBurst, text } = press(event.key, event.timeStamp);
    swallowing = inBurst;
    if (inBurst) hush(event);
    if (text) onCode(tidyCode(text));
  };
  addEventListener("keydown", hear, { capture: true });
  addEventListener("keyup", (event) => swallowing && hush(event), { capture: true });
  $("purpose").addEventListener("change", () => $("purpose").blur());
}

/** A code that a gun typed into the place field is a code, and must never be stored as a place. */
function bindPlace(onCode) {
  $("place").addEventListener("change", () => {
    const text = $("place").value;
    if (!looksLikeCode(text)) return;
    $("place").value = "";
    onCode(tidyCode(text));
  });
}

function bindCamera(onCode, hint) {
  let last = { text: null, at: -Infinity };
  const camera = new Camera($("video"), (text) => {
    if (text === last.text && performance.now() - last.at < SAME_SYMBOL_MS) return;
    last = { text, at: performance.now() };
    onCode(tidyCode(text));
  });

  const draw = () => {
    show($("viewfinder"), camera.on);
    show($("camera-start"), cameraPossible() && !camera.on);
  };
  async function start() {
    hint(null);
    await camera.start().catch((fault) => {
      camera.stop();
      hint(fault instanceof NoReader ? "scan.reader.none" : (CAMERA_FAULTS[fault.name] ?? "scan.camera.failed"));
    });
    draw();
  }
  function stop() {
    camera.stop();
    draw();
  }
  $("camera-start").addEventListener("click", start);
  $("camera-stop").addEventListener("click", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  if (!cameraPossible()) hint(globalThis.isSecureContext ? "scan.camera.none" : "scan.camera.insecure");
  draw();

  return {
    /** Open at once where the reader already allowed it on an earlier day. */
    greet: async () => cameraPossible() && (await cameraAllowed()) && start(),
    pause(paused) {
      camera.paused = paused;
      if (!paused) last.at = performance.now();
    },
    stop,
  };
}

/** Bind all ways in; each calls `onCode(text)`. Answers the camera's reins. */
export function bindInputs(onCode) {
  const hint = createHint($("input-hint"));
  bindText(onCode, hint);
  bindPicture(onCode, hint);
  bindGun(onCode);
  bindPlace(onCode);
  return bindCamera(onCode, hint);
}
