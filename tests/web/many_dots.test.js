// Very many dots, painted as pixels.

import assert from "node:assert/strict";
import test from "node:test";

import { paint, pixel, spans } from "../../explorer/ui/web/atlas/many_dots.js";

test("a colour becomes the bytes of an opaque pixel", () => {
  const bytes = new Uint8Array(new Uint32Array([pixel("#12ab03")]).buffer);
  assert.deepEqual([...bytes], [0x12, 0xab, 0x03, 255]);
});

test("a disc has the rows of a circle", () => {
  assert.deepEqual(spans(2.5), [2, 2, 1]);
});

test("dots lie where their points do, and what is over the edge is cut off", () => {
  const width = 8, pixels = new Uint32Array(width * 5);
  const places = [[2, 2], [7.4, 0], [-50, 2], [3, 99]];
  paint(pixels, width, 9, [0, 1, 2, 3], (row) => places[row][0], (row) => places[row][1], spans(1));
  const seen = [...pixels].flatMap((one, at) => one ? [[at % width, Math.floor(at / width)]] : []);
  assert.deepEqual(seen, [[6, 0], [7, 0], [2, 1], [7, 1], [1, 2], [2, 2], [3, 2], [2, 3]]);
});
