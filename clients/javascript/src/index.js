/** Yima for mini-programs, H5 pages and Node. SM2 (`./sm2.js`) and `wx.request` (`./wx.js`) are imported apart. */

export { createHolder, createVerifier } from "./city.js";
export { looksLikeCode, readCode, tidyCode, Unreadable } from "./code.js";
export { createApi, newKey } from "./http.js";
export { verifyOffline } from "./offline.js";
export { Problem } from "./problem.js";
export { createBearer } from "./tokens.js";
