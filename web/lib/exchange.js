/** One scan's way to more than a colour: fields are chosen, the holder is asked where it takes their consent, values come. */

import { Problem } from "./api.js";

/** How often it is asked whether the holder has answered; they stand there and read. */
const LOOK_MS = 2_000;

const NOTHING = { phase: "none", offer: null, chosen: [], needed: [], wish: {}, consent: null, values: null, problem: null };

/**
 * `disclose({exchange_token, fields})`, `request(wish)` and `look(consentId)` ask the city; `now()` is local
 * milliseconds; `onChange(state)` is told of each step. Phases: none, choose, asking, needed, waiting, refused, over, told.
 *
 * Like the keeper of codes it has no timer: the page calls `tick()`. `forget()` drops all, and whatever still comes in.
 */
export class Exchange {
  #life = 0;
  #lookAt = Infinity;

  constructor({ disclose, request, look, now = () => performance.now(), onChange = () => {} }) {
    Object.assign(this, { disclose, request, look, now, onChange, state: NOTHING });
  }

  /** A scan that may be exchanged: `{token, until, fields}`, or null. */
  begin(offer) {
    this.forget();
    if (offer) this.#go({ phase: "choose", offer });
  }

  forget() {
    this.#life += 1;
    this.#lookAt = Infinity;
    this.state = NOTHING;
    this.onChange(this.state);
  }

  /** Ask for fields. Where it takes consent, the city says for which of them. */
  choose(fields) {
    this.#go({ phase: "asking", chosen: fields, problem: null });
    return this.#disclose("choose");
  }

  /** Ask the holder: `{use, until, why}`, for the very fields that need it. */
  ask(wish) {
    const { offer, needed } = this.state;
    this.#go({ phase: "asking", wish, problem: null });
    const told = ({ consent_id: consent }) => this.#wait(consent);
    return this.#during(this.request({ exchange_token: offer.token, fields: needed, ...wish }), told, (problem) => this.#go({ phase: "needed", problem }));
  }

  /** Look whether the holder has answered, when it is time to. */
  tick() {
    if (this.state.phase !== "waiting" || this.now() < this.#lookAt) return undefined;
    this.#lookAt = Infinity;
    return this.#during(this.look(this.state.consent), (found) => this.#answered(found), (problem) => this.#again(problem));
  }

  #wait(consent) {
    this.#lookAt = this.now() + LOOK_MS;
    this.#go({ phase: "waiting", consent });
  }

  #answered({ state, consent_id: consent }) {
    if (state === "asked") return this.#wait(consent);
    if (state === "agreed") return this.#disclose("needed");
    return this.#go({ phase: state === "refused" ? "refused" : "over", closed: state });
  }

  /** A look that did not reach the city is tried again; what the city refuses is said. */
  #again(problem) {
    if (problem.passing) return this.#wait(this.state.consent);
    return this.#go({ phase: "over", closed: null, problem });
  }

  #disclose(back) {
    const { offer, chosen } = this.state;
    const told = ({ fields }) => this.#go({ phase: "told", values: fields });
    return this.#during(this.disclose({ exchange_token: offer.token, fields: chosen }), told, (problem) => this.#refused(problem, back));
  }

  #refused(problem, back) {
    if (problem.code === "consent_needed") return this.#go({ phase: "needed", needed: problem.evidence.fields ?? this.state.chosen });
    return this.#go({ phase: back, problem });
  }

  /** What comes for a scan that has left the screen is dropped. */
  async #during(asked, then, otherwise) {
    const life = this.#life;
    const [answer, problem] = await asked.then((read) => [read, null], (reason) => [null, reason]);
    if (life !== this.#life) return;
    if (problem && !(problem instanceof Problem)) throw problem;
    await (problem ? otherwise(problem) : then(answer));
  }

  #go(change) {
    this.state = { ...this.state, ...change };
    this.onChange(this.state);
  }
}
