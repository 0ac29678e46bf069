/** The purposes for which a code may be checked: the API's own list where it tells, a short one until then. */

export const USUAL = ["entry", "transit", "medical", "government", "lodging", "event", "inspection"];

/** Follow one `$ref` inside an OpenAPI document. */
function resolved(document, schema) {
  const path = schema?.$ref?.replace(/^#\//, "").split("/");
  return path ? resolved(document, path.reduce((node, key) => node?.[key], document)) : schema;
}

/** The enumeration of `purpose` in the request of `POST /v1/verifications`; null where the description has none. */
export function purposesOf(document) {
  const operation = document?.paths?.["/v1/verifications"]?.post;
  const body = resolved(document, operation?.requestBody?.content?.["application/json"]?.schema);
  const list = resolved(document, body?.properties?.purpose)?.enum;
  return Array.isArray(list) && list.length > 0 ? list : null;
}

/** The list that comes with the refusal of an unknown purpose: the one array of strings in the problem document. */
export function purposesIn(problem) {
  const lists = Object.values(problem.evidence ?? {}).filter((value) => Array.isArray(value) && value.length > 0);
  return lists.find((list) => list.every((item) => typeof item === "string")) ?? null;
}

/** What a scan may be exchanged for, by purpose: `[field, mask, basis]`. As chalicelib/codes/purposes.py has it (a test compares). */
export const BY_EXCHANGE = {
  "entry": [["adult", "full", "consent"]],
  "transit": [],
  "medical": [["name", "full", "consent"], ["document_type", "full", "consent"], ["document_number", "full", "consent"], ["birth_date", "full", "consent"], ["colour", "full", "consent"]],
  "government": [["name", "full", "consent"], ["document_type", "full", "consent"], ["document_number", "full", "consent"], ["birth_date", "full", "consent"]],
  "lodging": [["name", "full", "law"], ["document_type", "full", "law"], ["document_number", "full", "law"]],
  "event": [["adult", "full", "consent"], ["name", "masked", "consent"]],
  "inspection": []
};

/** The fields that may be asked for under a purpose: none where the city has no legal basis for any. */
export const fieldsFor = (purpose) => (BY_EXCHANGE[purpose] ?? []).map(([name, mask, basis]) => ({ name, mask, basis }));
