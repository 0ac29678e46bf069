/** The few gestures that every page makes on its document. */

export const $ = (id) => document.getElementById(id);

/** Make an element: `el("p", { class: "hint" }, "text", child)`. Attributes only; text is never read as HTML. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const show = (node, shown) => node.toggleAttribute("hidden", !shown);

/** Open a fold that is needed. One that is not stays as it is: somebody may have opened it meanwhile. */
export function unfold(fold, needed) {
  if (needed) fold.open = true;
}

/** Write a text only where it differs, so that screen readers and painters are not bothered. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set or remove an attribute by value: `null` removes. */
export function mark(node, attribute, value) {
  if (value === null || value === undefined) node.removeAttribute(attribute);
  else if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

export const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
