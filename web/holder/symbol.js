/** The symbol on the glass: every module the same whole number of device pixels. */

import { $, mark, show } from "../lib/dom.js";
import { modulesAcross, pixelsPerModule, toPixelGrid } from "../lib/symbol.js";

/** Room that the white window leaves around the symbol, in CSS pixels; the quiet zone is part of the picture. */
const MARGIN = 8;

/** Show the symbol of a code, or nothing at all for null. */
export function drawSymbol(code) {
  show($("symbol"), Boolean(code));
  mark($("picture"), "src", code?.picture);
  fitSymbol();
}

/** Give the symbol its size and place on the pixel grid; again whenever the window has changed. */
export function fitSymbol() {
  const room = $("window").clientWidth - MARGIN;
  const modules = modulesAcross($("picture").getAttribute("src"));
  if (room <= 0 || $("symbol").hidden) return;
  const side = modules ? (pixelsPerModule(modules, room, devicePixelRatio) * modules) / devicePixelRatio : room;
  $("picture").style.width = $("picture").style.height = `${side}px`;
  alignToPixels($("picture"));
}

/** Move the picture by less than a device pixel: lying between two, browsers stretch a row of modules. */
function alignToPixels(image) {
  image.style.left = image.style.top = "0";
  const { x, y } = image.getBoundingClientRect();
  image.style.left = `${toPixelGrid(x + scrollX, devicePixelRatio)}px`;
  image.style.top = `${toPixelGrid(y + scrollY, devicePixelRatio)}px`;
}
