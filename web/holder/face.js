/** The step in which a person shows that they are there: in a demo city a picture of that step, and it says so. */

import { $, show } from "../lib/dom.js";

/** `enter(login)` signs in; `onBack()` is told when somebody turns round. */
export function createFace({ enter, onBack }) {
  let login = null;

  function present(next) {
    login = next;
    show($("face"), Boolean(login));
    show($("doors"), !login);
    if (login) $("face-look").focus();
  }

  /** Without the token only the name is proven: enough to look, too little for a code. */
  const nameOnly = ({ liveness_token: _, ...rest }) => rest;

  function go(chosen) {
    present(null);
    return enter(chosen);
  }

  $("face-look").addEventListener("click", () => go(login));
  $("face-skip").addEventListener("click", () => go(nameOnly(login)));
  $("face-back").addEventListener("click", () => {
    present(null);
    onBack();
  });
  return {
    present,
    /** Somebody signed in: the next person begins with the list. */
    forget: () => present(null),
  };
}
