// Points and lines of the plane, on their way through the layers of the flow.

import { numeral } from "../shared/canvas.js";

/** @typedef {import("../shared/canvas.js").Surface} Surface */

const FAR = 3 / 32767;   // of a short, in units of the view
const DOT = 4.5;         // pixels across

/** Places as the server packs them: shorts, in base64. @param {string} text */
export const unpack = (text) =>
  new Int16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

/**
 * Where all of one kind is at a layer: numbers x, y, x, y, … in pixels. Between two layers all go
 * straight on, which is how a coupling moves one coordinate.
 * @param {Int16Array} places  of all layers, one after the other
 * @param {number} layer  from 0, the data, to the couplings
 * @param {number} couplings
 * @param {number} side  of the plane, in pixels
 */
export function placesAt(places, layer, couplings, side) {
  const count = places.length / (couplings + 1);
  const low = Math.min(couplings - 1, Math.floor(layer)), part = layer - low;
  const first = places.subarray(low * count, (low + 1) * count);
  const second = places.subarray((low + 1) * count, (low + 2) * count);
  const half = side / 2, found = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = (first[i] + part * (second[i] - first[i])) * FAR;
    found[i] = i % 2 ? half - value * half : half + value * half;
  }
  return found;
}

/** The numbers at the edges. @param {Surface} surface @param {number} view  half its side */
export function axes({ context, width: side, ratio, text, font }, view) {
  const at = (value) => (value / view + 1) / 2 * side;
  context.fillStyle = text;
  context.font = `${11 * ratio}px ${font}`;
  context.globalAlpha = .55;
  for (const value of [-2, 0, 2]) {
    context.fillText(numeral(value), at(value) + 2 * ratio, side - 4 * ratio);
    if (value) context.fillText(numeral(value), 3 * ratio, side - at(value));
    context.fillRect(at(value), side - 5 * ratio, ratio, 5 * ratio);
    context.fillRect(0, side - at(value), 5 * ratio, ratio);
  }
}

/** Its lines: those down first, then those across. @param {Surface} surface @param {Float32Array} at @param {number} stops  points of a line */
export function grid({ context, ratio, text }, at, stops) {
  const length = 2 * stops, lines = at.length / length;
  context.strokeStyle = text;
  context.lineWidth = ratio;
  for (let line = 0; line < lines; line++) {
    context.globalAlpha = line < lines / 2 ? .4 : .22;
    context.beginPath();
    const end = (line + 1) * length;
    for (let i = end - length; i < end; i += 2) context.lineTo(at[i], at[i + 1]);
    context.stroke();
  }
}

/** @param {Surface} surface @param {Float32Array} at @param {string} colour */
export function points({ context, ratio }, at, colour) {
  context.globalAlpha = .75;
  context.fillStyle = colour;
  for (let i = 0; i < at.length; i += 2) {
    context.beginPath();
    context.arc(at[i], at[i + 1], DOT * ratio / 2, 0, 7);
    context.fill();
  }
}
