/** Taps of somebody impatient: the first one acts at once, of those too soon after it one acts when the pause is over. */
export class Taps {
  #last = -Infinity;
  #waiting = false;

  /** `act()` does what a tap asks for, at most once in `every` milliseconds of the clock `now()`. */
  constructor({ act, now, every }) {
    Object.assign(this, { act, now, every });
  }

  tap() {
    this.#waiting = true;
    this.tick();
  }

  /** Called several times a second: what a tap asked for is put off, never lost. */
  tick() {
    if (!this.#waiting || this.now() - this.#last < this.every) return;
    this.#waiting = false;
    this.#last = this.now();
    this.act();
  }

  /** Who tapped has gone. */
  forget() {
    this.#waiting = false;
  }
}
