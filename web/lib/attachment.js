/** Files that people add to an appeal: small enough to send, and photographs without the place where they were taken. */

export const MOST = 5;
export const LARGEST = 3 * 1024 * 1024;
export const TYPES = ["image/jpeg", "image/png", "application/pdf"];
/** Longest side of a photograph, in pixels: papers stay readable, and any phone's picture becomes small enough. */
const SIDE = 2_200;

/** Why a file cannot be added, as a key of words; null where it can. */
export function hindrance({ type, size }, already) {
  if (already >= MOST) return "appeal.files.many";
  if (!TYPES.includes(type)) return "appeal.files.unfit";
  return type === "application/pdf" && size > LARGEST ? "appeal.files.large" : null;
}

/** The largest size within `side` that keeps the shape. */
export function within(width, height, side = SIDE) {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Draw a picture anew: what a camera wrote beside it stays behind. */
async function redrawn(file) {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, within(picture.width, picture.height));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}

/** Base64 of bytes, in pieces: a call with millions of arguments fails. */
export function base64(bytes) {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8_192) text += String.fromCharCode(...bytes.subarray(from, from + 8_192));
  return btoa(text);
}

/** A chosen file as it is sent: `{media_type, content}`; throws where a picture cannot be read. */
export async function readAttachment(file) {
  const blob = file.type === "application/pdf" ? file : await redrawn(file);
  return { media_type: blob.type, content: base64(new Uint8Array(await blob.arrayBuffer())) };
}
