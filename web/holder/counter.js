/** The holder's own counter: everything below the code that they can see to themselves, one fold for each. */

/** `ask(method, path, wish)` speaks for the holder; `present(delegation)` puts another's code on the screen. */
export function createCounter({ ask, clock, present, visit, onGone }) {
  const folds = [];
  return {
    forget: () => folds.forEach((fold) => fold.forget()),
  };
}
