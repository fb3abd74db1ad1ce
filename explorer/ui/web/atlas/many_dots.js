// Very many dots as pixels of one picture: a canvas draws tens of thousands of shapes too slowly.

/** "#rrggbb" as the four bytes of a pixel, as they lie in memory. @param {string} colour */
export function pixel(colour) {
  const bytes = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return new Uint32Array(new Uint8Array([...bytes, 255]).buffer)[0];
}

/**
 * Half the widths of a disc's rows, in pixels, from its middle down: 2 is five pixels in a row.
 * @param {number} radius
 */
export function spans(radius) {
  const found = [];
  for (let row = 0; row <= radius; row++) found.push(Math.floor(Math.sqrt(radius ** 2 - row ** 2)));
  return found;
}

/**
 * Discs of one colour into pixels.
 * @param {Uint32Array} pixels  of a picture, row by row
 * @param {number} width  of that
 * @param {number} colour
 * @param {ArrayLike<number>} rows  of the points
 * @param {(row: number) => number} left  where a point's middle is, in pixels
 * @param {(row: number) => number} top
 * @param {number[]} half  as `spans` gives it
 */
export function paint(pixels, width, colour, rows, left, top, half) {
  const height = pixels.length / width, radius = half.length - 1;
  for (let index = 0; index < rows.length; index++) {
    const x = Math.round(left(rows[index])), y = Math.round(top(rows[index]));
    if (x < -radius || y < -radius || x >= width + radius || y >= height + radius) continue;
    for (let row = -radius; row <= radius; row++) {
      if (y + row < 0 || y + row >= height) continue;
      const reach = half[Math.abs(row)], start = (y + row) * width;
      const end = Math.min(width - 1, x + reach);
      for (let at = Math.max(0, x - reach); at <= end; at++) pixels[start + at] = colour;
    }
  }
}

/** The picture of very many dots, which is kept from frame to frame. */
export class DotPicture {
  /** @type {ImageData | undefined} */
  picture;

  /**
   * Over all that is on the canvas.
   * @param {CanvasRenderingContext2D} brush
   * @param {Iterable<[string, number[]]>} groups  rows of the points by their colour
   * @param {(row: number) => number} left  where a point's middle is, in the canvas's pixels
   * @param {(row: number) => number} top
   * @param {number} radius  in these
   */
  draw(brush, groups, left, top, radius) {
    const { width, height } = brush.canvas, half = spans(radius);
    if (this.picture?.width !== width || this.picture.height !== height) {
      this.picture = new ImageData(width, height);
    }
    const pixels = new Uint32Array(this.picture.data.buffer);
    pixels.fill(0);
    for (const [colour, rows] of groups) paint(pixels, width, pixel(colour), rows, left, top, half);
    brush.putImageData(this.picture, 0, 0);
  }
}
