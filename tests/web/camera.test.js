// What is seen of a map, moved and enlarged.

import assert from "node:assert/strict";
import test from "node:test";

import { Camera } from "../../explorer/ui/web/atlas/camera.js";

const POINTS = [[-3, 10], [5, 12], [1, 30]];

function camera(width = 436, height = 236) {
  const made = new Camera(() => [width, height]);
  made.cover(POINTS);
  return made;
}

function near(found, wanted) {
  found.forEach((one, at) => assert.ok(Math.abs(one - wanted[at]) < 1e-9, `${found} is ${wanted}`));
}

test("the whole map fits, in its middle, with room for half a tile", () => {
  const seen = camera();  // 200 pixels for 20 up: 10 pixels each
  near(seen.spot([1, 20]), [218, 118]);
  near(seen.spot([1, 30]), [218, 18]);
  near(seen.spot([-3, 10]), [178, 218]);
});

test("a map of one point has it in the middle", () => {
  const seen = camera();
  seen.cover([[4, 4]]);
  near(seen.spot([4, 4]), [218, 118]);
});

test("a spot and the point that lies there belong together, however it is seen", () => {
  const seen = camera();
  seen.closer(3.7, [20, 200]);
  seen.pan(-31, 12);
  for (const point of POINTS) near(seen.point(seen.spot(point)), point);
});

test("what is dragged follows the pointer", () => {
  const seen = camera(), before = seen.spot([1, 30]);
  seen.pan(25, -7);
  near(seen.spot([1, 30]), [before[0] + 25, before[1] - 7]);
});

test("what is under the pointer stays there, nearer and farther", () => {
  const seen = camera(), spot = [300, 40];
  seen.closer(2);
  for (const factor of [5, .5, 1.7]) {
    const point = seen.point(spot);
    seen.closer(factor, spot);
    near(seen.spot(point), spot);
  }
});

test("it comes forty times nearer, and no farther away than the whole map", () => {
  const seen = camera();
  seen.closer(1e9, [10, 10]);
  assert.equal(seen.zoom, 40);
  seen.closer(1e-9, [10, 10]);
  assert.equal(seen.zoom, 1);
  near(seen.spot([1, 20]), [218, 118]);  // in its middle again
});

test("only what is on the canvas, or just beside it, is in sight", () => {
  const seen = camera();
  const [across, up] = [POINTS.map(([x]) => x), POINTS.map(([, y]) => y)];
  assert.deepEqual(seen.inSight(across, up, 0), [0, 1, 2]);
  seen.closer(10, seen.spot([1, 30]));
  assert.deepEqual(seen.inSight(across, up, 0), [2]);
  seen.pan(0, -30);  // its point is 12 pixels over the edge now
  assert.deepEqual(seen.inSight(across, up, 0), []);
  assert.deepEqual(seen.inSight(across, up, 13), [2]);
});
