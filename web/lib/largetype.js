/** Large type for eyes that want it: everything on a page grows, and this device remembers. */

const REMEMBERED = "yima.type";

/** Private windows and strict settings may forbid storage; the switch works without. */
function shelf() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Bind the switch; `onChange()` is told after each change, once the page has its new size. */
export function bindLargeType(button, onChange = () => {}) {
  let large = shelf()?.getItem(REMEMBERED) === "large";

  function draw() {
    document.documentElement.toggleAttribute("data-large", large);
    button.setAttribute("aria-pressed", String(large));
  }

  button.addEventListener("click", () => {
    large = !large;
    shelf()?.setItem(REMEMBERED, large ? "large" : "usual");
    draw();
    onChange();
  });
  draw();
}
