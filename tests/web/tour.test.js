// A pad that moves by itself: where to, for how long, and who stops it.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { placeAt, Tour } from "../../explorer/ui/web/pad/tour.js";

let places, free;

const tour = (reduce = false) => {
  globalThis.matchMedia = () => ({ matches: reduce });
  globalThis.document = { hidden: false };
  return new Tour((x, y) => free && places.push([x, y]) > 0);
};

// Timers that are set on the way ring as well.
const wait = (ms) => { for (let gone = 0; gone < ms; gone += 20) mock.timers.tick(20); };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  [places, free] = [[], true];
});

test("its way begins and ends in the middle and meets all four quarters", () => {
  for (const share of [0, 1]) {
    for (const place of placeAt(share)) assert.ok(Math.abs(place) < 1e-9);
  }
  const quarters = new Set(Array.from({ length: 100 }, (_, k) =>
    placeAt((k + .5) / 100).map((place) => Math.sign(Math.round(place * 2))).join()));
  for (const quarter of ["1,1", "1,-1", "-1,1", "-1,-1"]) assert.ok(quarters.has(quarter));
});

test("it ends by itself", () => {
  const going = tour();
  wait(60_000);
  assert.ok(going.over);
  const count = places.length;
  assert.ok(count > 100);
  wait(60_000);
  assert.equal(places.length, count);
});

test("it waits for who is slow, and skips nothing", () => {
  tour();
  free = false;
  wait(10_000);
  assert.equal(places.length, 0);
  free = true;
  wait(200);
  assert.ok(places[0].every((place) => Math.abs(place) < .1));
});

test("a page that nobody sees stands still", () => {
  tour();
  globalThis.document.hidden = true;
  wait(10_000);
  assert.equal(places.length, 0);
});

test("who has asked for less motion gets none", () => {
  assert.ok(tour(true).over);
  wait(10_000);
  assert.equal(places.length, 0);
});
