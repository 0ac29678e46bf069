/** Buttons and forms that carry out one wish at a time, and say beside them what the city refused. */

import { Problem } from "./api.js";
import { el, say } from "./dom.js";
import { t } from "./i18n.js";

export const fault = (id) => el("p", { class: "fault", role: "alert", "data-testid": id });

/** A labelled control. */
export const field = (key, control, hint = null) => el("label", { class: "field" }, el("span", {}, t(key)), control, hint);

/** The controls of a page that words a problem by `refusal(problem)`. */
export function createControls(refusal) {
  /** Say what was refused, or nothing for null. A mistake of ours is none of the city's refusals, and thrown on. */
  function drawRefusal(node, problem) {
    if (problem && !(problem instanceof Problem)) throw problem;
    say(node, problem ? refusal(problem) : "");
  }

  /** Carry out what a button is for, or a form. */
  async function pressed(node, run, complain) {
    node.disabled = true;
    drawRefusal(complain, null);
    await run().catch((problem) => drawRefusal(complain, problem)).finally(() => (node.disabled = false));
  }

  /** A button that does one thing at a time. */
  function button(key, { id, kind = "quiet", run, complain, label }) {
    const node = el("button", { type: "button", class: `button ${kind}`, "data-testid": id, "aria-label": label }, t(key));
    node.addEventListener("click", () => pressed(node, run, complain));
    return node;
  }

  /** A form that submits through us and never leaves the page. */
  function form(id, run, ...children) {
    const complain = fault(`${id}-fault`);
    const node = el("form", { "data-testid": id, autocomplete: "off" }, ...children, complain);
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      pressed(event.submitter ?? node.querySelector("button"), run, complain);
    });
    return node;
  }

  return { drawRefusal, pressed, button, form };
}
