// What a hand has drawn becomes a polygon of few corners.

import assert from "node:assert/strict";
import test from "node:test";

import { area, corners, plainer } from "../../explorer/ui/web/atlas/polygon.js";

const circle = (count, radius = 100) => Array.from({ length: count }, (_, index) => {
  const angle = 2 * Math.PI * index / count;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});

test("places on a straight line are left out", () => {
  const line = [[0, 0], [1, 0], [2, .001], [3, 0], [3, 5]];
  assert.deepEqual(plainer(line, .1), [[0, 0], [3, 0], [3, 5]]);
});

test("an outline keeps its shape with few corners", () => {
  const drawn = circle(500), few = corners([...drawn, drawn[0]], 48).slice(0, -1);
  assert.ok(few.length <= 47 && few.length > 8);
  assert.ok(Math.abs(area(few) / area(drawn) - 1) < .03);
});

test("the area does not depend on which way round it was drawn", () => {
  const square = [[0, 0], [4, 0], [4, 3], [0, 3]];
  assert.equal(area(square), 12);
  assert.equal(area([...square].reverse()), 12);
});
