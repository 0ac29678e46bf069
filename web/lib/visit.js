/** A person's session with the city: opened by proving who they are, kept alive in time, ended for good. */

import { Problem } from "./api.js";
import { createBearer } from "../sdk/tokens.js";
import { instant } from "./clock.js";
import { deviceName } from "./device.js";

/**
 * `session` keeps it until the tab is closed; `prover` binds it to this browser where it can; `here(path)` is the
 * address of an operation; `now()` is local milliseconds.
 */
export function createVisit({ api, session, prover, here, now = Date.now }) {
  let bearer = null;

  /** How long the token lives is counted from now on, so that a phone whose clock is wrong does not ask in vain. */
  function kept(answer, more) {
    const { token, refresh_token, session_id, assurance, holder } = answer;
    const until = now() + instant(answer.expires_at) - instant(answer.server_time);
    return { ...more, token, refresh_token, session_id, assurance, name: holder?.name ?? more.name, until };
  }

  /** A proof made by a wrong clock is made once more: the refusal has told what time it is. */
  async function proven(path, json) {
    const stale = ({ code }) => code === "device_proof_stale";
    const send = async () => api.post(path, { json, proof: await prover.prove("POST", here(path)) });
    return send().catch((problem) => (stale(problem) ? send() : Promise.reject(problem)));
  }

  /** Whatever the city refuses here ends the session: also an officer who is in office no more. */
  const over = (problem) => (problem.passing === false ? new Problem(problem.code, { status: 401, evidence: problem.evidence }) : problem);

  async function renew(last) {
    const wish = { refresh_token: last.refresh_token };
    return kept(await proven("/sessions/refresh", wish).catch((problem) => Promise.reject(over(problem))), last);
  }

  /** Go on with what the tab remembers. Tokens that come for somebody who has left meanwhile are not kept. */
  function resume() {
    const onKeep = (next) => mine === bearer && session.keep(next);
    const mine = session.value && createBearer({ renew, now, kept: session.value, onKeep });
    bearer = mine;
  }

  /** Open a session with a login object; `more` is remembered beside it. */
  async function open(login, more = {}) {
    const device = { name: deviceName() };
    session.keep(kept(await proven("/sessions", { ...login, device }), more));
    resume();
  }

  resume();
  return {
    open,
    get value() {
      return session.value;
    },
    /**
     * Ask the city for something in this person's name: `ask("get", path)`, `ask("post", path, {json, key})`. What comes
     * for somebody who has left meanwhile reaches nobody, and signs nobody out who has come since.
     */
    async ask(method, path, wish = {}) {
      const mine = bearer;
      if (!mine) throw new Problem("missing_token", { status: 401 });
      const [answer, problem] = await mine.using((token) => api[method](path, { token, ...wish })).then((read) => [read, null], (reason) => [null, reason]);
      if (mine !== bearer) throw new Problem("left");
      if (problem) throw problem;
      return answer;
    },
    /** Nothing is left here, and the city is told, so that the tokens are of no use to anybody else either. */
    end({ tell = true } = {}) {
      const last = session.value;
      session.end();
      bearer = null;
      if (tell && last?.session_id) api.remove(`/sessions/${last.session_id}`, { token: last.token }).catch(() => {});
    },
  };
}
