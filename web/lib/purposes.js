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
