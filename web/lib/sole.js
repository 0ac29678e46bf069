/** A copied tab has a copy of the session, and two that renew it look like a thief: only one of them may speak for it. */

/** A page that is being reloaded gives its name back a moment later. */
const PATIENCE_MS = 2_000;

/**
 * Whether this tab is the only one under `name`, for as long as it lives. True where the browser cannot tell, and for
 * a session without a name.
 */
export async function alone(name, { locks = globalThis.navigator?.locks, patience = PATIENCE_MS } = {}) {
  if (!locks || !name) return true;
  return new Promise((resolve) => {
    const held = () => {
      resolve(true);
      return new Promise(() => {});
    };
    locks.request(`yima.${name}`, { signal: AbortSignal.timeout(patience) }, held).catch(() => resolve(false));
  });
}
