// The canvas has the picture's own pixels, so what is marked is what the server will take: those
// whose middle lies within the radius. A stroke is shown while it is drawn and sent when it ends.

import { extend, half, isMarked } from "./stroke.js";

const paint = (canvas, discs) => {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).getPropertyValue("--st-primary-color") || "#08c";
  for (let row = 0; row < canvas.height; row++)
    for (let column = 0; column < canvas.width; column++)
      if (isMarked(discs, row, column)) context.fillRect(column, row, 1, 1);
};

export default function ({ data, parentElement, setTriggerValue }) {
  const board = parentElement.querySelector(".board"), image = board.querySelector("img");
  const canvas = board.querySelector("canvas");
  image.src = data.source;
  image.alt = data.alt;
  const words = parentElement.querySelector(".words");
  words.textContent = data.caption;
  if (canvas.width !== data.width) canvas.width = data.width;
  if (canvas.height !== data.height) canvas.height = data.height;
  canvas.style.opacity = .55;
  const draw = () => paint(canvas, [...data.discs, ...(canvas.stroke || [])]);
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      (event.clientY - box.top) / box.height * data.height,
      (event.clientX - box.left) / box.width * data.width,
    ];
  };
  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.stroke = [[...place(event).map(half), data.radius]];
    draw();
  };
  canvas.onpointermove = (event) => {
    if (!canvas.stroke) return;
    extend(canvas.stroke, place(event), data.radius, data.most);
    draw();
  };
  canvas.onpointerup = () => {
    const stroke = canvas.stroke;
    canvas.stroke = null;
    if (!stroke) return;
    data.discs.push(...stroke);
    setTriggerValue("stroke", stroke.map(([row, column]) => [row, column]));
  };
  canvas.onpointercancel = () => { canvas.stroke = null; draw(); };
  draw();
  board.resize = () => {
    const room = Math.min(data.room, words.clientWidth), ratio = devicePixelRatio || 1;
    const scale = Math.floor(room * ratio / data.width);
    board.style.width = `${scale < 3 ? room : scale * data.width / ratio}px`;
  };
  board.observer ??= new ResizeObserver(() => board.resize());
  board.observer.observe(words);
  return () => board.observer.disconnect();
}
