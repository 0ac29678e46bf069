/** The files of an appeal while it is being written: added, taken away, and each sent once. */

import { hindrance, MOST, readAttachment } from "../lib/attachment.js";
import { newKey } from "../lib/api.js";
import { $, el, show } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/** `complain(text)` says why a file was not added. */
export function createFiles({ complain }) {
  let files = [];

  function row(entry) {
    const { name } = entry.file;
    const remove = el("button", { type: "button", class: "link", "aria-label": t("appeal.files.remove", { name }) }, "✕");
    remove.addEventListener("click", () => set(files.filter((other) => other !== entry)));
    return el("li", { class: "file" }, el("span", {}, name), entry.sent ? el("span", { "aria-hidden": "true" }, "✓") : remove);
  }

  function set(next) {
    files = next;
    draw();
  }

  function draw() {
    $("appeal-files").replaceChildren(...files.map(row));
    show($("appeal-file-label"), files.length < MOST);
  }

  /** Read at once: whoever moves or deletes the file afterwards loses nothing. */
  async function add(file) {
    const why = hindrance(file, files.length);
    if (why) return complain(t(why, { most: MOST, name: file.name }));
    const attachment = await readAttachment(file).catch(() => null);
    if (!attachment) return complain(t("appeal.files.unfit", { name: file.name }));
    return set([...files, { file, attachment, key: newKey(), sent: false }]);
  }

  $("appeal-file").addEventListener("change", async ({ target }) => {
    complain("");
    for (const file of [...target.files]) await add(file);
    target.value = "";
  });

  return {
    draw,
    clear: () => set([]),
    /** Send what has not been sent; `send(attachment, key)` throws a `Problem`. */
    async send(send) {
      for (const entry of files.filter(({ sent }) => !sent)) {
        await send(entry.attachment, entry.key);
        entry.sent = true;
        draw();
      }
    },
  };
}
