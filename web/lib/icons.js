/** Our own few icons, drawn on a 24-unit grid with one stroke; shape says what colour says, for those who see none. */

const PATHS = {
  green: "M5 12.5l4.5 4.5L19 7.5",
  yellow: "M12 3.5L22 20.5H2Z M12 10v4.5 M12 17.4v.1",
  red: "M8.2 3h7.6L21 8.2v7.6L15.8 21H8.2L3 15.8V8.2Z M7.5 12h9",
  rejected: "M6 6l12 12 M18 6L6 18",
  unknown: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3 M12 18.4v.1",
  offline: "M4 4l16 16 M2.5 9.5A14 14 0 0 1 7 6.8 M11 6a14 14 0 0 1 10.5 3.5 M6 13a9 9 0 0 1 3.4-2 M15 11.3a9 9 0 0 1 3 1.7 M12 18.4v.1",
  camera: "M4 8h3.2l1.6-2.5h6.4L16.8 8H20v11H4Z M12 16.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6Z",
};

/** An SVG element that says nothing to a screen reader: the word stands beside it. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.unknown);
  svg.append(path);
  return svg;
}

/** Put the icon `name` into an element, or nothing for null; redraws only on change. */
export function setIcon(node, name) {
  const wanted = name ?? "";
  if (node.dataset.icon === wanted) return;
  node.dataset.icon = wanted;
  node.replaceChildren(...(wanted ? [icon(wanted)] : []));
}
