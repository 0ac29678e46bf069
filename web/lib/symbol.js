/** The QR symbol on glass: whole device pixels per module, or cheap cameras see a moiré where the edges should be. */

const DATA_URL = /^data:image\/svg\+xml(?:;charset=[\w-]+)?(;base64)?,(.*)$/s;

/** The SVG text inside a data URL; empty where it is none. */
export function svgText(dataUrl) {
  const [, base64, payload] = DATA_URL.exec(dataUrl ?? "") ?? [];
  if (payload === undefined) return "";
  return base64 ? atob(payload) : decodeURIComponent(payload);
}

/** How many modules the picture is wide, quiet zone included: our SVG draws one module as one unit of its viewBox. */
export function modulesAcross(dataUrl) {
  const box = /viewBox="([-\d.\s]+)"/.exec(svgText(dataUrl))?.[1].trim().split(/\s+/).map(Number);
  return box?.length === 4 && Number.isInteger(box[2]) ? box[2] : null;
}

/**
 * The whole number of device pixels that each of `modules` may have in `available` CSS pixels.
 *
 * `ratio` is device pixels per CSS pixel, often not whole (2.625 on many phones).
 */
export const pixelsPerModule = (modules, available, ratio = 1) => Math.max(1, Math.floor((available * ratio) / modules + 1e-6));

/** How far a coordinate in CSS pixels is from the nearest whole device pixel, in CSS pixels. */
export const toPixelGrid = (at, ratio = 1) => (Math.round(at * ratio) - at * ratio) / ratio;
