// Dots as text, and dots along a stroke.

/** @typedef {number[]} Dot x and y, from −view to view */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STEPS = 4096;
export const SPACING = .1;  // of the dots along a stroke, in units of the board

/** @param {number} value @param {number} view */
const write = (value, view) => {
  const place = Math.min(STEPS - 1, Math.max(0, Math.floor((value / view + 1) / 2 * STEPS)));
  return LETTERS[place >> 6] + LETTERS[place & 63];
};

/** @param {string} high @param {string} low @param {number} view */
const read = (high, low, view) =>
  ((2 * (64 * LETTERS.indexOf(high) + LETTERS.indexOf(low)) + 1) / STEPS - 1) * view;

// Four letters for each dot.
/** @param {Dot[]} dots @param {number} view */
export const textOf = (dots, view) =>
  dots.map((dot) => dot.map((value) => write(value, view)).join("")).join("");

/** @param {string} text @param {number} view @returns {Dot[]} */
export const dotsOf = (text, view) => {
  const dots = [];
  for (let i = 0; i + 3 < text.length; i += 4)
    dots.push([read(text[i], text[i + 1], view), read(text[i + 2], text[i + 3], view)]);
  return dots;
};

// The dots from one to where the pointer is now, without the first, evenly along the way: how fast
// the hand is makes no difference.
/** @param {Dot} from @param {Dot} to @returns {Dot[]} */
export const along = (from, [x, y]) => {
  const dots = [];
  let last = from, way = Math.hypot(x - last[0], y - last[1]);
  while (way >= SPACING) {
    const part = SPACING / way;
    last = [last[0] + part * (x - last[0]), last[1] + part * (y - last[1])];
    dots.push(last);
    way = Math.hypot(x - last[0], y - last[1]);
  }
  return dots;
};
