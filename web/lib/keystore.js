/** Where this browser keeps what no script may take out of it: a key pair in IndexedDB, used but never read. */

const DATABASE = "yima";
const SHELF = "keys";

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });

function opened(indexedDB) {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(SHELF);
  return settled(request);
}

/**
 * `get(name)`, and `keep(name, value)`, which answers what stands there in the end: two tabs that begin at once share
 * one key. Both reject where the browser keeps nothing, as some private windows do.
 */
export function createKeyStore(indexedDB = globalThis.indexedDB) {
  const shelf = async (mode) => (await opened(indexedDB)).transaction(SHELF, mode).objectStore(SHELF);
  const get = async (name) => settled((await shelf("readonly")).get(name));
  const add = async (name, value) => settled((await shelf("readwrite")).add(value, name));
  return { get, keep: (name, value) => add(name, value).then(() => value, () => get(name)) };
}
