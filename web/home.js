/** The front door: two ways in, three steps, two languages. */

import { $ } from "./lib/dom.js";
import { bindLanguage } from "./lib/i18n.js";
import { bindLargeType } from "./lib/largetype.js";

bindLanguage($("language"), "home.title");
bindLargeType($("large"));
