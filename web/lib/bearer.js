/** The verifier's access token: five minutes long, renewed in time, fetched again once when it is refused. */

const MARGIN_MS = 30_000;

/**
 * `grant()` asks `POST /v1/oauth/token` and answers its body; `now()` is local milliseconds; `kept` is a token from
 * before a reload, `{token, until}`; `onKeep(token)` is told of each new one.
 */
export function createBearer({ grant, now, kept = null, onKeep = () => {} }) {
  let current = kept;
  let asking = null;

  async function renew() {
    const { access_token: token, expires_in: seconds } = await grant();
    current = { token, until: now() + seconds * 1000 };
    onKeep(current);
    return current.token;
  }

  /** A token that will live a while longer; several callers at once share one question. */
  function token() {
    if (current && now() < current.until - MARGIN_MS) return Promise.resolve(current.token);
    asking ??= renew().finally(() => (asking = null));
    return asking;
  }

  /** Do `action(token)`; where the token is refused, once more with a fresh one. */
  async function using(action) {
    try {
      return await action(await token());
    } catch (problem) {
      if (!problem.signedOut) throw problem;
      current = null;
      return action(await token());
    }
  }

  return { token, using };
}
