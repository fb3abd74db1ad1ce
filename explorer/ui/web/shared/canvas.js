// A canvas with as many pixels as the screen has there.

/**
 * @typedef {{ context: CanvasRenderingContext2D, width: number, height: number, ratio: number,
 *             text: string, font: string }} Surface
 *   width and height in the screen's pixels, of which there are `ratio` to one of CSS; colour and
 *   font of the theme's texts
 */

/**
 * Cleared, ready to be drawn on in the screen's pixels; null while it is not seen.
 * @param {HTMLCanvasElement} canvas
 * @returns {Surface | null}
 */
export function cleared(canvas) {
  const ratio = devicePixelRatio || 1, style = getComputedStyle(canvas);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  const context = canvas.getContext("2d");
  if (!width || !height || !context) return null;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  const text = style.getPropertyValue("--st-text-color") || "#888";
  const font = style.getPropertyValue("--st-font") || "sans-serif";
  return { context, width, height, ratio, text, font };
}

/** With a real minus. @param {number} number @param {number} [digits] */
export const numeral = (number, digits) =>
  (digits === undefined ? `${number}` : number.toFixed(digits)).replace("-", "−");
