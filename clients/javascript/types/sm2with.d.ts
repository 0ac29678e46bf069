import type { Verify } from "./index.js";

/** SM2's check made of the `sm2` of npm `sm-crypto-v2`, for who loads that package as a script. */
export function verifyWith(sm2: {
  doVerifySignature(message: any, signature: string, publicKey: string, options?: object): boolean;
}): Verify;
