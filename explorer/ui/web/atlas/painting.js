// The strokes of the map. Each takes the canvas's context first; places are in pixels.

/** @typedef {CanvasRenderingContext2D} Brush */
/** @typedef {[number, number]} Spot */
/** @typedef {{ image: HTMLImageElement, column: number, row: number }} Tile of a sheet */

/**
 * From one spot to others.
 * @param {Brush} brush
 * @param {Spot} from
 * @param {Spot[]} spots
 * @param {{ colour: string, width: number, dash?: number[] }} style
 */
export function lines(brush, from, spots, { colour, width, dash = [] }) {
  brush.strokeStyle = colour;
  brush.lineWidth = width;
  brush.setLineDash(dash);
  for (const spot of spots) {
    brush.beginPath();
    brush.moveTo(...from);
    brush.lineTo(...spot);
    brush.stroke();
  }
  brush.setLineDash([]);
}

/** @param {Brush} brush @param {Spot[]} spots @param {string} colour @param {number} radius */
export function dots(brush, spots, colour, radius) {
  brush.fillStyle = colour;
  for (const [x, y] of spots) {
    brush.beginPath();
    brush.arc(x, y, radius, 0, 7);
    brush.fill();
  }
}

/**
 * A picture's thumbnail in a frame of its colour.
 * @param {Brush} brush
 * @param {Spot} spot  of its middle
 * @param {number} side  of the longer one
 * @param {Tile} tile
 * @param {number[]} size  of a tile on its sheet
 * @param {string} colour
 */
export function thumbnail(brush, spot, side, { image, column, row }, size, colour) {
  const [x, y, width, height] = placed(spot, side, size), [w, h] = size;
  // Single pixels are shown as they are, once they are large enough to be seen.
  brush.imageSmoothingEnabled = side * devicePixelRatio < 1.5 * Math.max(...size);
  brush.drawImage(image, column * w, row * h, w, h, x, y, width, height);
  brush.strokeStyle = colour;
  brush.lineWidth = 2;
  brush.strokeRect(x, y, width, height);
}

/**
 * The visitor's own picture, on a card; the card alone until it has come.
 * @param {Brush} brush
 * @param {Spot} spot  of its middle
 * @param {number} side  of the longer one
 * @param {HTMLImageElement | undefined} image
 * @param {number[]} size  of a tile
 * @param {string} colour
 */
export function card(brush, spot, side, image, size, colour) {
  const [x, y, width, height] = placed(spot, side, size);
  brush.fillStyle = colour;
  brush.fillRect(x - 3, y - 3, width + 6, height + 6);
  if (!image?.complete || !image.naturalWidth) return;
  brush.imageSmoothingEnabled = false;
  brush.drawImage(image, x, y, width, height);
}

/** @param {Spot} spot @param {number} side @param {number[]} size */
function placed([x, y], side, [w, h]) {
  const scale = side / Math.max(w, h);
  return [x - w * scale / 2, y - h * scale / 2, w * scale, h * scale];
}

/**
 * A closed outline and what is in it.
 * @param {Brush} brush
 * @param {number[][]} corners
 * @param {string} colour
 * @param {number[]} dash
 */
export function region(brush, corners, colour, dash) {
  if (corners.length < 2) return;
  brush.beginPath();
  corners.forEach(([x, y], index) => index ? brush.lineTo(x, y) : brush.moveTo(x, y));
  brush.closePath();
  brush.globalAlpha = .12;
  brush.fillStyle = colour;
  brush.fill("evenodd");
  brush.globalAlpha = 1;
  brush.strokeStyle = colour;
  brush.lineWidth = 2;
  brush.setLineDash(dash);
  brush.stroke();
  brush.setLineDash([]);
}

/** Around the one that is chosen. @param {Brush} brush @param {Spot} spot @param {number} side @param {string} colour */
export function ring(brush, [x, y], side, colour) {
  const half = side / 2 + 3;
  brush.strokeStyle = colour;
  brush.lineWidth = 3;
  brush.strokeRect(x - half, y - half, 2 * half, 2 * half);
}

/** Where keys choose. @param {Brush} brush @param {Spot} spot @param {string} colour */
export function cross(brush, [x, y], colour) {
  brush.strokeStyle = colour;
  brush.lineWidth = 1;
  brush.beginPath();
  for (const [dx, dy] of [[8, 0], [0, 8]]) {
    brush.moveTo(x - dx, y - dy);
    brush.lineTo(x + dx, y + dy);
  }
  brush.stroke();
}
