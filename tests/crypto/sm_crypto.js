// Signs and verifies with npm sm-crypto-v2, as a mini-program would. Reads one JSON document of cases from stdin,
// answers one on stdout; every byte string is hexadecimal.
const { readFileSync } = require("node:fs");
const { sm2, sm3, sm4 } = require("sm-crypto-v2");

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const options = (id) => ({ hash: true, userId: Buffer.from(id, "hex").toString("latin1") });

function verify({ public: key, message, signature, id }) {
  try {
    return sm2.doVerifySignature(bytes(message), signature, "04" + key, options(id));
  } catch {
    return false; // the library throws on some malformed input
  }
}

const sign = ({ private: key, message, id }) => sm2.doSignature(bytes(message), key, options(id));
const digest = ({ message }) => sm3(bytes(message));
const seal = ({ key, nonce, context, plaintext }) => {
  const sealed = sm4.encrypt(bytes(plaintext), key, {
    mode: "gcm", iv: nonce, associatedData: bytes(context), padding: "none", outputTag: true,
  });
  return nonce + sealed.output + sealed.tag;
};

const verbs = { verify, sign, digest, seal };
const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(({ verb, ...arguments_ }) => verbs[verb](arguments_))));
