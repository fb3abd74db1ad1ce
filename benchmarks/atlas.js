// In every frame the pointer moves, or the wheel turns: the map is drawn anew for the next. Gives the
// times of all frames, and how often the map was drawn.
(([canvas, what, seconds]) => new Promise((done) => {
  const frames = [], box = canvas.getBoundingClientRect(), start = performance.now();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const brush = canvas.getContext("2d"), clear = brush.clearRect;
  let draws = 0;
  brush.clearRect = (...rest) => { draws++; clear.apply(brush, rest); };
  const next = (time) => {
    frames.push(time);
    const spent = (performance.now() - start) / 1000;
    if (spent > seconds) { delete brush.clearRect; done([frames, draws]); return; }
    if (what === "moved") {
      const [dx, dy] = [120 * Math.sin(3 * spent), 90 * Math.sin(4 * spent + 1)];
      const place = { pointerId: 1, clientX: x + dx, clientY: y + dy };
      canvas.dispatchEvent(new PointerEvent("pointermove", place));
    } else {
      const deltaY = spent % 2 < 1 ? -15 : 15;
      canvas.dispatchEvent(new WheelEvent("wheel", { deltaY, clientX: x, clientY: y }));
    }
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}));
