// The drag pad: what a place means, and when it asks the app or tells the page.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Pad, round, value } from "../../explorer/ui/web/pad/index.js";

const angle = { name: "φ", low: 0, high: 90, digits: 0, unit: "°" };
const plain = { name: "x", low: -1, high: 1, digits: 2, unit: "" };
const DATA = { token: "t", scene: "s", name: "A pad", scales: [plain, plain], corners: [], axes: "",
               map: "map", side: 1, picture: "picture", x: 0, y: 0, session: "one", release: 0 };

// A node that takes what it is told, in a field 100 pixels wide and high.
const node = () => ({
  style: {}, attributes: {}, children: [], classList: { toggle() {} },
  append(...nodes) { this.children.push(...nodes); },
  setAttribute(name, text) { this.attributes[name] = String(text); },
  replaceChildren() {}, setPointerCapture() {}, focus() {},
  getBoundingClientRect: () => ({ left: 0, top: 0, width: 100, height: 100 }),
  getContext: () => ({ drawImage() {} }),
});

class Watcher { observe() {} disconnect() {} }

class Picture { async decode() {} }

let pad, root, told, asked, answers;

const press = (key, more) =>
  root[".field"].onkeydown({ key, preventDefault() {}, ...more });
const settled = () => new Promise((done) => setImmediate(done));
const say = async (more) => { pad.update({ ...DATA, ...more }); await settled(); };

// One answer of the app, to the oldest question that has none.
const answer = async (status = 200) => {
  const picture = status === 200;
  const type = picture ? "image/webp" : "text/plain";
  const body = picture ? new Uint8Array(1) : "why";
  answers.shift()(new Response(body, { status, headers: { "Content-Type": type } }));
  await settled();
};

beforeEach(async () => {
  const nodes = {};
  root = nodes;
  [told, asked, answers] = [[], [], []];
  globalThis.MutationObserver = Watcher;
  globalThis.Image = Picture;
  globalThis.cancelAnimationFrame = () => {};
  globalThis.requestAnimationFrame = () => 0;
  globalThis.document = { querySelector: () => null, createElement: () => node() };
  globalThis.createImageBitmap = async () => ({ width: 1, height: 1 });
  globalThis.fetch = (path) => {
    asked.push(path);
    return new Promise((done) => answers.push(done));
  };
  pad = new Pad({ querySelector: (name) => (nodes[name] ??= node()) });
  pad.tell = (place) => told.push(place);
  await say({});
});

test("its latents are buttons, and the one that is pressed is told", async () => {
  const latents = ["A", "B"].map((letter) => ({ letter, name: `seed ${letter}`, source: letter }));
  const pressed = [];
  pad.press = (index) => pressed.push(index);
  await say({ thumbnails: latents, pressed: 1 });
  const buttons = root[".thumbs"].children;
  assert.deepEqual(buttons.map((button) => button.title), ["A: seed A. Change it", "B: seed B. Change it"]);
  assert.deepEqual(buttons.map((button) => button.ariaPressed), ["false", "true"]);
  buttons[0].onclick();
  buttons[1].onclick();
  assert.deepEqual(pressed, [0, 1]);
  await say({ thumbnails: latents.slice().reverse(), pressed: 0 });
  assert.equal(root[".thumbs"].children[0], buttons[0]);  // with its focus
  assert.equal(buttons[0].title, "B: seed B. Change it");
});

test("a place is a hundredth, from −1 to 1", () => {
  assert.deepEqual([.123, -2, 7, .555].map(round), [.12, -1, 1, .56]);
});

test("a value has its scale's digits, its unit and a real minus", () => {
  assert.equal(value(angle, 0), "45°");
  assert.equal(value(angle, 1), "90°");
  assert.equal(value(plain, -.5), "−0.50");
});

test("a value is rounded as the page rounds it: a half goes to the even digit", () => {
  const scale = { ...plain, low: 0, high: 2.25 };
  assert.equal(value(scale, 0), "1.12");
  assert.equal(value({ ...scale, high: 2.75 }, 0), "1.38");
});

test("the page's place is shown, in words too", async () => {
  await say({ x: -.25, y: .5, scales: [angle, plain] });
  assert.equal(root.i.style.left, "37.5%");
  assert.equal(root.i.style.top, "25%");
  assert.equal(root[".field"].attributes["aria-valuetext"], "φ 34°, x 0.50");
});

test("the pointer's place counts from the middle, up and to the right", () => {
  const event = { button: 0, buttons: 1, pointerId: 1, clientX: 75, clientY: 40 };
  root[".field"].onpointerdown(event);
  assert.deepEqual([pad.x, pad.y], [.5, .2]);
  root[".field"].onpointermove({ ...event, clientX: 500 });
  assert.deepEqual([pad.x, pad.y], [1, .2]);
});

test("a pointer that only passes by moves nothing", () => {
  root[".field"].onpointermove({ buttons: 0, clientX: 75, clientY: 40 });
  root[".field"].onpointerdown({ button: 2, clientX: 75, clientY: 40 });
  assert.deepEqual([pad.x, pad.y, asked], [0, 0, []]);
});

test("arrow keys move, with Shift further, and Home goes to the middle", () => {
  press("ArrowRight");
  press("ArrowDown", { shiftKey: true });
  assert.deepEqual([pad.x, pad.y], [.02, -.1]);
  press("ArrowLeft", { ctrlKey: true });
  press("a");
  assert.deepEqual([pad.x, pad.y], [.02, -.1]);
  press("Home");
  assert.deepEqual([pad.x, pad.y], [0, 0]);
});

test("the page hears of a place once, when it is let go", () => {
  press("ArrowRight");
  press("ArrowRight");
  assert.deepEqual(told, []);
  root[".field"].onkeyup();
  root[".field"].onblur();
  assert.deepEqual(told, [{ x: .04, y: 0, release: 1 }]);
});

test("one request is on its way at a time, and of what is wanted meanwhile only the newest", async () => {
  for (let i = 0; i < 4; i++) press("ArrowRight");
  assert.deepEqual(asked, ["pad/t?x=0.02&y=0.00"]);
  await answer();
  assert.deepEqual(asked.slice(1), ["pad/t?x=0.08&y=0.00"]);
  await answer();
  assert.equal(asked.length, 2);
  assert.equal(root.canvas.attributes["aria-label"], "A pad: x 0.08, x 0.00");
});

test("what the page says does not move what is held, nor what it has not heard of", async () => {
  press("ArrowRight");
  await say({ x: .9 });
  assert.equal(pad.x, .02);
  root[".field"].onkeyup();
  await say({ x: .9 });
  assert.equal(pad.x, .02);
  await say({ x: .9, release: 1 });
  assert.equal(pad.x, .9);
});

test("a new session is followed", async () => {
  press("ArrowRight");
  root[".field"].onkeyup();
  await say({ x: .9, session: "two" });
  assert.equal(pad.x, .9);
});

test("a token that the server has forgotten is told to the page, and asked with the new one", async () => {
  press("ArrowRight");
  await answer(404);
  assert.deepEqual(told, [{ x: .02, y: 0, release: 1 }]);
  assert.equal(root.output.textContent, "");  // that is mended, and not said
  await say({ token: "u", x: .02, release: 1 });
  assert.deepEqual(asked.slice(1), ["pad/u?x=0.02&y=0.00"]);
});

test("why there is no picture is said, and the place is not asked for again", async () => {
  press("ArrowRight");
  await answer(422);
  assert.equal(root.output.textContent, "why");
  assert.equal(asked.length, 1);
});

test("one that was turned away is asked for again after a pause", async (t) => {
  const timers = [];
  t.mock.method(globalThis, "setTimeout", (done, after) => timers.push([done, after]));
  press("ArrowRight");
  await answer(429);
  assert.equal(asked.length, 1);
  timers.find(([, after]) => after === 200)[0]();
  await settled();
  assert.deepEqual(asked.slice(1), ["pad/t?x=0.02&y=0.00"]);
});

test("a pad that moves by itself asks for places until it is taken hold of", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.matchMedia = () => ({ matches: false });
  globalThis.document.hidden = false;
  await say({ byItself: true });
  mock.timers.tick(100);
  assert.equal(asked.length, 1);
  await answer();
  mock.timers.tick(100);
  assert.equal(asked.length, 2);
  await answer();
  press("ArrowRight");
  await answer();
  mock.timers.tick(10_000);
  assert.equal(asked.length, 3);
  root[".field"].onkeyup();
  assert.equal(told.length, 1);
  mock.timers.reset();
});
