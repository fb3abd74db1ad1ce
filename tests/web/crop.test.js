// The arithmetic of the box that is cut out of a picture.

import assert from "node:assert/strict";
import { test } from "node:test";

import { inside, pressed, pulled, sized } from "../../explorer/ui/web/crop/box.js";

const square = { width: 300, height: 200, largest: [200, 200], zoom: 8 };
const wide = { width: 301, height: 200, largest: [301, 150.5], zoom: 4 };
const boxOf = (left, top, width, height) => ({ left, top, width, height });
const start = boxOf(100, 50, 80, 80);
const CORNERS = [[0, 0], [1, 0], [0, 1], [1, 1]];
const opposite = ({ left, top, width, height }, [right, low]) =>
  [right ? left : left + width, low ? top : top + height];

test("a box keeps the model's proportions, as the server rounds them", () => {
  assert.deepEqual(sized(square, 99.6), { width: 100, height: 100 });
  assert.deepEqual(sized(wide, 101), { width: 101, height: 51 });
});

test("a box is no larger than the largest, and no smaller than the zoom allows", () => {
  assert.deepEqual(sized(square, 1000), { width: 200, height: 200 });
  assert.deepEqual(sized(square, 1), { width: 25, height: 25 });
  assert.deepEqual(sized({ width: 3, height: 3, largest: [3, 3], zoom: 8 }, 0),
                   { width: 1, height: 1 });
});

test("a box stays inside of the picture, at whole pixels", () => {
  assert.deepEqual(inside(square, boxOf(-7, 400, 80, 80)), boxOf(0, 120, 80, 80));
  assert.deepEqual(inside(square, boxOf(219.6, 10.4, 80, 80)), boxOf(220, 10, 80, 80));
});

for (const corner of CORNERS) {
  const [right, low] = corner;
  const out = [right ? 10 : -10, low ? 10 : -10];

  test(`corner ${corner}: the opposite one stays, and the box grows as the pointer goes out`, () => {
    const box = pulled(square, start, corner, ...out);
    assert.deepEqual([box.width, box.height], [90, 90]);
    assert.deepEqual(opposite(box, corner), opposite(start, corner));
  });

  test(`corner ${corner}: however far it is pulled, the box stays inside of the picture`, () => {
    const box = pulled(square, start, corner, 99 * out[0], 99 * out[1]);
    assert.deepEqual(inside(square, box), box);
    assert.deepEqual(opposite(box, corner), opposite(start, corner));
    assert.ok(box.width > start.width);
  });

  test(`corner ${corner}: pulled beyond the opposite one, the box is the smallest`, () => {
    const box = pulled(square, start, corner, -99 * out[0], -99 * out[1]);
    assert.equal(box.width, 25);
    assert.deepEqual(opposite(box, corner), opposite(start, corner));
  });
}

test("arrow keys move by a part of the longer side", () => {
  assert.deepEqual(pressed(square, start, "ArrowLeft", .01), boxOf(97, 50, 80, 80));
  assert.deepEqual(pressed(square, start, "ArrowDown", .1), boxOf(100, 80, 80, 80));
});

test("an arrow key moves by one pixel where a part of the picture is less", () => {
  const small = { width: 20, height: 20, largest: [20, 20], zoom: 8 };
  assert.deepEqual(pressed(small, boxOf(5, 5, 4, 4), "ArrowUp", .01), boxOf(5, 4, 4, 4));
});

test("plus and minus resize around the middle", () => {
  assert.deepEqual(pressed(square, start, "+", .01), boxOf(98, 48, 84, 84));
  assert.deepEqual(pressed(square, start, "=", .01), pressed(square, start, "+", .01));
  assert.deepEqual(pressed(square, start, "-", .01), boxOf(102, 52, 76, 76));
});

test("the middle stays where it is however often the box is resized", () => {
  let box = boxOf(50, 50, 100, 100);
  for (const key of ["+", "-", "-", "+", "+"]) {
    box = pressed(square, box, key, .01);
    assert.deepEqual([box.left + box.width / 2, box.top + box.height / 2], [100, 100]);
  }
});

test("Home is the largest box, in the middle", () => {
  assert.deepEqual(pressed(square, start, "Home", .01), boxOf(50, 0, 200, 200));
});

test("other keys do nothing", () => {
  for (const key of ["a", "Tab", "Enter", " "]) assert.equal(pressed(square, start, key, .01), null);
});
