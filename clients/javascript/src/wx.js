/** A mini-program's `wx.request` as the part of fetch that this package uses. */

/** `createApi({base, fetch: wxFetch(wx)})`; `timeout` is in milliseconds. */
export function wxFetch(wx, { timeout = 8_000 } = {}) {
  return (url, { method, headers, body }) =>
    new Promise((resolve, reject) => {
      wx.request({
        url,
        method,
        header: headers,
        data: body,
        timeout,
        dataType: "text",
        success: ({ statusCode, data, header }) => resolve(answered(statusCode, data, header)),
        fail: ({ errMsg = "" }) => reject(Object.assign(new Error("no answer"), { name: nameOf(errMsg) })),
      });
    });
}

const nameOf = (message) => (message.includes("timeout") ? "TimeoutError" : "TypeError");

function answered(status, data, header) {
  const names = Object.fromEntries(Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: { get: (name) => names[name.toLowerCase()] ?? null },
    json: async () => JSON.parse(data),
  };
}
