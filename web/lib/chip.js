/** A colour as a small label: paint, icon and word together, never paint alone. */

import { el } from "./dom.js";
import { icon } from "./icons.js";

export const chip = (colour, word) => el("span", { class: "chip", "data-colour": colour }, icon(colour), word);
