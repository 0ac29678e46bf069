/** The holder's own counter: everything below the code that they can see to themselves, one fold for each. */

import { createWishes } from "../lib/wishes.js";
import { createAccount } from "./account.js";
import { createFamily } from "./family.js";
import { createNotices } from "./notices.js";
import { createPapers } from "./papers.js";

/** `ask(method, path, wish)` speaks for the holder; `present(delegation)` puts another's code on the screen. */
export function createCounter({ ask, present, renamed }) {
  const wishes = createWishes({ send: ask });
  const folds = [
    createFamily({ ask, wishes, present }),
    createPapers({ ask, wishes }),
    createNotices({ ask }),
    createAccount({ ask, renamed }),
  ];
  return {
    forget() {
      wishes.forget();
      for (const fold of folds) fold.forget();
    },
  };
}
