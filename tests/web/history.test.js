// One entry of the browser's history for each view that was gone to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { runInNewContext } from "node:vm";

const file = new URL("../../explorer/ui/web/history/index.js", import.meta.url);
const script = readFileSync(file, "utf8");

let history, entries;

// A page of the browser with the script in it, whose history is a list of addresses.
beforeEach(() => {
  entries = ["http://host/below/sample?seed=1"];
  const location = { get href() { return entries.at(-1); },
                     get pathname() { return new URL(this.href).pathname; } };
  const full = (address) => new URL(address ?? location.href, location.href).href;
  history = {
    pushState(state, unused, address) { entries.push(full(address)); },
    replaceState(state, unused, address) { entries[entries.length - 1] = full(address); },
  };
  runInNewContext(script, { history, location, URL, String });
});

test("a change of a setting belongs to the entry that is there", () => {
  history.pushState(null, "", "?seed=2");
  assert.deepEqual(entries, ["http://host/below/sample?seed=2"]);
});

test("what is said to be new is an entry of its own, and the mark is not seen", () => {
  history.pushState(null, "", "?visit=new-sample&seed=2");
  assert.deepEqual(entries.slice(1), ["http://host/below/sample?seed=2"]);
});

test("another page is an entry of its own", () => {
  history.pushState(null, "", "/below/encode");
  assert.deepEqual(entries.slice(1), ["http://host/below/encode"]);
});

test("what is of another page than the one that is there changes nothing", () => {
  history.pushState(null, "", "?visit=of-encode&zoom=2");
  assert.deepEqual(entries, ["http://host/below/sample?seed=1"]);
});

test("what is of the page that is there changes it", () => {
  history.replaceState(null, "", "?seed=3&visit=of-sample");
  assert.deepEqual(entries, ["http://host/below/sample?seed=3"]);
});

test("a mark alone leaves no question mark behind", () => {
  history.pushState(null, "", "/below/sample?visit=of-sample");
  assert.deepEqual(entries, ["http://host/below/sample"]);
});

test("the same address again is no entry", () => {
  history.pushState(null, "", "?visit=new-sample&seed=1");
  assert.equal(entries.length, 1);
});

test("a state without an address is kept as it is", () => {
  history.pushState({ at: 1 }, "");
  assert.equal(entries.length, 2);
});
