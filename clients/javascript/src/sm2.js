/** SM2 by npm `sm-crypto-v2`, for `verifyOffline`. Apart from the rest, so that who only asks online needs no package. */

import { sm2 } from "sm-crypto-v2";

/** The user id of GM/T 0009; and SM3 of it and the message, which the package leaves out unless it is told. */
const OPTIONS = { hash: true, userId: "1234567812345678" };

/** Whether `signature` (hex r‖s) is over `message` (bytes) by `publicKey` (hex 04‖X‖Y). */
export function verify(message, signature, publicKey) {
  try {
    return sm2.doVerifySignature(message, signature, publicKey, OPTIONS);
  } catch {
    return false; // the package throws on some malformed input
  }
}
