/** The holder's own counter: everything below the code that they can see to themselves, one fold for each. */

import { createWishes } from "../lib/wishes.js";
import { createAccount } from "./account.js";
import { createCards } from "./cards.js";
import { createChannels } from "./channels.js";
import { createDevices } from "./devices.js";
import { createFamily } from "./family.js";
import { createNotices } from "./notices.js";
import { createPapers } from "./papers.js";
import { createTags } from "./tags.js";

/** `ask(method, path, wish)` speaks for the holder; `present(delegation)` puts another's code on the screen. */
export function createCounter({ ask, present, onOut, demo }) {
  const wishes = createWishes({ send: ask });
  const family = createFamily({ ask, wishes, present });
  const channels = createChannels({ ask, demo });
  const folds = [
    family,
    createPapers({ ask, wishes }),
    createCards({ ask, wishes }),
    createTags({ ask }),
    createNotices({ ask }),
    createDevices({ ask, onOut }),
    channels,
    createAccount({ ask }),
  ];
  return {
    /** Whether somebody waits for an answer is looked for once, so that it is seen without opening anything. */
    greet: () => family.refresh(),
    /** It has turned out what kind of city this is. */
    settle: () => channels.retool(),
    forget() {
      wishes.forget();
      for (const fold of folds) fold.forget();
    },
  };
}
