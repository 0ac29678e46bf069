/** What a page remembers until its tab is closed: a token, never a name or a document number. */

/** A slot of this tab's sessionStorage under `name`, working without storage too. */
export function createSession(name, store = tabStorage()) {
  let memory = read(store, name);
  return {
    get value() {
      return memory;
    },
    keep(value) {
      memory = value;
      store?.setItem(name, JSON.stringify(value));
    },
    end() {
      memory = null;
      store?.removeItem(name);
    },
  };
}

function tabStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

function read(store, name) {
  try {
    return JSON.parse(store?.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
