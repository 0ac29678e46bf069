/** What a program may be registered as, and what each kind reaches: always, and where two operators say so. */

/** As chalicelib/platform/permissions.py has it (a test compares). */
export const KINDS = {
  "verifier": {
    "always": ["code:verify", "terminal:write", "webhook:write"],
    "on_request": ["card:verify", "consent:ask", "disclosure:read", "document:verify", "tag:read"]
  },
  "department": {
    "always": ["evidence:write", "import:write", "tag:report", "webhook:write"],
    "on_request": ["card:report"]
  },
  "partner": {
    "always": ["code:verify", "consent:ask", "disclosure:read", "terminal:write", "webhook:write"],
    "on_request": ["card:verify", "document:verify", "tag:read"]
  },
  "system": {
    "always": ["webhook:write"],
    "on_request": ["alert:read"]
  }
};

/** Every scope that a kind may have, and whether it needs asking for. Those that a client has besides come with it. */
export function scopesOf(kind, had = []) {
  const { always = [], on_request: more = [] } = KINDS[kind] ?? {};
  const known = [...always.map((scope) => ({ scope, asked: false })), ...more.map((scope) => ({ scope, asked: true }))];
  const others = had.filter((scope) => !known.some((one) => one.scope === scope));
  return [...known, ...others.map((scope) => ({ scope, asked: true }))];
}

/** The key of a scope's words: `scope.code.verify`. */
export const scopeKey = (scope) => `scope.${scope.replace(":", ".")}`;

/** What an operator may do about a client, by where it stands; what waits is answered before anything else is asked. */
export function clientActs({ standing, waiting }) {
  const answers = waiting ? ["approval", "refusal"] : [];
  if (standing === "active") return [...answers, ...(waiting ? [] : ["scopes"]), "secrets", "keys", "suspension"];
  if (standing === "suspended") return [...answers, ...(waiting ? [] : ["resumption"]), "secrets"];
  return answers;
}
