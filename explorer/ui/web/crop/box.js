// The arithmetic of a box that is cut out of a picture, in pixels of the picture.

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {Size & { left: number, top: number }} Box */
/**
 * @typedef {Size & { largest: number[], zoom: number }} Picture
 *   largest: (width, height) of the largest box, before rounding; zoom: how many times smaller
 *   the smallest is.
 */

const GROWTH = .05;  // of the box, by + or -

/** @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.min(Math.max(value, low), high);

// The sides of a box of this width, as the server will round them.
/** @param {Picture} picture @param {number} wish @returns {Size} */
export const sized = ({ largest, zoom, width, height }, wish) => {
  const least = Math.max(1, Math.round(largest[0] / zoom));
  const across = between(Math.round(wish), least, Math.min(width, Math.round(largest[0])));
  const down = between(Math.round(across * largest[1] / largest[0]), 1, height);
  return { width: across, height: down };
};

// The box at whole pixels, and inside of the picture.
/** @param {Size} picture @param {Box} box @returns {Box} */
export const inside = (picture, { left, top, width, height }) => ({
  left: between(Math.round(left), 0, picture.width - width),
  top: between(Math.round(top), 0, picture.height - height),
  width, height,
});

// Where a box is after a corner of it was pulled by a way: the opposite corner stays, and the
// pointer pulls along the diagonal.
/**
 * @param {Picture} picture
 * @param {Box} start
 * @param {number[]} corner 0 or 1 from left to right, and from top to bottom
 * @param {number} dx
 * @param {number} dy
 * @returns {Box}
 */
export const pulled = (picture, start, [right, low], dx, dy) => {
  const { width, height } = picture, ratio = start.width / start.height;
  const anchor = [right ? start.left : start.left + start.width,
                  low ? start.top : start.top + start.height];
  const room = Math.min(right ? width - anchor[0] : anchor[0],
                        ratio * (low ? height - anchor[1] : anchor[1]));
  const wish = start.width + ((right ? dx : -dx) + ratio * (low ? dy : -dy)) / 2;
  const size = sized(picture, Math.min(wish, room));
  return { left: right ? anchor[0] : anchor[0] - size.width,
           top: low ? anchor[1] : anchor[1] - size.height, ...size };
};

// What a key makes of a box; null if it does nothing.
/**
 * @param {Picture} picture
 * @param {Box} at
 * @param {string} key
 * @param {number} part of the picture's longer side that an arrow goes
 * @returns {Box | null}
 */
export const pressed = (picture, at, key, part) => {
  const { left, top, width, height } = at;
  const step = Math.max(1, Math.round(part * Math.max(picture.width, picture.height)));
  /** @type {Record<string, number[]>} */
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step],
                  ArrowDown: [0, step] };
  // By an even number where there are pixels enough: the middle stays where it is.
  const more = Math.max(1, 2 * Math.round(width * GROWTH / 2));
  /** @type {Record<string, number>} */
  const widths = { "+": width + more, "=": width + more,  // = is the key of +, without Shift
                   "-": width - more, Home: picture.width };
  if (moves[key]) return { ...at, left: left + moves[key][0], top: top + moves[key][1] };
  if (!(key in widths)) return null;
  const size = sized(picture, widths[key]);
  const [x, y] = key === "Home" ? [picture.width / 2, picture.height / 2]
                                : [left + width / 2, top + height / 2];
  return { left: Math.floor(x - size.width / 2), top: Math.floor(y - size.height / 2), ...size };
};
