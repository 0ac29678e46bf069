/** Keeps the screen from dimming while a code is shown, where the browser can; silently nothing where it cannot. */
export function createWakeLock() {
  let lock = null;
  return {
    async hold() {
      if (lock && !lock.released) return;
      lock = await navigator.wakeLock?.request("screen").catch(() => null);
    },
    async release() {
      await lock?.release().catch(() => null);
      lock = null;
    },
  };
}
