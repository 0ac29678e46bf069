/** Whoever speaks for somebody: an access token of five minutes, renewed in time, and once more when it is refused. */

const MARGIN_MS = 30_000;

/**
 * `renew(kept)` asks the city for the next `{token, until}`, with whatever else is to be kept; `now()` is local
 * milliseconds; `kept` is what was there before a reload; `onKeep(next)` is told of each new one.
 */
export function createBearer({ renew, now, kept = null, onKeep = () => {} }) {
  let current = kept;
  let refused = null;
  let asking = null;

  async function ask() {
    current = await renew(current);
    onKeep(current);
    return current.token;
  }

  const fresh = () => current && current.token !== refused && now() < current.until - MARGIN_MS;

  /** A token that will live a while longer; several callers at once share one question. */
  function token() {
    if (fresh()) return Promise.resolve(current.token);
    asking ??= ask().finally(() => (asking = null));
    return asking;
  }

  /** Do `action(token)`; where the token is refused, once more with a fresh one, which another caller may have fetched. */
  async function using(action) {
    const mine = await token();
    try {
      return await action(mine);
    } catch (problem) {
      if (!problem.signedOut) throw problem;
      refused = mine;
      return action(await token());
    }
  }

  return { token, using };
}
