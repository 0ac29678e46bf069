/** What a user writes with the types: compiled, never run. */

import { createApi, createHolder, createVerifier, Problem, readCode, verifyOffline } from "yima-client";
import type { Field, OfflineVerdict, TrustList, Verification } from "yima-client";
import { verify } from "yima-client/sm2.js";
import { verifyWith } from "yima-client/sm2with.js";
import { wxFetch } from "yima-client/wx.js";

declare const wx: { request(options: unknown): void };

const api = createApi({ base: "https://city/v1", fetch: wxFetch(wx) });
const gate = createVerifier({ base: "https://city/v1", clientId: "terminal-1", clientSecret: "s", api });

export async function scan(code: string): Promise<string> {
  const told: Verification = await gate.verify({ code, purpose: "medical" });
  const fields: Field[] = ["name", "birth_date"];
  if (told.exchange_token) await gate.disclose({ exchangeToken: told.exchange_token, fields });
  return told.verdict === "accepted" ? (told.colour ?? "none") : (told.reason ?? "none");
}

export async function withoutNetwork(code: string, trust: TrustList): Promise<OfflineVerdict> {
  const { body } = readCode(code);
  const statusLists = body.carrier === "paper" ? [await gate.statusList(body.list)] : [];
  return verifyOffline(code, trust, { now: Date.now() / 1000, verify, statusLists });
}

declare const SmCryptoV2: typeof import("sm-crypto-v2");
export const byScript: typeof verify = verifyWith(SmCryptoV2.sm2);

export function mayRepeat(failure: unknown): boolean {
  return failure instanceof Problem && failure.passing;
}

export const app = createHolder({ base: "https://city/v1", onKeep: (session) => session.refresh });
