/** A city, as a holder's app and as a verifier's device speak to it. */

import { createApi, newKey } from "./http.js";
import { createBearer } from "./tokens.js";

const kept = ({ token, refresh_token, expires_at, server_time }, now) => ({
  token,
  refresh: refresh_token,
  until: now() + Date.parse(expires_at) - Date.parse(server_time),
});

/**
 * A verifier's device: `verify`, and lists to take to where there is no network.
 *
 * `clientId` and `clientSecret` are a terminal's own, never the verifier's: a lost phone is then suspended alone.
 */
export function createVerifier({ base, clientId, clientSecret, api = createApi({ base }), now = Date.now }) {
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const bearer = createBearer({
    now,
    renew: async () => {
      const { access_token, expires_in } = await api.post("/oauth/token", { form });
      return { token: access_token, until: now() + expires_in * 1000 };
    },
  });
  const post = (path, json, more) => bearer.using((token) => api.post(path, { json, token, ...more }));
  return {
    /** A scan: exactly one of `code`, `card {type, number}`, `document {type, number}`. Answers the verification. */
    verify: ({ code, card, document, purpose, place }) =>
      post("/verifications", {
        code,
        card: card && { card_type: card.type, card_number: card.number },
        document: document && { document_type: document.type, document_number: document.number },
        purpose,
        place,
      }),
    /** Fields under a purpose, for the token of a scan or for a consent that runs. */
    disclose: ({ exchangeToken, consentId, fields }) =>
      post("/disclosures", { exchange_token: exchangeToken, consent_id: consentId, fields }),
    trustList: () => api.get("/trust-list"),
    statusList: (list) => api.get(`/status-lists/${list}`),
  };
}

/**
 * A holder's app: codes that renew themselves, and who looked.
 *
 * `login` is what `POST /v1/sessions` takes; `session` what was kept of an earlier one; `onKeep(session)` is told what to
 * keep each time it changes, since a refresh token is good once.
 */
export function createHolder({ base, login, session = null, onKeep = () => {}, api = createApi({ base }), now = Date.now }) {
  const bearer = createBearer({
    now,
    kept: session,
    onKeep,
    renew: async (before) =>
      before?.refresh
        ? kept(await api.post("/sessions/refresh", { json: { refresh_token: before.refresh } }), now)
        : kept(await api.post("/sessions", { json: login }), now),
  });
  const get = (path) => bearer.using((token) => api.get(path, { token }));
  const post = (path, json, key) => bearer.using((token) => api.post(path, { json, token, key }));
  return {
    /** One code for now, or several for minutes to come. */
    code: () => post("/codes", {}),
    status: () => get("/status"),
    scans: (cursor) => get(cursor ? `/scans?cursor=${encodeURIComponent(cursor)}` : "/scans"),
    consents: () => get("/consents"),
    agree: (consentId, textVersion) => post(`/consents/${encodeURIComponent(consentId)}/agreement`, { text_version: textVersion }),
    refuse: (consentId) => post(`/consents/${encodeURIComponent(consentId)}/refusal`, {}),
    withdraw: (consentId) => post(`/consents/${encodeURIComponent(consentId)}/withdrawal`, {}),
    newKey,
  };
}
