// What is held in the browser stays until the page has heard of it; a new session is followed.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Releases } from "../../explorer/ui/web/shared/release.js";

const heard = (release, session = "first") => ({ session, release });

let releases;
beforeEach(() => {
  releases = new Releases();
  releases.isBehind(heard(0));
});

test("the page is followed while nothing is held", () => {
  assert.equal(releases.isBehind(heard(0)), false);
});

test("the page is not followed while something is held", () => {
  releases.hold();
  assert.equal(releases.isBehind(heard(0)), true);
  assert.equal(releases.areAhead(heard(0)), false);
});

test("what was let go stays until the page has heard of it", () => {
  releases.hold();
  assert.equal(releases.letGo(), true);
  assert.equal(releases.next(), 1);
  assert.equal(releases.isBehind(heard(0)), true);
  assert.equal(releases.isBehind(heard(1)), false);
});

test("the newest of two releases is the one that counts", () => {
  releases.next();
  assert.equal(releases.next(), 2);
  assert.equal(releases.isBehind(heard(1)), true);
  assert.equal(releases.isBehind(heard(2)), false);
});

test("what is not held cannot be let go", () => {
  assert.equal(releases.letGo(), false);
  releases.hold();
  releases.letGo();
  assert.equal(releases.letGo(), false);
});

test("a new session is followed, and counted anew", () => {
  releases.next();
  releases.next();
  assert.equal(releases.isBehind(heard(0, "second")), false);
  assert.equal(releases.next(), 1);
  assert.equal(releases.isBehind(heard(0, "second")), true);
});

test("a new session does not take away what is held", () => {
  releases.hold();
  assert.equal(releases.isBehind(heard(0, "second")), true);
});

test("a browser that comes late counts on from what the page has heard", () => {
  assert.equal(releases.isBehind(heard(7)), false);
  assert.equal(releases.next(), 8);
});
