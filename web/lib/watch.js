/** Looks at something again and again while somebody is looking at the page, and right when it is due to change. */

import { backOff } from "./countdown.js";

/** However much a city hurries, a change that is due at one instant for many is looked for within this time. */
const SPREAD_MS = 5_000;

/**
 * Like the keeper of codes it has no timer of its own: the page calls `tick()`.
 *
 * `load()` asks; `onAnswer(answer)` and `onProblem(problem)` are told; `due(answer)` is the instant of the next change
 * that the answer foresees, or null; `every()` is the usual pause in milliseconds.
 */
export class Watch {
  answer = null;
  busy = false;
  #next = -Infinity;
  #failures = 0;
  #life = 0;

  constructor({ load, now, every, awake = () => true, due = () => null, random = Math.random, onAnswer = () => {}, onProblem = () => {} }) {
    Object.assign(this, { load, now, every, awake, due, random, onAnswer, onProblem });
  }

  /** Ask if it is time to. */
  tick() {
    return !this.busy && this.awake() && this.now() >= this.#next ? this.look() : undefined;
  }

  /** Ask at the next tick, whatever the plan was. */
  hurry() {
    this.#next = -Infinity;
  }

  /** Ask now. An answer for whoever was here before `forget` is dropped. */
  async look() {
    const life = this.#life;
    this.busy = true;
    this.#next = this.now() + this.every();
    const tell = await this.load().then((answer) => () => this.#take(answer), (problem) => () => this.#stumble(problem));
    if (life !== this.#life) return;
    this.busy = false;
    tell();
  }

  forget() {
    this.#life += 1;
    this.#failures = 0;
    this.#next = -Infinity;
    Object.assign(this, { answer: null, busy: false });
  }

  #take(answer) {
    this.answer = answer;
    this.#failures = 0;
    this.#next = Math.min(this.now() + this.every() * (0.8 + this.random() * 0.4), this.#turn(answer));
    this.onAnswer(answer);
  }

  /** A little after the change that is foreseen, by chance, so that the phones of a whole city do not all ask at once. */
  #turn(answer) {
    const due = this.due(answer);
    return due !== null && due > this.now() ? due + this.random() * Math.min(SPREAD_MS, this.every()) : Infinity;
  }

  #stumble(problem) {
    this.#failures += 1;
    this.#next = this.now() + Math.max(this.every(), backOff(this.#failures, this.random(), problem.retryAfter));
    this.onProblem(problem);
  }
}
