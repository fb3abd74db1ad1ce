// The strokes of the map, on a canvas that notes what is done to it.

import assert from "node:assert/strict";
import test from "node:test";

import { card, lines, region, thumbnail } from "../../explorer/ui/web/atlas/painting.js";

globalThis.devicePixelRatio = 2;

/** @returns {any} */
function brush() {
  /** @type {any[]} */
  const done = [];
  const noted = (name) => (...given) => { done.push([name, ...given]); };
  const names = ["beginPath", "moveTo", "lineTo", "closePath", "stroke", "fill", "setLineDash",
                 "drawImage", "strokeRect", "fillRect"];
  return Object.assign({ done }, Object.fromEntries(names.map((name) => [name, noted(name)])));
}

const of = ({ done }, name) => done.filter(([one]) => one === name).map(([, ...given]) => given);

test("a thumbnail is cut from its sheet and keeps its shape around its spot", () => {
  const drawn = brush(), image = {};
  thumbnail(drawn, [100, 50], 40, /** @type {any} */ ({ image, column: 2, row: 1 }), [32, 16], "red");
  assert.deepEqual(of(drawn, "drawImage"), [[image, 64, 16, 32, 16, 80, 40, 40, 20]]);
  assert.deepEqual(of(drawn, "strokeRect"), [[80, 40, 40, 20]]);
  assert.equal(drawn.strokeStyle, "red");
});

test("its pixels are shown as they are from one and a half of the screen's each", () => {
  for (const [side, smooth] of [[23, true], [24, false]]) {
    const drawn = brush();
    thumbnail(drawn, [0, 0], side, /** @type {any} */ ({ image: {}, column: 0, row: 0 }), [32, 32], "");
    assert.equal(drawn.imageSmoothingEnabled, smooth);
  }
});

test("the visitor's picture lies on a card, which is there before it", () => {
  const drawn = brush(), image = /** @type {any} */ ({ complete: true, naturalWidth: 8 });
  card(drawn, [50, 50], 32, undefined, [8, 8], "blue");
  card(drawn, [50, 50], 32, /** @type {any} */ ({ complete: false }), [8, 8], "blue");
  assert.equal(of(drawn, "drawImage").length, 0);
  card(drawn, [50, 50], 32, image, [8, 8], "blue");
  assert.deepEqual(of(drawn, "drawImage"), [[image, 34, 34, 32, 32]]);
  assert.deepEqual(of(drawn, "fillRect"), Array(3).fill([31, 31, 38, 38]));
});

test("dashes end with what they are for", () => {
  const drawn = brush();
  lines(drawn, [0, 0], [[1, 1], [2, 2]], { colour: "red", width: 1, dash: [4, 4] });
  region(drawn, [[0, 0], [9, 0], [9, 9]], "red", [5, 4]);
  assert.deepEqual(of(drawn, "setLineDash"), [[[4, 4]], [[]], [[5, 4]], [[]]]);
  assert.deepEqual(of(drawn, "lineTo"), [[1, 1], [2, 2], [9, 0], [9, 9]]);
  assert.equal(drawn.globalAlpha, 1);
});

test("a region of fewer than two corners is none", () => {
  const drawn = brush();
  region(drawn, [[3, 3]], "red", []);
  assert.deepEqual(drawn.done, []);
});
