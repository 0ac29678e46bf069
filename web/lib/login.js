/** What is sent when somebody signs in. Values in, values out. */

const plain = (text) => text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();

const same = (a, b) => a.document_type === b.document_type && plain(a.document_number) === plain(b.document_number);

/**
 * A typed login with the liveness token that belongs to it: a demo city lists those of its invented residents. A real
 * city's app brings its own, from the camera.
 */
export function withLiveness(login, residents) {
  const token = residents.find((resident) => same(resident.login, login))?.login.liveness_token;
  return token ? { ...login, liveness_token: token } : login;
}
