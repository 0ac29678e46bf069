/** SM2's check for `verifyOffline`, made of npm `sm-crypto-v2` however a program came by it: an import, or a script. */

/** The user id of GM/T 0009; and SM3 of it and the message, which the package leaves out unless it is told. */
const OPTIONS = { hash: true, userId: "1234567812345678" };

/** From the package's `sm2`: whether `signature` (hex r‖s) is over `message` (bytes) by `publicKey` (hex 04‖X‖Y). */
export const verifyWith = (sm2) => (message, signature, publicKey) => {
  try {
    return sm2.doVerifySignature(message, signature, publicKey, OPTIONS);
  } catch {
    return false; // the package throws on some malformed input
  }
};
