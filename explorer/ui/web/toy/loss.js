// The loss of the training, between what a plain Gaussian and the true density need.

import { numeral } from "../shared/canvas.js";

/** @typedef {import("../shared/canvas.js").Surface} Surface */
/** @typedef {[number, number][]} Curve steps and nats a point */
/** @typedef {{ batches: Curve, held_out: Curve, best: number, gaussian: number }} Loss */

const BESIDE = 130;  // pixels of the words on the right

/** For who does not see it. @param {Loss} loss */
export function words({ held_out, best, gaussian }) {
  const [steps, value] = held_out[held_out.length - 1];
  return `Loss in nats a point: ${numeral(value, 3)} on held-out points after ` +
    `${steps} steps; a plain Gaussian needs ${numeral(gaussian, 2)}, the true density ` +
    `${numeral(best, 2)}`;
}

/**
 * Where a step and a loss are drawn: from a tenth below the least that is shown to a tenth above
 * what a Gaussian needs. What is higher is drawn at the upper edge.
 * @param {Loss} loss
 * @param {{ width: number, height: number, ratio: number }} size
 */
export function scales({ batches, held_out, best, gaussian }, { width, height, ratio }) {
  const least = Math.min(best, ...batches.map(([, value]) => value));
  const room = .1 * (gaussian - least), low = least - room, high = gaussian + room;
  const last = [batches, held_out].map((curve) => curve[curve.length - 1]?.[0] ?? 0);
  const steps = Math.max(100, ...last);
  const left = 4 * ratio, right = width - BESIDE * ratio;
  const x = (step) => left + step / steps * (right - left);
  const y = (value) => height - (Math.min(value, high) - low) / (high - low) * height;
  return { steps, left, right, x, y };
}

/** @param {Surface} surface @param {Loss} loss @param {Record<string, string>} colours */
export function chart(surface, loss, colours) {
  const { context, height, ratio, text, font } = surface;
  const { steps, left, right, x, y } = scales(loss, surface);
  context.font = `${12 * ratio}px ${font}`;
  context.strokeStyle = context.fillStyle = text;
  context.setLineDash([5 * ratio, 4 * ratio]);
  const levels = /** @type {[number, string][]} */ (
    [[loss.gaussian, "Gaussian"], [loss.best, "true density"]]);
  for (const [value, name] of levels) {
    context.globalAlpha = .6;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(left, y(value)); context.lineTo(right, y(value));
    context.stroke();
    context.globalAlpha = .9;
    context.fillText(`${name} ${numeral(value, 2)}`, right + 8 * ratio, y(value) + 4 * ratio);
  }
  context.setLineDash([]);
  context.fillText(`${steps} steps`, right + 8 * ratio, height / 2);
  const curve = (points, colour, thick, alpha) => {
    context.globalAlpha = alpha;
    context.strokeStyle = colour;
    context.lineWidth = thick * ratio;
    context.beginPath();
    for (const [step, value] of points) context.lineTo(x(step), y(value));
    context.stroke();
  };
  curve(loss.batches, colours.data, 1, .6);
  curve(loss.held_out, colours.samples, 2.5, 1);
  context.globalAlpha = 1;
}
