/** What a gate can decide by. Times are Unix seconds. */
export interface ScreenCode {
  carrier: "screen";
  shownBy: "holder" | "guardian";
  region: string;
  kid: string;
  issuedAt: number;
  expiresAt: number;
  ahead: boolean;
  specimen: boolean;
  colour: Colour;
}

export interface PaperCode {
  carrier: "paper";
  shownBy: "holder";
  region: string;
  kid: string;
  issuedAt: number;
  expiresAt: number;
  specimen: boolean;
  list: number;
  index: number;
}

export type Colour = "green" | "yellow" | "red";
export type Purpose = "entry" | "transit" | "medical" | "government" | "lodging" | "event" | "inspection";
export type Field = "name" | "document_type" | "document_number" | "birth_date" | "adult" | "tags" | "colour" | "pairwise";

export class Unreadable extends Error {
  reason: "malformed" | "unknown_kind";
}

export function readCode(text: string): {
  body: ScreenCode | PaperCode;
  use: "code" | "carrier";
  signed: Uint8Array;
  signature: Uint8Array;
};
export function tidyCode(text: string): string;
export function looksLikeCode(text: string): boolean;

/** As `GET /v1/trust-list` answers. */
export interface TrustList {
  issuer: string;
  keys: { kid: string; public_key: string; not_before: string; not_after: string; state: string; use?: string }[];
  issued_at: string;
  expires_at: string;
  signature: string;
}

/** As `GET /v1/status-lists/{number}` answers. */
export interface PublishedStatusList {
  number: number;
  uri: string;
  version: number;
  protected: string;
  claims: string;
  signature: string;
}

export type Verify = (message: Uint8Array, signatureHex: string, publicKeyHex: string) => boolean;

export interface OfflineVerdict {
  /** Null for a good code, else a reason of docs/api.md. */
  reason: string | null;
  /** The colour at issue; null for paper and for what was refused. */
  colour: Colour | null;
  body: ScreenCode | PaperCode | null;
  /** Seconds. */
  listAge: number;
  /** Null where no root key was pinned. */
  listAuthentic: boolean | null;
  statusListAge: number | null;
}

export function verifyOffline(
  text: string,
  trust: TrustList,
  gate: {
    now: number;
    verify: Verify;
    root?: string | null;
    statusLists?: PublishedStatusList[];
    inflate?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  },
): Promise<OfflineVerdict>;

export class Problem extends Error {
  constructor(code: string, told?: { status?: number; retryAfter?: number; evidence?: Record<string, unknown> });
  code: string;
  status: number;
  retryAfter: number;
  evidence: Record<string, unknown>;
  readonly signedOut: boolean;
  readonly passing: boolean;
}

export interface Wish {
  json?: unknown;
  form?: Record<string, string>;
  token?: string;
  key?: string;
  proof?: string;
  patience?: number;
}

export interface Api {
  get(path: string, wish?: Wish): Promise<any>;
  post(path: string, wish?: Wish): Promise<any>;
  put(path: string, wish?: Wish): Promise<any>;
  patch(path: string, wish?: Wish): Promise<any>;
  remove(path: string, wish?: Wish): Promise<any>;
}

/** As much of fetch as is used. */
export type Fetch = (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ status: number; ok: boolean; headers: { get(name: string): string | null }; json(): Promise<any> }>;

export interface Clock {
  local(): number;
  learn(serverTime: string | undefined, exchange: { sentAt: number; receivedAt: number }): void;
}

export function createApi(city: { base: string; fetch?: Fetch; clock?: Clock; timeout?: number }): Api;
export function newKey(random?: (bytes: Uint8Array) => Uint8Array): string;

export interface Bearer {
  token(): Promise<string>;
  using<T>(action: (token: string) => Promise<T>): Promise<T>;
}

export interface Kept {
  token: string;
  until: number;
}

export function createBearer<K extends Kept>(holder: {
  renew: (kept: K | null) => Promise<K>;
  now: () => number;
  kept?: K | null;
  onKeep?: (next: K) => void;
}): Bearer;

/** As `POST /v1/verifications` answers. */
export interface Verification {
  verdict: "accepted" | "rejected";
  reason: string | null;
  colour: Colour | null;
  holder: { name: string } | null;
  carrier: "screen" | "paper" | "card" | "document" | null;
  shown_by: "holder" | "guardian" | null;
  tags: string[] | null;
  pairwise_id: string | null;
  exchange_token: string | null;
  exchange_until: string | null;
  issued_at: string | null;
  expires_at: string | null;
  specimen: boolean;
  server_time: string;
}

export interface Verifier {
  verify(scan: {
    code?: string;
    card?: { type: string; number: string };
    document?: { type: string; number: string };
    purpose: Purpose;
    place?: string;
  }): Promise<Verification>;
  disclose(wish: { exchangeToken?: string; consentId?: string; fields: Field[] }): Promise<any>;
  trustList(): Promise<TrustList>;
  statusList(list: number): Promise<PublishedStatusList>;
}

export function createVerifier(device: {
  base: string;
  clientId: string;
  clientSecret: string;
  api?: Api;
  now?: () => number;
}): Verifier;

export interface Session extends Kept {
  refresh: string;
}

export interface Holder {
  code(): Promise<any>;
  status(): Promise<any>;
  scans(cursor?: string): Promise<any>;
  consents(): Promise<any>;
  agree(consentId: string, textVersion: string): Promise<any>;
  refuse(consentId: string): Promise<any>;
  withdraw(consentId: string): Promise<any>;
  newKey(): string;
}

export function createHolder(app: {
  base: string;
  login?: unknown;
  session?: Session | null;
  onKeep?: (session: Session) => void;
  api?: Api;
  now?: () => number;
}): Holder;
