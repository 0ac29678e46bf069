/** Whether `signatureHex` (r‖s) is over `message` by `publicKeyHex` (04‖X‖Y); by npm `sm-crypto-v2`. */
export function verify(message: Uint8Array, signatureHex: string, publicKeyHex: string): boolean;
