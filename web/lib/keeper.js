/** Keeps one living code in the holder's hand: renews it in time, drops it the moment it has expired. */

import { instant } from "./clock.js";
import { backOff, renewalDue } from "./countdown.js";

/** What was refused is not asked for every other second; it may be granted again one day. */
const REFUSED_MS = 30_000;

/** The server's answer as the pages use it: times as milliseconds of the city's clock. */
export function readCode(answer) {
  return { ...answer, issuedAt: instant(answer.issued_at), expiresAt: instant(answer.expires_at) };
}

/**
 * The keeper has no timer of its own: the page calls `tick()` several times a second and after every wake-up.
 *
 * `issue()` asks the city for a code; `now()` is the city's time in milliseconds; `awake()` says whether asking makes
 * sense (page in front, network there); `onChange()` is told when there is something new to show.
 */
export class CodeKeeper {
  code = null;
  problem = null;
  busy = false;
  #failures = 0;
  #nextTry = -Infinity;
  #life = 0;

  constructor({ issue, now, awake = () => true, random = Math.random, onChange = () => {} }) {
    Object.assign(this, { issue, now, awake, random, onChange });
  }

  /** Drop what has expired, renew what is due. */
  tick() {
    if (this.code && this.now() >= this.code.expiresAt) this.#drop();
    if (!this.busy && this.awake() && this.now() >= this.#nextTry) return this.renew();
    return undefined;
  }

  /** Ask at once, whatever the plan was: the holder tapped, or the network came back. */
  async renew() {
    if (this.busy) return;
    const life = this.#life;
    this.#set({ busy: true });
    const outcome = await this.#ask();
    if (life === this.#life) this.#set({ busy: false, ...outcome });
  }

  /** The network is back: what was put off by failures is tried at the next tick. */
  hurry() {
    if (this.#failures > 0) this.#nextTry = -Infinity;
  }

  /** Forget everything: the holder has signed out. An answer still under way is ignored. */
  forget() {
    this.#life += 1;
    this.#failures = 0;
    this.#nextTry = -Infinity;
    this.#set({ code: null, problem: null, busy: false });
  }

  async #ask() {
    const life = this.#life;
    try {
      const code = readCode(await this.issue());
      return life === this.#life ? this.#take(code) : {};
    } catch (problem) {
      return life === this.#life ? this.#wait(problem) : {};
    }
  }

  #take(code) {
    if (!(code.expiresAt > this.now())) return this.#wait({ code: "late" });
    this.#failures = 0;
    this.#nextTry = renewalDue(code, this.random());
    return { code, problem: null };
  }

  /** A code that the city would not give again is good no more: it does not stay on the screen until it expires. */
  #wait(problem) {
    this.#failures += 1;
    const pause = problem.passing === false ? REFUSED_MS : 0;
    this.#nextTry = this.now() + Math.max(pause, backOff(this.#failures, this.random(), problem.retryAfter));
    return problem.passing === false ? { problem, code: null } : { problem };
  }

  #drop() {
    this.#set({ code: null });
  }

  #set(change) {
    Object.assign(this, change);
    this.onChange(this);
  }
}
