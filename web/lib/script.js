/** Other people's packages, which come as scripts: each is fetched when it is first needed. */

/** What a script leaves behind under a global name; rejects where the server does not have it. */
export function fromScript(url, name) {
  return globalThis[name] ? Promise.resolve(globalThis[name]) : loaded(url, name);
}

function loaded(url, name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => reject(new Error(`no ${name}`));
    script.src = url;
    script.onload = () => (globalThis[name] ? resolve(globalThis[name]) : fail());
    script.onerror = fail;
    document.head.append(script);
  });
}
