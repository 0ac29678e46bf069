import type { Fetch } from "./index.js";

/** A mini-program's `wx.request` as the part of fetch that this package uses; `timeout` is in milliseconds. */
export function wxFetch(wx: { request(options: any): unknown }, options?: { timeout?: number }): Fetch;
