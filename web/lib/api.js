/** The city's API as the pages use it: the package for everybody's pages (clients/javascript), and where the API lives. */

export { createApi, newKey } from "../sdk/http.js";
export { Problem } from "../sdk/problem.js";

/** Where the API lives: the page's `<meta name="yima-api">`; on a developer's own machine `?api=` may say otherwise. */
export function apiBase({ meta = "", location }) {
  const own = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  const asked = own ? new URLSearchParams(location.search).get("api") : null;
  return (asked || meta || "/v1").replace(/\/+$/, "");
}
