// A stroke of the round brush.

import assert from "node:assert/strict";
import { test } from "node:test";

import { extend, half, isMarked } from "../../explorer/ui/web/brush/stroke.js";

test("places are halves of a pixel", () => {
  assert.deepEqual([1.2, 1.3, 1.76].map(half), [1, 1.5, 2]);
});

test("a stroke reaches the pointer in steps of half a radius", () => {
  const stroke = [[10, 10, 4]];
  extend(stroke, [10, 17], 4, 99);
  assert.deepEqual(stroke, [[10, 10, 4], [10, 12, 4], [10, 14, 4], [10, 16, 4]]);
});

test("a stroke has no more discs than there may be", () => {
  const stroke = [[0, 0, 1]];
  extend(stroke, [0, 1000], 1, 5);
  assert.equal(stroke.length, 5);
});

test("a pointer that hardly moves adds nothing", () => {
  const stroke = [[3, 3, .2]];
  extend(stroke, [3.2, 3.2], .2, 99);
  assert.equal(stroke.length, 1);
});

test("a pixel is marked where its middle lies within the radius", () => {
  const discs = [[2.5, 2.5, 1]];
  assert.equal(isMarked(discs, 2, 2), true);
  assert.equal(isMarked(discs, 2, 3), true);
  assert.equal(isMarked(discs, 3, 3), false);
  assert.equal(isMarked([], 2, 2), false);
});
