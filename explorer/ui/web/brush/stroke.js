// A stroke of discs over a picture, in pixels of the picture.

/** @typedef {number[]} Disc row, column and radius */

/** @param {number} value */
export const half = (value) => Math.round(2 * value) / 2;

// Adds discs to a stroke, up to the place where the pointer is now.
/** @param {Disc[]} stroke @param {number[]} place @param {number} radius @param {number} most */
export const extend = (stroke, [row, column], radius, most) => {
  const spacing = Math.max(.5, radius / 2);
  while (stroke.length < most) {
    const [r, c] = stroke[stroke.length - 1], way = Math.hypot(row - r, column - c);
    if (way < spacing) return;
    const step = spacing / way;
    const next = [half(r + step * (row - r)), half(c + step * (column - c)), radius];
    if (next[0] === r && next[1] === c) return;
    stroke.push(next);
  }
};

// Whether a pixel is marked: its middle lies within a radius.
/** @param {Disc[]} discs @param {number} row @param {number} column */
export const isMarked = (discs, row, column) =>
  discs.some(([r, c, radius]) => Math.hypot(row + .5 - r, column + .5 - c) <= radius);
