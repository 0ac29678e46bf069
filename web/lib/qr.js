/** Reads a QR symbol: with the browser's own detector where it has one, else with jsQR, fetched when first needed. */

import { fromScript } from "./script.js";

const JSQR = new URL("../vendor/jsqr.js", import.meta.url);
/** A photograph is tried at these longest sides, in pixels: symbols fill a screenshot but hide in a large photograph. */
const SIDES = [1600, 1000, 640, 2400];

/** Neither the browser nor this server can read symbols; typing the text still works. */
export class NoReader extends Error {}

let chosen;

/** The reader of this browser, `(canvas) => Promise<text | null>`; throws `NoReader`. */
export function reader() {
  chosen ??= nativeReader().then((native) => native ?? packagedReader());
  chosen.catch(() => (chosen = undefined));
  return chosen;
}

async function nativeReader() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  if (!formats?.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (canvas) => (await detector.detect(canvas))[0]?.rawValue ?? null;
}

async function packagedReader() {
  const jsQR = await fromScript(JSQR, "jsQR").catch(() => Promise.reject(new NoReader()));
  return async (canvas) => {
    const { data, width, height } = canvas.getContext("2d", { willReadFrequently: true }).getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? null;
  };
}

/** Draw a picture or video frame with its longest side at most `side` pixels, on white where it is transparent. */
export function drawn(canvas, source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The text of the symbol in a picture file, or null where none is found; throws `NoReader`, or where it is no picture. */
export async function readPicture(file) {
  const read = await reader();
  const picture = await loadPicture(file);
  const canvas = document.createElement("canvas");
  const longest = Math.max(picture.naturalWidth, picture.naturalHeight);
  for (const side of SIDES.filter((side, index) => index === 0 || side < longest)) {
    const text = await read(drawn(canvas, picture, picture.naturalWidth, picture.naturalHeight, side));
    if (text) return text;
  }
  return null;
}

async function loadPicture(file) {
  const url = URL.createObjectURL(file);
  const picture = new Image();
  picture.src = url;
  await picture.decode().finally(() => URL.revokeObjectURL(url));
  return picture;
}
