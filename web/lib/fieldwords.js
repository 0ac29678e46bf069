/** Kinds of field in the reader's words. */

import { has, t } from "./i18n.js";

export const fieldWord = (name) => (has(`field.${name}`) ? t(`field.${name}`) : name);

export const fieldWords = (names) => names.map(fieldWord).join(t("list.and"));
