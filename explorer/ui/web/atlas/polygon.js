// Polygons on a plane: what a hand has drawn, with few corners.

/**
 * A line of places with fewer of them: each that is left out lies within `slack` of what stays
 * (Douglas and Peucker, 1973).
 * @param {number[][]} places
 * @param {number} slack
 * @returns {number[][]}
 */
export function plainer(places, slack) {
  if (places.length < 3) return places;
  const [first, last] = [places[0], places[places.length - 1]];
  let [far, at] = [0, 0];
  places.forEach((place, index) => {
    const away = distance(place, first, last);
    if (away > far) [far, at] = [away, index];
  });
  if (far <= slack) return [first, last];
  return [...plainer(places.slice(0, at + 1), slack).slice(0, -1),
          ...plainer(places.slice(at), slack)];
}

/**
 * The same outline with at most so many corners; the slack grows until that is so.
 * @param {number[][]} places
 * @param {number} most
 */
export function corners(places, most) {
  for (let slack = 1; ; slack *= 1.5) {
    const found = plainer(places, slack);
    if (found.length <= most) return found;
  }
}

/**
 * What a polygon covers.
 * @param {number[][]} places
 */
export function area(places) {
  let twice = 0;
  places.forEach(([x, y], index) => {
    const [before, above] = places[(index || places.length) - 1];
    twice += before * y - x * above;
  });
  return Math.abs(twice) / 2;
}

/** @param {number[]} place @param {number[]} from @param {number[]} to */
function distance([x, y], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0], length = Math.hypot(dx, dy);
  if (!length) return Math.hypot(x - x0, y - y0);
  const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length ** 2));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}
