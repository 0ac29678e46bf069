/** Two languages, one page: every text is a key of `words/zh.js` and `words/en.js`, exchanged in place. */

import en from "./words/en.js";
import zh from "./words/zh.js";

export const WORDS = { zh, en };
const REMEMBERED = "yima.language";
const HTML_LANG = { zh: "zh-CN", en: "en" };

/** The text of `key` with `{name}` places filled; a key nobody wrote shows itself, so that it is noticed. */
export function fill(words, key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Chinese unless the reader chose otherwise on this device. */
export function chosenLanguage(store) {
  return store?.getItem(REMEMBERED) === "en" ? "en" : "zh";
}

const listeners = new Set();
let language = chosenLanguage(storage());

/** Private windows and strict settings may forbid storage; the pages work without. */
function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export const t = (key, values) => fill(WORDS[language], key, values);
export const has = (key) => key in WORDS[language];
export const currentLanguage = () => language;

/** Be told after each change of language, and once now. */
export function onLanguage(listener) {
  listeners.add(listener);
  listener(language);
}

/** Write every `data-i18n` text and `data-i18n-<attribute>` of the page in the present language. */
export function translate(root = document) {
  for (const node of root.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const attribute of ["aria-label", "placeholder", "title", "alt"]) {
    for (const node of root.querySelectorAll(`[data-i18n-${attribute}]`)) {
      node.setAttribute(attribute, t(node.getAttribute(`data-i18n-${attribute}`)));
    }
  }
}

function speak(next) {
  language = next;
  storage()?.setItem(REMEMBERED, next);
  for (const listener of listeners) listener(next);
}

/** Bind the switch (its label names the *other* language) and keep the whole page in step. */
export function bindLanguage(button, titleKey) {
  button.addEventListener("click", () => speak(language === "zh" ? "en" : "zh"));
  onLanguage(() => {
    const other = language === "zh" ? "en" : "zh";
    document.documentElement.lang = HTML_LANG[language];
    document.title = t(titleKey);
    translate();
    button.textContent = WORDS[other]["language.own"];
    button.lang = HTML_LANG[other];
  });
}
