// Where points of a map lie on its canvas, while it is moved and enlarged.

/** @typedef {number[]} Pair across and up on the map, or right and down in pixels */
/** @typedef {{ width: number, height: number, middle: Pair, scale: number }} Frame what is seen */

const CLOSEST = 40;    // times the whole map
const ROOM = 36;       // pixels that the whole map leaves free: half a tile on each side

export class Camera {
  /** 1 shows the whole map */
  zoom = 1;
  /** of what is seen; null for that of the map @type {Pair | null} */
  middle = null;
  /** least and most across, least and most up */
  ends = [0, 1, 0, 1];

  /** @param {() => Pair} size  of the canvas, in pixels */
  constructor(size) { this.size = size; }

  /** See the whole map. */
  whole() { this.zoom = 1; this.middle = null; }

  /** The map is of these points from now on. @param {Iterable<Pair>} points */
  cover(points) {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y] of points) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [low, high] = [Math.min(low, y), Math.max(high, y)];
    }
    this.ends = [left, right, low, high];
  }

  /** @returns {Frame} */
  frame() {
    const [width, height] = this.size(), [left, right, low, high] = this.ends;
    const scale = Math.min((width - ROOM) / (right - left || 1), (height - ROOM) / (high - low || 1));
    const middle = this.middle ?? [(left + right) / 2, (low + high) / 2];
    return { width, height, middle, scale: scale * this.zoom };
  }

  /**
   * Where a point lies, in pixels.
   * @param {Pair} point
   * @param {Frame} frame
   * @returns {[number, number]}
   */
  spot([x, y], { width, height, middle, scale } = this.frame()) {
    return [width / 2 + (x - middle[0]) * scale, height / 2 - (y - middle[1]) * scale];
  }

  /**
   * What lies there, on the map.
   * @param {Pair} spot
   * @returns {[number, number]}
   */
  point([x, y]) {
    const { width, height, middle, scale } = this.frame();
    return [middle[0] + (x - width / 2) / scale, middle[1] - (y - height / 2) / scale];
  }

  /** By so many pixels. @param {number} dx @param {number} dy */
  pan(dx, dy) {
    const { middle, scale } = this.frame();
    this.middle = [middle[0] - dx / scale, middle[1] + dy / scale];
  }

  /**
   * Nearer, or away.
   * @param {number} factor
   * @param {Pair} [spot]  that stays where it is; the middle, if there is none
   */
  closer(factor, spot) {
    const zoom = Math.min(CLOSEST, Math.max(1, this.zoom * factor));
    if (spot && zoom !== this.zoom) {
      const { middle } = this.frame(), still = this.point(spot), share = this.zoom / zoom;
      this.middle = middle.map((at, axis) => still[axis] + (at - still[axis]) * share);
    }
    this.zoom = zoom;
    if (zoom === 1) this.middle = null;
  }

  /**
   * The rows of the points that are within the canvas, or just beside it.
   * @param {ArrayLike<number>} across
   * @param {ArrayLike<number>} up
   * @param {number} beside  pixels
   */
  inSight(across, up, beside) {
    const { width, height, middle, scale } = this.frame(), rows = [];
    const [wide, high] = [(width / 2 + beside) / scale, (height / 2 + beside) / scale];
    for (let row = 0; row < across.length; row++) {
      if (Math.abs(across[row] - middle[0]) < wide && Math.abs(up[row] - middle[1]) < high) {
        rows.push(row);
      }
    }
    return rows;
  }
}
