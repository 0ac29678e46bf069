/** The package asks the same on every platform: with fetch, and with a mini-program's request. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi, createHolder, createVerifier, Problem } from "../src/index.js";
import { wxFetch } from "../src/wx.js";

const PROBLEM = { code: "invalid_client", title: "The client could not be recognised", detail: "Check client id and secret.", status: 401 };

/** A mini-program's platform that answers from a list, and remembers what it was asked. */
function miniProgram(...answers) {
  const asked = [];
  const request = (wish) => {
    asked.push(wish);
    const { fail, statusCode = 200, data = {}, header = {} } = answers.shift();
    if (fail) wish.fail({ errMsg: fail });
    else wish.success({ statusCode, data: JSON.stringify(data), header });
  };
  return { request, asked };
}

const apiOf = (wx) => createApi({ base: "https://city/v1", fetch: wxFetch(wx) });

test("a mini-program verifies with a token that it fetches once", async () => {
  const token = { data: { access_token: "t1", expires_in: 270 } };
  const wx = miniProgram(token, { data: { verdict: "accepted" } }, { data: { verdict: "rejected" } });
  const verifier = createVerifier({ base: "https://city/v1", clientId: "terminal-1", clientSecret: "s&=", api: apiOf(wx) });
  assert.equal((await verifier.verify({ code: "YM1:…", purpose: "entry" })).verdict, "accepted");
  assert.equal((await verifier.verify({ card: { type: "transit_card", number: "1" }, purpose: "transit" })).verdict, "rejected");
  assert.deepEqual(wx.asked.map(({ url }) => url), ["oauth/token", "verifications", "verifications"].map((path) => `https://city/v1/${path}`));
  assert.equal(wx.asked[0].data, "grant_type=client_credentials&client_id=terminal-1&client_secret=s%26%3D");
  assert.equal(wx.asked[1].header.Authorization, "Bearer t1");
  assert.deepEqual(JSON.parse(wx.asked[2].data), { card: { card_type: "transit_card", card_number: "1" }, purpose: "transit" });
});

test("a refusal keeps its name, what to do, and when to come again", async () => {
  const wx = miniProgram({ statusCode: 401, data: PROBLEM, header: { "retry-after": "7" } });
  const failure = await apiOf(wx).post("/oauth/token", { form: {} }).catch((problem) => problem);
  assert.ok(failure instanceof Problem);
  assert.deepEqual([failure.code, failure.message, failure.status, failure.retryAfter], ["invalid_client", PROBLEM.detail, 401, 7]);
});

for (const [errMsg, code] of [["request:fail timeout", "timeout"], ["request:fail net::ERR", "offline"]]) {
  test(`${errMsg} is ${code}, and may be sent again`, async () => {
    const failure = await apiOf(miniProgram({ fail: errMsg })).get("/trust-list").catch((problem) => problem);
    assert.deepEqual([failure.code, failure.passing], [code, true]);
  });
}

test("a holder's app keeps each refresh token that it gets, and uses it once", async () => {
  const session = (name) => ({
    data: { token: name, refresh_token: `r-${name}`, expires_at: "2026-09-21T14:17:50Z", server_time: "2026-09-21T14:13:20Z" },
  });
  const refused = { statusCode: 401, data: { code: "expired_token" } };
  const wx = miniProgram(session("a"), { data: { code: "YM1:1" } }, refused, session("b"), { data: { code: "YM1:2" } });
  const kept = [];
  const holder = createHolder({ base: "https://city/v1", login: { proof: 1 }, api: apiOf(wx), now: () => 0, onKeep: (one) => kept.push(one.refresh) });
  await holder.code();
  assert.equal((await holder.code()).code, "YM1:2");
  assert.deepEqual(kept, ["r-a", "r-b"]);
  assert.deepEqual(JSON.parse(wx.asked[3].data), { refresh_token: "r-a" });
});
