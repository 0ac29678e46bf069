/** Bytes and their texts, without Buffer, atob and TextEncoder: mini-programs have none of them. */

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The bytes of a text of ASCII, which is all that is ever signed here; throws RangeError for any other. */
export function ascii(text) {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0);
    if (code > 127) throw new RangeError("only ASCII is signed");
    return code;
  });
}

/** Bytes as base64url without padding (RFC 7515). */
export function base64url(bytes) {
  let held = 0;
  let bits = 0;
  let text = "";
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) text += BASE64[(held >> (bits -= 6)) & 63];
  }
  return bits ? text + BASE64[(held << (6 - bits)) & 63] : text;
}

/** The bytes of a text of base64url without padding; throws RangeError for what is none. Of each bytes one text is read. */
export function unbase64url(text) {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = BASE64.indexOf(character);
    if (value < 0) throw new RangeError("not base64url");
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) bytes[at++] = (held >> (bits -= 8)) & 0xff;
  }
  if (base64url(bytes) !== text) throw new RangeError("not base64url");
  return bytes;
}
