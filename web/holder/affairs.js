/** All that stands below the code: the status, its changes, the appeals. Kept fresh while somebody looks. */

import { instant } from "../lib/clock.js";
import { $, say } from "../lib/dom.js";
import { problemLine } from "../lib/problemwords.js";
import { Watch } from "../lib/watch.js";
import { createAppeals } from "./appeals.js";
import { createChanges } from "./changes.js";
import { createObjection } from "./objection.js";
import { createStatus } from "./status.js";

/** How often an open page looks for a new status; in a demo city nobody should have to wait. */
const WATCH_MS = 20_000;
const DEMO_WATCH_MS = 1_000;
/** An answer to an appeal is looked for once in so many looks at the status. */
const ANSWERS_AFTER = 4;
/** Code and status ask after each other at most this often. */
const AGREE_MS = 1_000;

const paged = (path, cursor) => (cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path);

/**
 * `get(path)` and `post(path, wish)` speak for the holder; `awake()` says whether asking makes sense; `code()` is the
 * code on the screen and `renew()` asks for another; `onSignedOut(problem)` is told when the token is of no use any more.
 */
export function createAffairs({ get, post, clock, awake, code, renew, onSignedOut }) {
  let every = WATCH_MS;
  let version = null;
  let agreed = -Infinity;

  const changes = createChanges({ load: (cursor) => get(paged("/status/history", cursor)) });
  const objection = createObjection({ post, onSent: () => appeals.refresh({ open: true }) });
  const status = createStatus({ object: objection.open, disputed: (about) => appeals.dispute(about) });
  const appeals = createAppeals({
    load: (cursor) => get(paged("/appeals", cursor)),
    read: (id) => get(`/appeals/${id}`),
    post,
    goUp: objection.goUp,
    onChange: () => status.draw(),
    now: clock.local,
  });
  const watch = new Watch({
    load: () => get("/status"),
    now: clock.now,
    every: () => every,
    awake,
    due: (answer) => (answer.next ? instant(answer.next.at) : null),
    onAnswer: told,
    onProblem: untold,
  });

  /** A new answer about the status: what it may have changed elsewhere on the page is read again. */
  function told(answer) {
    status.tell(answer);
    say($("status-fault"), "");
    if (answer.version !== version) {
      version = answer.version;
      changes.refreshIfOpen();
      appeals.refresh();
    }
    appeals.follow(every * ANSWERS_AFTER);
    agree(renew);
  }

  function untold(problem) {
    if (problem.signedOut) return onSignedOut(problem);
    return say($("status-fault"), watch.answer ? "" : problemLine(problem));
  }

  /** Code and panel never stand there in two colours for longer than it takes to ask: who heard nothing new asks. */
  function agree(ask) {
    const same = !code() || !watch.answer || code().colour === watch.answer.colour;
    if (same || clock.local() - agreed < AGREE_MS) return;
    agreed = clock.local();
    ask();
  }

  $("object-status").addEventListener("click", () => objection.open(null));
  return {
    tick: () => watch.tick(),
    hurry: () => watch.hurry(),
    /** A new code is on the screen. */
    agree: () => agree(() => watch.hurry()),
    beInDemo: () => (every = DEMO_WATCH_MS),
    forget() {
      for (const part of [changes, appeals, objection, status, watch]) part.forget();
      version = null;
      say($("status-fault"), "");
    },
  };
}
