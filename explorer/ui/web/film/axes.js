// Round numbers beside a chart.

const ENOUGH = 4;  // of them, about

// Those from `low` to `high`, with the digits that tell them apart.
/** @param {number} low @param {number} high @returns {{ at: number, text: string }[]} */
export const ticks = (low, high) => {
  const rough = (high - low) / ENOUGH, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * .999) ?? rough;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) {
    const text = Math.abs(k * step).toFixed(digits);
    found.push({ at: k * step, text: k < 0 ? `−${text}` : text });
  }
  return found;
};

// The ends of an axis that holds all of these, with room; where they are all the same, too.
/** @param {number[]} values @returns {[number, number]} */
export const ends = (values) => {
  const low = Math.min(...values), high = Math.max(...values);
  const room = .08 * (high - low) || .5;
  return [low - room, high + room];
};
