import assert from "node:assert/strict";
import { test } from "node:test";

import { placed } from "../../explorer/ui/web/figures/actions.js";
import { moved } from "../../explorer/ui/web/figures/cells.js";

test("arrows go to the neighbour, and not over the edge of the grid", () => {
  assert.equal(moved(0, "ArrowRight", 10, 4), 1);
  assert.equal(moved(5, "ArrowUp", 10, 4), 1);
  assert.equal(moved(5, "ArrowDown", 10, 4), 9);
  assert.equal(moved(6, "ArrowDown", 10, 4), null);
  assert.equal(moved(0, "ArrowLeft", 10, 4), null);
  assert.equal(moved(9, "ArrowRight", 10, 4), null);
});

test("Home and End stay in the row, which may be short", () => {
  assert.equal(moved(6, "Home", 10, 4), 4);
  assert.equal(moved(5, "End", 10, 4), 7);
  assert.equal(moved(8, "End", 10, 4), 9);
  assert.equal(moved(4, "Home", 10, 4), null);
  assert.equal(moved(4, "Enter", 10, 4), null);
});

const bar = { width: 200, height: 80 }, room = { width: 400, height: 600 };

test("the bar lies under its tile where there is room", () => {
  assert.deepEqual(placed({ left: 40, top: 100, bottom: 140 }, bar, room), { left: 40, top: 148 });
});

test("it lies above a tile at the lower edge", () => {
  assert.deepEqual(placed({ left: 40, top: 500, bottom: 540 }, bar, room), { left: 40, top: 412 });
});

test("it stays within the window's sides", () => {
  assert.equal(placed({ left: 380, top: 100, bottom: 140 }, bar, room).left, 192);
  assert.equal(placed({ left: -30, top: 100, bottom: 140 }, bar, room).left, 8);
  assert.equal(placed({ left: 90, top: 9, bottom: 49 }, { width: 700, height: 8 }, room).left, 8);
});

test("where it fits neither above nor below it lies below", () => {
  assert.equal(placed({ left: 40, top: 20, bottom: 590 }, bar, room).top, 598);
});
